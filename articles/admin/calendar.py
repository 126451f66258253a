"""The desk's calendar: what was and will be published, what changes, what is withdrawn, by month, week and day.

A big paper has thousands of stories in a month: the database sends the first of each day and counts the others.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Window
from django.db.models.functions import RowNumber, TruncDate
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, get_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.article_list import family_of
from articles.models import Article, ArticleQuerySet, Status
from articles.widgets import is_key
from categories.models import Category

# Entries of a day, at most. What is more leads from the first three to the day's own page, from there to the list.
AT_MOST = {"month": 6, "week": 20, "list": 20, "day": 500}
_DAYS_OF_LIST = 14
_YEARS = range(1900, 2200)
_DAY = timedelta(days=1)
VIEWS = {
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
    "list": gettext_lazy("List"),
    "day": gettext_lazy("Day"),
}


class Entry(NamedTuple):
    at: datetime
    pk: int
    headline: str
    section: str | None
    unseen: int  # of the last that was fetched of a kind: how many more that day has of it
    what: str  # in words
    colour: str  # one of desk.css's states

    @property
    def address(self) -> str:
        return reverse("admin:articles_article_change", args=[self.pk])


@dataclass(frozen=True)
class Day:
    day: date
    entries: list[Entry]
    is_today: bool
    is_outside: bool  # of the month that is shown
    more: int = 0
    address: str = ""  # of its own page
    rest: str = ""  # where the others are


class Span(NamedTuple):
    """The days that a page shows, and where it leads on."""

    first: date
    last: date
    before: date
    after: date
    title: str


# --- What there is: a source for each kind ---------------------------------------------------------

Source = Callable[[ArticleQuerySet, datetime, datetime, int], Iterable[Entry]]


def _publications(stories: ArticleQuerySet, begin: datetime, end: datetime, at_most: int) -> Iterator[Entry]:
    rows = stories.filter(status__in=[Status.LIVE, Status.WITHDRAWN], published_at__gte=begin, published_at__lt=end)
    now = timezone.now()
    words = {"scheduled": _("Scheduled"), "withdrawn": _("Published, since withdrawn"), "live": _("Published")}
    further = ("status", "live_from", "live_until")
    for begun, status, live_from, live_until in _values(rows, at_most, "published_at", *further):
        is_over = status == Status.WITHDRAWN or (live_until and live_until <= now)
        colour = "withdrawn" if is_over else "scheduled" if live_from > now else "live"
        yield _entry(begun, words[colour], colour)


def _changes(stories: ArticleQuerySet, begin: datetime, end: datetime, at_most: int) -> Iterator[Entry]:
    rows = stories.filter(
        replacement__replaces__isnull=False,  # the database then knows how few changes ever wait
        replacement__live_from__gte=begin,
        replacement__live_from__lt=end,
    )
    for (begun,) in _values(rows, at_most, "replacement__live_from"):
        yield _entry(begun, _("Change goes out"), "scheduled")


def _withdrawals(stories: ArticleQuerySet, begin: datetime, end: datetime, at_most: int) -> Iterator[Entry]:
    rows = stories.filter(live_until__gte=begin, live_until__lt=end).exclude(status=Status.DRAFT)
    now = timezone.now()
    for (begun,) in _values(rows, at_most, "live_until"):
        yield _entry(begun, _("Withdrawn") if begun[0] <= now else _("Is withdrawn by itself"), "withdrawn")


def _embargoes(stories: ArticleQuerySet, begin: datetime, end: datetime, at_most: int) -> Iterator[Entry]:
    rows = stories.filter(embargo_until__gte=begin, embargo_until__lt=end)
    return (_entry(begun, _("Embargo ends"), "draft") for (begun,) in _values(rows, at_most, "embargo_until"))


def _reviews(stories: ArticleQuerySet, begin: datetime, end: datetime, at_most: int) -> Iterator[Entry]:
    rows = stories.filter(review_due__gte=begin, review_due__lt=end)
    return (_entry(begun, _("Review is due"), "review") for (begun,) in _values(rows, at_most, "review_due"))


SOURCES: list[Source] = [_publications, _changes, _withdrawals, _embargoes, _reviews]


def entries_between(stories: ArticleQuerySet, begin: datetime, end: datetime, at_most: int) -> list[Entry]:
    """Of these stories, in order; of each day and kind the first. As many queries as there are kinds."""
    found = [entry for source in SOURCES for entry in source(stories, begin, end, at_most)]
    return sorted(found, key=lambda entry: (entry.at, entry.headline, entry.what))


def _values(stories: ArticleQuerySet, at_most: int, moment: str, *further: str) -> Iterator[Any]:
    """Of each what an entry begins with, and then what else was asked for."""
    day = [TruncDate(moment)]
    rows = (
        stories.order_by()
        .annotate(
            place=Window(RowNumber(), partition_by=day, order_by=[moment, "headline", "pk"]),
            of_day=Window(Count("*"), partition_by=day),
        )
        .filter(place__lte=at_most)
        .values_list("place", "of_day", moment, "pk", "headline", "category__name", *further)
    )
    for place, of_day, *about in rows:
        yield (*about[:4], of_day - at_most if place == at_most else 0), *about[4:]


def _entry(begun: tuple[datetime, int, str, str | None, int], what: str, colour: str) -> Entry:
    return Entry(*begun, what=what, colour=colour)


# --- Its pages -------------------------------------------------------------------------------------


class Calendar(admin.ModelAdmin):
    """What ArticleAdmin has of the calendar."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.calendar_view)
        return [path("calendar/", view, name="articles_article_calendar"), *super().get_urls()]

    def calendar_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        view = request.GET.get("view", "month")
        view = view if view in VIEWS else "month"
        form = self._section_form(request)
        day = _asked(request.GET.get("day", ""))
        section: Category | None = form.cleaned_data["section"] if form.is_valid() else None
        span = _SPANS[view](day)
        stories: Any = self.get_queryset(request)
        if section:
            stories = stories.filter(category__in=family_of(section))
        entries = entries_between(stories, _midnight(span.first), _midnight(span.last + _DAY), AT_MOST[view])
        kept = {"section": str(section.pk)} if section else {}
        days = _days(span, entries, kept, view)
        context = self.admin_site.each_context(request) | {
            "title": _("Calendar"),
            "opts": self.opts,
            "media": self.media + form.media,
            "view": view,
            "form": form,
            "is_empty": not entries,
            "span": span,
            "days": [day for day in days if day.entries] if view in {"list", "day"} else days,
            "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
            "weekdays": [WEEKDAYS[day.day.weekday()] for day in days[:7]],
            "ways": [
                (name, words, _address(kept, name, _asked(request.GET.get("day", "")))) for name, words in VIEWS.items()
            ],
            "before": _address(kept, view, span.before),
            "after": _address(kept, view, span.after),
            "now": _address(kept, view, timezone.localdate()),
            "day": day.isoformat(),
        }
        return TemplateResponse(request, "admin/articles/article/calendar.html", context)

    def _section_form(self, request: HttpRequest) -> forms.Form:
        widget = AutocompleteSelect(Article._meta.get_field("category"), self.admin_site)
        given = request.GET.get("section", "")
        form = forms.Form({"section": given if is_key(given) else ""})
        form.fields["section"] = forms.ModelChoiceField(
            label=_("Section"), queryset=Category.objects.all(), required=False, widget=widget
        )
        return form


