from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import ReaderComment
from comments.models.states import State

UNDO_SECONDS = 10  # a moderator may take a decision back before Akismet hears of it


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def waiting(self) -> Self:
        return self.filter(due_at__isnull=False)

    def put_off(self) -> Self:
        """What failed before and waits for its next try."""
        return self.filter(due_at__gt=timezone.now()).exclude(failure="")

    def give_up(self) -> bool:
        """The earlier decision goes. True: it was tried or is being sent, so Akismet may have heard it."""
        is_unsure = self.waiting().filter(attempts__gt=0).update(due_at=None) > 0
        self.waiting().delete()
        return is_unsure

    def claim_next(self, lease: timedelta) -> "Feedback | None":
        """The one that has been due for longest, for ourselves until the lease ends."""
        now = timezone.now()
        with transaction.atomic():
            due = self.filter(due_at__lte=now).order_by("due_at")
            row = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
            if row:
                self.filter(pk=row.pk).update(due_at=now + lease, attempts=F("attempts") + 1, failure="")
                row.refresh_from_db()
        return row


class Feedback(models.Model):
    """What Akismet is to be told about a check it got wrong. Queued like checks; no outage loses it."""

    class Kind(models.TextChoices):
        SPAM = "spam", _("this was spam")
        HAM = "ham", _("this was no spam")

    comment = models.ForeignKey(ReaderComment, on_delete=models.CASCADE, related_name="feedback")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state_before = models.CharField(max_length=12, choices=State.choices)  # what an undo goes back to
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)  # null: sent, or never to be sent
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("feedback to Akismet")
        verbose_name_plural = _("feedback to Akismet")
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="feedback_due")]
        constraints = [
            # Of the decisions on one comment only the last one waits.
            models.UniqueConstraint(
                fields=["comment"], condition=Q(due_at__isnull=False), name="feedback_waits_once_a_comment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.get_kind_display()}"

    @property
    def can_be_undone_until(self) -> datetime:
        return self.created_at + timedelta(seconds=UNDO_SECONDS)
