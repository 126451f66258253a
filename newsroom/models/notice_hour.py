from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import models
from django.db.models import F, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Day(NamedTuple):
    """One day's totals, by the paper's clock."""

    date: date
    with_blocker: int
    without_blocker: int
    closed: int
    help: int
    allowed: int

    @property
    def share(self) -> float | None:
        """Of the views, those with a blocker; None without views."""
        views = self.with_blocker + self.without_blocker
        return self.with_blocker / views if views else None

    @property
    def percent(self) -> str:
        return "–" if self.share is None else f"{self.share:.1%}"


class NoticeHourQuerySet(models.QuerySet["NoticeHour"]):
    def add_one(self, kind: "NoticeHour.Kind", at: datetime | None = None) -> None:
        hour = (at or timezone.now()).replace(minute=0, second=0, microsecond=0)
        row = self.filter(hour=hour, kind=kind)
        if not row.update(number=F("number") + 1):
            # Of several that come first, one makes the row and all add to it.
            self.bulk_create([NoticeHour(hour=hour, kind=kind)], ignore_conflicts=True)
            row.update(number=F("number") + 1)

    def by_day(self, *, until: date, days: int) -> list[Day]:
        """That many days, the oldest first; those without a row are there with zeros."""
        known = self.annotate(day=TruncDate("hour")).filter(day__gt=until - timedelta(days=days), day__lte=until)
        totals = {
            (day, kind): total
            for day, kind, total in known.values_list("day", "kind").annotate(total=Sum("number")).order_by()
        }
        dates = [until - timedelta(days=back) for back in reversed(range(days))]
        return [Day(day, *(totals.get((day, kind), 0) for kind in NoticeHour.Kind)) for day in dates]


class NoticeHour(models.Model):
    """How often one thing happened within one hour. There is nothing else to know about it, nor about whom."""

    class Kind(models.TextChoices):
        """In the order of Day; the notice's script sends these words."""

        WITH = "with", _("views with a blocker")
        WITHOUT = "without", _("views without a blocker")
        CLOSED = "closed", _("closed")
        HELP = "help", _("opened the instructions")
        ALLOWED = "allowed", _("allowed the site")

    hour = models.DateTimeField(_("hour"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.PositiveBigIntegerField(_("number"), default=0)

    objects = NoticeHourQuerySet.as_manager()

    class Meta:
        ordering = ["-hour", "kind"]
        constraints = [models.UniqueConstraint(fields=["hour", "kind"], name="notice_hour_once")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H:00} {self.kind}: {self.number}"
