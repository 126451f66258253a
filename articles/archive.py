"""The archive's calendar: years, months and days in the paper's time zone."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles.models import Article, ArticleQuerySet


@dataclass(frozen=True)
class Period:
    """A year, a month or a day. What is asked of an impossible one raises ValueError, or OverflowError at the ends
    of what can be counted."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        return date_format(self.first_day, "DATE_FORMAT" if self.day else "YEAR_MONTH_FORMAT" if self.month else "Y")

    def get_absolute_url(self) -> str:
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return reverse("articles:archive", args=parts)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def begin(self) -> datetime:
        return _midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        if self.day:
            return _midnight(self.first_day + timedelta(days=1))
        if self.month:
            return _midnight((self.first_day + timedelta(days=31)).replace(day=1))
        return _midnight(date(self.year + 1, 1, 1))

    @property
    def above(self) -> list["Period"]:
        """The year of a month; the year and the month of a day."""
        return [Period(self.year), Period(self.year, self.month)][: bool(self.month) + bool(self.day)]

    @property
    def parts(self) -> list["Period"]:
        """The months of a year, the days of a month."""
        if self.day:
            return []
        if self.month:
            days = calendar.monthrange(self.year, self.month)[1]
            return [Period(self.year, self.month, day) for day in range(1, days + 1)]
        return [Period(self.year, month) for month in range(1, 13)]

    def stories(self) -> ArticleQuerySet:
        return Article.objects.published().filter(published_at__gte=self.begin, published_at__lt=self.end)

    def earlier(self) -> "Period | None":
        """The last one before it, of its kind, that has stories."""
        return self._at(Article.objects.published().filter(published_at__lt=self.begin).order_by("-published_at"))

    def later(self) -> "Period | None":
        return self._at(Article.objects.published().filter(published_at__gte=self.end).order_by("published_at"))

    def _at(self, stories: ArticleQuerySet) -> "Period | None":
        moment = stories.values_list("published_at", flat=True).first()
        if moment is None:
            return None
        local = timezone.localtime(moment)
        return Period(local.year, self.month and local.month, self.day and local.day)


def years() -> list[Period]:
    """Those that have stories, newest first."""
    oldest = Article.objects.published().order_by("published_at").values_list("published_at", flat=True).first()
    if oldest is None:
        return []
    known = range(timezone.localdate().year, timezone.localtime(oldest).year - 1, -1)
    return with_stories([Period(year) for year in known])


def with_stories(periods: list[Period]) -> list[Period]:
    """Those of them that have stories. One query, which looks into an index once for each period.

    To ask for the distinct months of all articles would be shorter, and would read all articles.
    """
    if not periods:
        return []
    story = (
        Article.objects.published()
        .filter(published_at__gte=RawSQL("period.since", ()), published_at__lt=RawSQL("period.until", ()))
        .order_by("-published_at")
        .values("published_at")[:1]
    )
    story_sql, story_params = story.query.sql_with_params()
    rows = ", ".join(["(%s, %s, %s)"] * len(periods))
    adapt = connection.ops.adapt_datetimefield_value
    spans = [x for n, period in enumerate(periods) for x in (n, adapt(period.begin), adapt(period.end))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH period (n, since, until) AS (VALUES {rows}) SELECT n FROM period WHERE ({story_sql}) IS NOT NULL",  # noqa: S608  # only marks
            [*spans, *story_params],
        )
        found = {n for (n,) in cursor.fetchall()}
    return [period for n, period in enumerate(periods) if n in found]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone()).astimezone(UTC)
