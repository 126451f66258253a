from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import ReaderComment


class Mark(models.Model):
    """A reader's mark on a comment: a recommendation, or a report to the moderators. Once a person.

    Readers have no accounts: who it was is the hash of a random cookie (`person`) and, for the day, of network
    address and browser (`trace`), each hashed with comment and kind: no two marks can be told to be one reader's.
    """

    class Kind(models.TextChoices):
        RECOMMENDATION = "recommend", _("recommendation")
        REPORT = "report", _("report")

    class Reason(models.TextChoices):
        SPAM = "spam", _("It is spam or advertising")
        INSULT = "insult", _("It insults or threatens somebody")
        HATE = "hate", _("It stirs up hatred against a group of people")
        PRIVATE = "private", _("It tells private things about somebody")
        FALSE = "false", _("It spreads a falsehood")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(ReaderComment, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    person = models.CharField(max_length=64, editable=False)
    trace = models.CharField(max_length=64, null=True, editable=False)  # null: its day is over
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    words = models.CharField(_("words"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reader's mark")
        verbose_name_plural = _("readers' marks")
        indexes = [models.Index(fields=["made_at"], condition=Q(trace__isnull=False), name="mark_with_trace")]
        constraints = [
            models.UniqueConstraint(fields=["comment", "kind", "person"], name="mark_once_a_person"),
            models.UniqueConstraint(fields=["comment", "kind", "trace"], name="mark_once_a_trace"),
            models.CheckConstraint(
                condition=Q(kind="recommend", reason="", words="") | (Q(kind="report") & ~Q(reason="")),
                name="mark_has_a_reason_if_it_is_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_kind_display()}"
