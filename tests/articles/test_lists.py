"""The archive by year, month and day; the tags."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.archive import Period, with_stories
from articles.models import Tag
from tests.factories import make_article, make_articles, make_draft, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zone(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def at(*parts):
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)


def headlines(response) -> list[str]:
    return [article.headline for article in response.context["page"].rows]


def links(response, to: str) -> list[str]:
    return re.findall(rf'href="({to}[^"]*)"', response.content.decode())


# --- Which day a story belongs to ------------------------------------------------------------------


def test_a_story_late_at_night_in_utc_belongs_to_the_papers_next_day(client):
    make_article(headline="Late", at=at(2025, 12, 31, 23, 30))

    pages = ["/archive/2026/01/01/", "/archive/2026/01/", "/archive/2026/"]
    others = ["/archive/2025/12/31/", "/archive/2025/12/", "/archive/2025/"]

    assert [headlines(client.get(page)) for page in pages] == [["Late"]] * 3
    assert [headlines(client.get(page)) for page in others] == [[]] * 3


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2025/03/30", at(2025, 3, 29, 23), at(2025, 3, 30, 21, 59, 59)),  # 23 hours
        ("2025/10/26", at(2025, 10, 25, 22), at(2025, 10, 26, 22, 59, 59)),  # 25 hours
    ],
)
def test_a_day_on_which_the_clocks_change_has_all_of_its_hours(client, day, first, last):
    for moment in (first - timedelta(seconds=1), first, last, last + timedelta(seconds=1)):
        make_article(headline=moment.isoformat(), at=moment)

    assert headlines(client.get(f"/archive/{day}/")) == [last.isoformat(), first.isoformat()]


def test_a_midnight_that_is_skipped_loses_no_story(client, settings):
    settings.TIME_ZONE = "America/Santiago"  # 2025-09-07 begins at one o'clock
    make_article(headline="Before", at=at(2025, 9, 7, 3, 59, 59))
    make_article(headline="After", at=at(2025, 9, 7, 4))

    days = [headlines(client.get(f"/archive/2025/09/{day}/")) for day in ("06", "07")]

    assert days == [["Before"], ["After"]]


def test_a_leap_day_and_the_last_days_of_months():
    ends = [Period(2024, 2).end, Period(2025, 2).end, Period(2025, 12).end, Period(2024, 2, 29).end, Period(2025).end]

    assert [timezone.localtime(end).strftime("%Y-%m-%d %H") for end in ends] == [
        *("2024-03-01 00", "2025-03-01 00", "2026-01-01 00", "2024-03-01 00", "2026-01-01 00"),
    ]
    assert [len(Period(*month).parts) for month in ((2024, 2), (2025, 2), (2025, 12))] == [29, 28, 31]


# --- Ways through the archive ---------------------------------------------------------------------


def test_the_archive_names_the_years_and_months_that_have_stories(client):
    for moment in (at(2023, 1, 31, 23, 30), at(2025, 5, 5), at(2025, 5, 6), at(2025, 7, 1)):
        make_article(at=moment)

    response = client.get("/archive/")

    assert links(response, "/archive/2") == [
        *("/archive/2025/", "/archive/2025/05/", "/archive/2025/07/"),
        *("/archive/2023/", "/archive/2023/02/"),
    ]
    assert len(headlines(response)) == 4


def test_a_year_names_its_months_and_a_month_its_days(client):
    for moment in (at(2025, 5, 5), at(2025, 5, 31), at(2025, 7, 1)):
        make_article(at=moment)

    parts = [[str(part) for part in client.get(f"/archive/{path}/").context["parts"]] for path in ("2025", "2025/05")]

    assert parts == [["May 2025", "July 2025"], ["May 5, 2025", "May 31, 2025"]]


@pytest.mark.parametrize(
    ("path", "earlier", "later"),
    [
        ("2025", "/archive/2021/", "/archive/2026/"),
        ("2025/06", "/archive/2025/05/", "/archive/2026/01/"),
        ("2025/05/05", "/archive/2025/05/04/", "/archive/2026/01/01/"),
        ("2021", None, "/archive/2025/"),
        ("2026/01/01", "/archive/2025/05/05/", None),
        ("2030/12/31", "/archive/2026/01/01/", None),
    ],
)
def test_neighbours_are_the_nearest_that_have_stories(client, path, earlier, later):
    for moment in (at(2021, 3, 3), at(2025, 5, 4), at(2025, 5, 5), at(2025, 12, 31, 23, 30)):
        make_article(at=moment)

    context = client.get(f"/archive/{path}/").context

    found = [period and period.get_absolute_url() for period in (context["earlier"], context["later"])]
    assert found == [earlier, later]


def test_a_day_links_its_month_its_year_and_the_archive(client):
    html = client.get("/archive/2025/05/05/").content.decode()

    head = re.search(r'<p class="kicker">(.*?)</p>', html, re.DOTALL)[1]
    assert re.findall(r'href="([^"]+)"', head) == ["/archive/", "/archive/2025/", "/archive/2025/05/"]


def test_a_day_lists_its_stories_newest_first(client):
    for hour in (9, 11, 10):
        make_article(headline=f"At {hour}", at=at(2025, 5, 5, hour))

    assert headlines(client.get("/archive/2025/05/05/")) == ["At 11", "At 10", "At 9"]


@pytest.mark.parametrize("path", ["/archive/", "/archive/2025/", "/archive/2025/05/", "/archive/2025/05/05/"])
def test_the_archive_is_paged_to_the_last_story_and_back(client, path):
    make_articles(45, at=at(2025, 5, 5, 9))

    seen, response = [], client.get(path)
    while True:
        seen += headlines(response)
        older = response.context["page"].older
        if not older:
            break
        response = client.get(path, {"before": older})
    back = client.get(path, {"after": response.context["page"].newer})

    assert len(seen) == len(set(seen)) == 45
    assert headlines(back) == seen[20:40]


@pytest.mark.parametrize(
    "path",
    [
        *("2025/13", "2025/00", "2025/02/30", "2025/02/29", "2025/04/31", "2025/01/00", "2025/01/32"),
        *("0000", "0001", "9999", "9999/12", "9999/12/31", "99999", "2025/1", "2025/1/1", "2025/05/5", "25"),
        *("٢٠٢٥", "2025%0A", "2025%00", "-2025", "2025/05/05/05"),
    ],
)
def test_impossible_dates_are_not_found(client, path):
    make_article(at=at(2025, 5, 5))

    assert client.get(f"/archive/{path}/").status_code == 404


def test_a_day_without_stories_says_so_and_is_for_no_search_engine(client):
    make_article(at=at(2025, 5, 4))

    html = client.get("/archive/2025/05/05/").content.decode()

    assert ("Nothing was published in this time." in html, 'content="noindex, follow"' in html) == (True, True)


def test_periods_are_asked_for_in_one_query(django_assert_num_queries):
    make_article(at=at(2025, 5, 5))

    with django_assert_num_queries(1):
        found = with_stories([month for year in range(1900, 2027) for month in Period(year).parts])

    assert found == [Period(2025, 5)]


# --- Tags -----------------------------------------------------------------------------------------


def test_the_topics_are_those_of_published_stories_in_the_order_of_the_alphabet(client):
    for name, slug in (("tide", "tide"), ("Éclair", "eclair"), ("clock", "clock")):
        make_article(tags=(Tag.objects.create(name=name, slug=slug).pk,))
    make_tag("unused")
    make_draft(tags=(make_tag("secret").pk,))
    make_article(tags=(make_tag("embargoed").pk,), at=timezone.now() + timedelta(days=1))
    make_article(tags=(make_tag("regretted").pk,)).withdraw()

    response = client.get("/tags/")

    assert [tag.name for _letter, tags in response.context["letters"] for tag in tags] == ["clock", "Éclair", "tide"]


def test_a_topic_lists_its_published_stories_and_the_article_leads_there(client):
    tag = make_tag("pier")
    make_article(headline="Painted", slug="painted", tags=(tag.pk,))
    make_article(headline="Another matter")
    make_draft(headline="Unpainted", tags=(tag.pk,))

    page = client.get("/world/painted/")

    assert links(page, "/tags/pier") == ["/tags/pier/"]
    assert headlines(client.get("/tags/pier/")) == ["Painted"]


def test_a_topic_whose_last_story_was_withdrawn_still_answers(client):
    article = make_article(tags=(make_tag("pier").pk,))
    article.withdraw()

    html = client.get("/tags/pier/").content.decode()

    assert "Nothing on this topic is published at present." in html


@pytest.mark.parametrize("path", ["/tags/nothing/", "/tags/%00/", "/tags/" + "x" * 10_000 + "/"])
def test_an_unknown_topic_is_not_found(client, path):
    assert client.get(path).status_code == 404
