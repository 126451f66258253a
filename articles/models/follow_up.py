from datetime import timedelta
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PATIENCE = timedelta(minutes=5)  # that one may take; the desk hears of what takes longer


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def claim_next(self, lease: timedelta) -> "FollowUp | None":
        """The one that has been due for longest, for ourselves until the lease ends."""
        now = timezone.now()
        with transaction.atomic():
            due = self.filter(due_at__lte=now).order_by("due_at", "pk")
            row = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
            if row:
                self.filter(pk=row.pk).update(due_at=now + lease, attempts=F("attempts") + 1)
                row.refresh_from_db()
        return row

    def late(self) -> Self:
        """What should have been done by now, and what has failed."""
        now = timezone.now()
        return self.filter(Q(moment__lte=now - PATIENCE) | ~Q(failure=""), moment__lte=now)

    def try_again(self) -> int:
        """Let the worker have them at once, as if it never had. Returns how many."""
        return self.update(due_at=timezone.now(), attempts=0)


class FollowUp(models.Model):
    """What the worker is to do once because of one moment of a story's life. No page waits for it: what readers see,
    the clock alone decides. The row is its own place in the queue, and goes when done."""

    class What(models.TextChoices):
        SETTLE = "settle", _("Write down what the clock has changed")
        HUB = "hub", _("Tell the feeds’ hub")

    article = models.ForeignKey(
        "articles.Article", verbose_name=_("article"), on_delete=models.CASCADE, related_name="follow_ups"
    )
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    moment = models.DateTimeField(_("since"))  # of the publication, change or withdrawal that it follows
    due_at = models.DateTimeField(null=True, db_index=True)  # null: given up, until somebody says to try again
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("last failure"), max_length=300, blank=True)
    told: Any = models.JSONField(default=list)  # the feeds that the hub has heard of already

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["moment", "pk"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.UniqueConstraint(fields=["article", "what", "moment"], name="follow_up_once_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.article_id}, {self.moment}"

    def put_off(self, pause: timedelta | None, failure: str) -> None:
        """It failed. Without a pause it is given up. No more than this one's own try is written over."""
        due_at = timezone.now() + pause if pause else None
        mine = FollowUp.objects.filter(pk=self.pk, attempts=self.attempts, due_at=self.due_at)
        mine.update(due_at=due_at, failure=failure[:300])

    def note_told(self, topic: str, lease: timedelta) -> bool:
        """The hub has heard of this feed; the lease begins anew. False: it is another worker's by now."""
        mine = FollowUp.objects.filter(pk=self.pk, attempts=self.attempts, due_at=self.due_at)
        self.told, self.due_at = [*self.told, topic], timezone.now() + lease
        return bool(mine.update(told=self.told, due_at=self.due_at))
