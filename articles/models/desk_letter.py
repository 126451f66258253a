import secrets
from datetime import timedelta

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from articles.models.step import Step


class DeskLetterQuerySet(models.QuerySet["DeskLetter"]):
    def claim_next(self, lease: timedelta) -> "list[DeskLetter]":
        """All that waits for the colleague whose first is due: one mail. Ours until the lease ends. Empty: none is."""
        now = timezone.now()
        skips = connection.features.has_select_for_update_skip_locked
        with transaction.atomic():
            due = self.filter(due_at__lte=now).order_by("due_at", "pk")
            first = due.select_for_update(of=("self",), skip_locked=skips).first()
            if first is None:
                return []
            mine = self.filter(reader=first.reader_id, due_at__isnull=False, mail_id=first.mail_id)
            rows = list(mine.select_for_update(of=("self",), skip_locked=skips))
            mail_id = first.mail_id or secrets.token_hex(16)
            claimed = self.filter(pk__in=[row.pk for row in rows])
            claimed.update(due_at=now + lease, attempts=F("attempts") + 1, mail_id=mail_id)
        return list(claimed.select_related("reader", "step__article__category", "step__by").order_by("pk"))


class DeskLetter(models.Model):
    """That a colleague is to be told of a step. The row is its own entry in the queue, kept until it was sent."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="letters")
    due_at = models.DateTimeField(null=True)  # null: sent, or never to be sent
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    # In the Message-ID: should one mail go out twice, mail programs know it for the same.
    mail_id = models.CharField(max_length=32, blank=True)

    objects = DeskLetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="desk_letter_due")]
        constraints = [models.UniqueConstraint(fields=["reader", "step"], name="desk_letter_once_a_step")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.step}"
