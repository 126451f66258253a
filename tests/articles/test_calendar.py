"""The desk's calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.admin.calendar import AT_MOST
from articles.models import Article, Status
from tests.factories import make_article, make_category, make_draft, make_staff

pytestmark = pytest.mark.django_db

CALENDAR = "/admin/articles/article/calendar/"
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)


@pytest.fixture
def desk(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(make_staff())
    return client


def shown(desk, **asked) -> list[tuple[str, str, str]]:
    days = desk.get(CALENDAR, asked).context["days"]
    return [(day.day.isoformat(), entry.headline, entry.what) for day in days for entry in day.entries]


def planned(at, **parts) -> Article:
    draft = make_draft(**parts)
    draft.publish(draft.latest_revision(), at=at)
    return draft


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_everything_stands_on_its_day(desk, view):
    make_draft(headline="nobody sees it")
    story = make_article(headline="out", at=NOW)
    story.publish(story.latest_revision(), at=NOW + DAY)
    story.plan(embargo_until=None, live_until=NOW + 2 * DAY)
    planned(NOW + 3 * DAY, headline="to come")
    make_draft(headline="held").plan(embargo_until=NOW + 4 * DAY, live_until=None)
    gone = make_article(headline="gone", at=NOW)
    gone.withdraw()

    assert (
        shown(desk, view=view)
        == [
            ("2026-11-18", "gone", "Published, since withdrawn"),
            ("2026-11-18", "gone", "Withdrawn"),
            ("2026-11-18", "out", "Published"),
            ("2026-11-19", "out", "Change goes out"),
            ("2026-11-20", "out", "Is withdrawn by itself"),
            ("2026-11-21", "to come", "Scheduled"),
            ("2026-11-22", "held", "Embargo ends"),
        ][: 6 if view == "week" else None]
    )


def test_days_are_those_of_the_papers_time_zone(desk, settings):
    settings.TIME_ZONE = "Asia/Kathmandu"
    make_article(headline="late", at=datetime(2026, 11, 17, 18, 30, tzinfo=UTC))

    assert shown(desk) == [("2026-11-18", "late", "Published")]


def test_a_section_shows_its_own_and_what_is_below_it(desk):
    world = make_category("world")
    make_article(headline="below", at=NOW, category=make_category("europe", parent=world).pk)
    make_article(headline="beside", at=NOW, category=make_category("town").pk)

    assert shown(desk, section=world.pk) == [("2026-11-18", "below", "Published")]


@pytest.mark.parametrize(
    ("view", "title", "before", "after"),
    [
        ("month", "November 2026", "2026-10-01", "2026-12-01"),
        ("week", "Nov. 15, 2026 – Nov. 21, 2026", "2026-11-08", "2026-11-22"),
        ("list", "Nov. 18, 2026 – Dec. 1, 2026", "2026-11-04", "2026-12-02"),
        ("day", "Nov. 18, 2026", "2026-11-17", "2026-11-19"),
    ],
)
def test_each_view_leads_on(desk, view, title, before, after):
    context = desk.get(CALENDAR, {"view": view}).context

    assert (context["span"].title, context["span"].before.isoformat(), context["span"].after.isoformat()) == (
        title,
        before,
        after,
    )


def test_today_is_marked_and_a_full_day_of_a_month_leads_to_its_own_list(desk):
    for number in range(8):
        make_article(headline=f"Story {number}", at=NOW)

    page = desk.get(CALENDAR).content.decode()

    assert (page.count('aria-current="date"'), ">2 more</a>" in page) == (1, True)
    assert "?view=day&amp;day=2026-11-18" in page
    assert len(shown(desk, view="day", day="2026-11-18")) == 8


def test_a_day_shows_its_first_and_counts_the_others_of_every_kind(desk):
    for number in range(22):
        make_article(headline=f"Story {number:02}", at=NOW - DAY).plan(embargo_until=None, live_until=NOW + DAY)
    for number in range(3):
        make_article(headline=f"Further {number}", at=NOW + DAY / 4)
        planned(NOW + DAY, headline=f"To come {number}")

    days = [
        [(len(day.entries), day.more) for day in desk.get(CALENDAR, {"view": view}).context["days"] if day.entries]
        for view in ("month", "week", "list")
    ]

    assert days == [[(6, 16), (3, 0), (6, 19)], [(20, 2), (3, 0), (20, 5)], [(3, 0), (20, 5)]]
    assert [entry[1] for entry in shown(desk)][:6] == [f"Story {number:02}" for number in range(6)]


def test_a_day_with_more_than_a_page_bears_leads_to_the_list(desk):
    category = make_category("town")
    Article.objects.bulk_create(
        Article(
            headline=f"{n}",
            slug=f"s-{n}",
            body="<p>x</p>",
            status=Status.LIVE,
            category=category,
            live_from=NOW,
            published_at=NOW,
        )
        for n in range(AT_MOST["day"] + 3)
    )

    page = desk.get(CALENDAR, {"view": "day", "section": category.pk}).content.decode()

    rest = f"/admin/articles/article/?since=2026-11-18&amp;until=2026-11-18&amp;section={category.pk}"
    assert f'<a href="{rest}">3 more</a>' in page
    assert desk.get(rest.replace("&amp;", "&")).context["cl"].result_count == AT_MOST["day"] + 3


def test_empty_days_say_so(desk):
    assert "Nothing was or will be published" in desk.get(CALENDAR).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "x"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "2026-13-40"},
        {"day": "1900-01-01"},
        {"day": "2199-12-31"},
        {"view": "decade"},
        {"section": "9" * 100},
        {"section": "\x00"},
    ],
)
def test_no_question_breaks_it(desk, asked):
    assert [desk.get(CALENDAR, {"view": view} | asked).status_code for view in AT_MOST] == [200] * 4


def test_who_may_not_see_articles_sees_no_calendar(client):
    client.force_login(make_staff("moderator", superuser=False))

    assert client.get(CALENDAR).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_it_costs_the_same_for_any_number(desk, django_assert_max_num_queries, count):
    for _number in range(count):
        make_article(at=NOW).publish(Article.objects.latest("pk").latest_revision(), at=NOW + DAY)
    desk.get(CALENDAR)

    with django_assert_max_num_queries(14):
        desk.get(CALENDAR)
