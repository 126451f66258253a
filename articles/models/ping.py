from datetime import timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone


class PingQuerySet(models.QuerySet["Ping"]):
    def claim_next(self, lease: timedelta) -> "Ping | None":
        """The one that has been due for longest, for ourselves until the lease ends."""
        now = timezone.now()
        with transaction.atomic():
            due = self.filter(due_at__lte=now).order_by("due_at")
            row = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
            if row:
                self.filter(pk=row.pk).update(due_at=now + lease, attempts=F("attempts") + 1)
                row.refresh_from_db()
        return row


class Ping(models.Model):
    """One publication that the hub is to be told of. The row is its own place in the queue, and goes when done."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="pings")
    due_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    told: Any = models.JSONField(default=list)  # the feeds that the hub has heard of already

    objects = PingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.due_at}"
