from datetime import timedelta
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PATIENCE = timedelta(minutes=5)  # that one may take; the desk hears of what takes longer


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def claim_due(self, lease: timedelta, most: int) -> "list[FollowUp]":
        """Those that have been due for longest, for ourselves until the lease ends."""
        now = timezone.now()
        with transaction.atomic():
            due = self.filter(due_at__lte=now).order_by("due_at", "pk")
            rows = list(due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:most])
            if rows:
                mine = self.filter(pk__in=[row.pk for row in rows])
                mine.update(due_at=now + lease, attempts=F("attempts") + 1)
        for row in rows:
            row.due_at, row.attempts = now + lease, row.attempts + 1
        return rows

    def note_told(self, topic: str, to_tell: "list[FollowUp]", claimed: "list[FollowUp]", lease: timedelta) -> bool:
        """The hub has heard of this feed, which some of these were to tell; for all of them the lease begins anew.
        False, and nothing is noted: one is another worker's by now."""
        mine, due_at = self.held(claimed), timezone.now() + lease
        with transaction.atomic():
            if mine.update(due_at=due_at) < len(claimed):
                transaction.set_rollback(True)
                return False
            for row in to_tell:
                row.told = [*row.told, topic]
            self.bulk_update(to_tell, ["told"])
        for row in claimed:
            row.due_at = due_at
        return True

    def held(self, claimed: "list[FollowUp]") -> Self:
        """Those of them that nobody else has claimed since."""
        return self.filter(pk__in=[row.pk for row in claimed], due_at__in={row.due_at for row in claimed})

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
        OUT = "out", _("Tell the desk that it went out")
        OVER = "over", _("Tell the desk that it was withdrawn")

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
        """It failed. Without a pause it is given up. What another worker has claimed since stays that one's."""
        due_at = timezone.now() + pause if pause else None
        FollowUp.objects.held([self]).update(due_at=due_at, failure=failure[:300])