def _days(span: Span, entries: list[Entry], kept: dict[str, str], view: str) -> list[Day]:
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(timezone.localdate(entry.at), []).append(entry)
    today, at_most = timezone.localdate(), AT_MOST[view]
    found = []
    for number in range((span.last - span.first).days + 1):
        day = span.first + number * _DAY
        mine = by_day.get(day, [])
        more = max(0, len(mine) - at_most) + sum(entry.unseen for entry in mine)
        is_outside = view == "month" and not span.before < day.replace(day=1) < span.after
        address = _address(kept, "day", day)
        rest = _in_list(kept, day) if view == "day" else address
        found.append(Day(day, mine[:at_most], day == today, is_outside, more, address, rest))
    return found


def _in_list(kept: dict[str, str], day: date) -> str:
    """What a day's own page has no room for: the list goes on from page to page."""
    dates = {"since": day.isoformat(), "until": day.isoformat()}
    return f"{reverse('admin:articles_article_changelist')}?{urlencode(dates | kept)}"


def _asked(given: str) -> date:
    """The day that is asked for; today, if that is none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return timezone.localdate()
    return day if day.year in _YEARS else timezone.localdate()


def _month(day: date) -> Span:
    first = day.replace(day=1)
    after = (first + 31 * _DAY).replace(day=1)
    begin, end = _week_of(first)[0], _week_of(after - _DAY)[1]
    return Span(begin, end, (first - _DAY).replace(day=1), after, date_format(first, "YEAR_MONTH_FORMAT"))


def _week(day: date) -> Span:
    first, last = _week_of(day)
    return Span(first, last, first - 7 * _DAY, first + 7 * _DAY, _from_to(first, last))


def _list(day: date) -> Span:
    last = day + (_DAYS_OF_LIST - 1) * _DAY
    return Span(day, last, day - _DAYS_OF_LIST * _DAY, day + _DAYS_OF_LIST * _DAY, _from_to(day, last))


def _one(day: date) -> Span:
    return Span(day, day, day - _DAY, day + _DAY, date_format(day, "DATE_FORMAT"))


_SPANS: dict[str, Callable[[date], Span]] = {"month": _month, "week": _week, "list": _list, "day": _one}


def _week_of(day: date) -> tuple[date, date]:
    """As the language has it: from Monday or from Sunday."""
    first_of_week = (int(get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
    first = day - ((day.weekday() - first_of_week) % 7) * _DAY
    return first, first + 6 * _DAY


def _from_to(first: date, last: date) -> str:
    return f"{date_format(first, 'DATE_FORMAT')} – {date_format(last, 'DATE_FORMAT')}"


def _address(kept: dict[str, str], view: str, day: date) -> str:
    return "?" + urlencode({"view": view, "day": day.isoformat()} | kept)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
