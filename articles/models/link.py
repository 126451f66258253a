from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST = 1000  # characters of an address that is looked up
GOOD_FOR = timedelta(days=1)


class LinkQuerySet(models.QuerySet["Link"]):
    def claim_next(self, lease: timedelta) -> "Link | None":
        """The one that has been due for longest, for ourselves until the lease ends. None: nothing is due."""
        now = timezone.now()
        while link := self.filter(due_at__lte=now).order_by("due_at").first():
            unclaimed = self.filter(pk=link.pk, due_at=link.due_at)
            link.due_at, link.attempts = now + lease, link.attempts + 1
            if unclaimed.update(due_at=link.due_at, attempts=link.attempts):
                return link
        return None


class Link(models.Model):
    """An address outside that a story leads to, and whether it answers. The row is its own entry in the queue."""

    class Answer(models.TextChoices):
        UNKNOWN = "", _("not looked up yet")
        ANSWERS = "answers", _("answers")
        REFUSED = "refused", _("is not looked up: it is no public address")
        FAILS = "fails", _("does not answer")

    url = models.CharField(max_length=LONGEST, unique=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.UNKNOWN, blank=True)
    detail = models.CharField(max_length=100, blank=True)  # what was wrong
    checked_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # null: has been looked up
    attempts = models.PositiveIntegerField(default=0)

    objects = LinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="link_due")]

    def __str__(self) -> str:
        return self.url
