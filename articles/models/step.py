from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class Step(models.Model):
    """Something the desk did with a story, who, and why. Never changed; what letters tell (articles/desk_mail.py)."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted for review")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Sent back")
        NOTED = "noted", _("Note added")
        PUBLISHED = "published", _("Published")
        SCHEDULED = "scheduled", _("Scheduled")
        WENT_OUT = "went-out", _("Went out at its time")
        OVERRIDDEN = "overridden", _("Published against the checklist")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        RAN_OUT = "ran-out", _("Withdrawn at its time")
        SPIKED = "spiked", _("Spiked")
        UNSPIKED = "unspiked", _("Taken off the spike")

    BY_THE_CLOCK = frozenset({Kind.WENT_OUT, Kind.RAN_OUT})

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("what"), max_length=12, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    words = models.TextField(_("why"), max_length=2000, blank=True)
    moment = models.DateTimeField(null=True)  # for which it was scheduled, or until which it is to be reviewed

    class Meta:
        ordering = ["-at", "-pk"]  # a worker that is late tells of a moment long past
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["rejected", "overridden"]) | ~Q(words=""), name="step_has_its_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.get_kind_display()}"

    @property
    def is_by_the_clock(self) -> bool:
        return self.kind in self.BY_THE_CLOCK
