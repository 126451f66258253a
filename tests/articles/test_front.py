"""The front page: what editors pin, and what fills the rest."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.front import IN_BAND, PLACES, make_front
from articles.models import Pin, next_changes
from newsroom import clock as paper_clock
from tests.factories import make_article, make_articles, make_category, make_draft, make_staff, make_story

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def pin(story, place=Pin.Place.LEAD, until=None):
    return Pin.objects.create(story=story, place=place, until=until)


def make_old(**parts):
    return make_article(at=timezone.now() - timedelta(days=4000), **parts)


def shown():
    front = make_front()
    return [*front.top, *(article for band in front.bands for article in band.articles)]


def test_the_newest_stories_fill_the_top_by_themselves():
    articles = make_articles(PLACES + 2)

    assert [article.pk for article in make_front().top] == [article.pk for article in articles[:1:-1]]


def test_a_pinned_story_stands_at_its_place_however_old():
    newest = make_articles(PLACES + 30)[::-1]
    lead, third = make_old(), make_old()
    pin(lead)
    pin(third, Pin.Place.SECOND)

    assert make_front().top == [lead, newest[0], third, *newest[1 : PLACES - 2 + 1]][:PLACES]


def test_a_pinned_story_of_a_section_without_any_other_stands():
    make_articles(20)
    alone = make_old(category=make_category("gardens").pk)
    pin(alone, Pin.Place.FOURTH)

    assert make_front().top[-1] == alone


def test_of_two_at_one_place_the_second_takes_the_next():
    make_articles(10)
    first, second = make_old(), make_old()
    pin(first)
    pin(second)

    assert make_front().top[:2] == [first, second]


def test_more_pinned_than_places_stand_below_them_and_none_is_dropped():
    make_articles(10)
    olds = [make_old() for _number in range(PLACES + 3)]
    for old in olds:
        pin(old)

    assert make_front().top == olds


def test_two_pinned_to_the_last_place_stand_one_below_the_other():
    make_articles(10)
    olds = [make_old(), make_old()]
    for old in olds:
        pin(old, Pin.Place.FOURTH)

    assert make_front().top[PLACES - 1 :] == olds


def test_pins_alone_make_a_front_page():
    only = make_old()
    pin(only, Pin.Place.FOURTH)

    assert shown() == [only]


def test_no_story_stands_twice_and_every_band_is_full():
    make_category("world", position=1)
    town = make_category("town", position=2)
    towns = make_articles(30, category=town.pk)
    make_articles(30)
    pin(towns[-1])
    pin(towns[3])

    articles = shown()

    assert len(articles) == len({article.pk for article in articles}) == PLACES + 2 * IN_BAND


@pytest.mark.parametrize("make", [make_draft, lambda: make_article(at=timezone.now() + HOUR)])
def test_a_pinned_story_that_is_not_public_is_not_shown(make):
    others = make_articles(2)
    pin(make())

    assert shown() == others[::-1]


def test_a_withdrawn_story_leaves_its_place():
    others, story = make_articles(2), make_old()
    pin(story)
    story.withdraw()

    assert shown() == others[::-1]


def test_a_scheduled_story_takes_its_pinned_place_at_its_second(clock):
    make_articles(8)
    story = make_article(at=timezone.now() + HOUR)
    pin(story, Pin.Place.FIRST)
    before = make_front().top

    clock.shift(HOUR)

    assert (story in before, make_front().top.index(story)) == (False, 1)


def test_a_pin_ends_by_the_clock_alone(clock):
    make_articles(8)
    story = make_old()
    pin(story, until=timezone.now() + HOUR)
    ends = paper_clock.next_changes().until
    before = make_front().lead

    clock.shift(HOUR)

    assert (before, ends, make_front().lead == story) == (story, timezone.now(), False)
    assert (next_changes(9), paper_clock.next_changes()) == ([], ([], None))


def test_a_pinned_story_with_a_change_waiting_shows_exactly_one_version(clock):
    make_articles(8)
    story = make_old(headline="First", slug="pier")
    pin(story)
    story.publish(story.save_draft(make_story(headline="Second", slug="pier"), by=None), at=timezone.now() + HOUR)
    before = [article.headline for article in shown()]

    clock.shift(HOUR)
    after = [article.headline for article in shown()]
    story.settle()

    assert (before[0], after[0], make_front().lead) == ("First", "Second", story)
    assert ("Second" in before, "First" in after) == (False, False)
    assert len(before) == len(after) == 9


def test_sub_sections_stories_stand_in_their_sections_band():
    section = make_category("world")
    below = make_category("europe", parent=section)
    articles = make_articles(PLACES + 2, category=below.pk)

    bands = [(band.section, band.articles) for band in make_front().bands]

    assert bands == [(section, articles[1::-1])]


@pytest.mark.parametrize("count", [1, 30])
def test_the_front_page_costs_five_queries(client, django_assert_num_queries, count):
    for number in range(count):
        make_articles(2, category=make_category(f"section-{number}").pk)
        pin(make_old())
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_num_queries(5):
        response = client.get("/")

    assert response.status_code == 200


# --- The desk -------------------------------------------------------------------------------------

PINS = "/admin/articles/pin/"


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def words(*pins, **given):
    """What the browser sends from the page of the pins."""
    form = {"form-TOTAL_FORMS": len(pins), "form-INITIAL_FORMS": len(pins), "_save": "Save"}
    for number, (row, place) in enumerate(pins):
        part = {"id": row.pk, "place": place, "until_0": "", "until_1": ""}
        form |= {f"form-{number}-{name}": value for name, value in part.items()}
    return form | given


def test_pinning_a_story_that_is_not_public_says_when_it_will_stand(desk):
    draft = make_draft(headline="Pier")

    response = desk.post(f"{PINS}add/", {"story": draft.pk, "place": 1, "until_0": "", "until_1": ""}, follow=True)

    said = [str(message) for message in response.context["messages"]]
    assert said[0] == "“Pier”: Not published: takes its place as soon as it is (now: Draft)"
    assert Pin.objects.get().story == draft


def test_two_pinned_stories_change_places_on_the_one_page(desk):
    first, second = make_old(), make_old()
    a, b = pin(first, 1), pin(second, 2)

    response = desk.post(PINS, words((a, 2), (b, 1)))

    assert response.status_code == 302
    assert make_front().top == [second, first]


def test_the_page_of_the_pins_shows_what_readers_see(desk):
    newest = make_article()
    old = make_old()
    pin(old)

    response = desk.get(PINS)

    assert response.context["slots"] == [(old, True), (newest, False)]


def test_each_field_of_the_list_says_what_it_is(desk):
    pin(make_article())
    page = desk.get(PINS).content.decode()

    assert re.findall(r'name="form-0-[^>]* aria-label="([^"]*)"', page) == ["Place", "Until, date", "Until, time"]


@pytest.mark.parametrize(
    "given",
    [
        {"story": ""},
        {"place": "6"},
        {"place": "-1"},
        {"place": "\x00"},
        {"until_0": "yesterday"},
        {"until_0": "2001-01-01", "until_1": "00:00"},
        {"until_0": "9" * 10000},
    ],
)
def test_what_cannot_be_pinned_is_said_and_nothing_is_stored(desk, given):
    story = make_article()

    response = desk.post(f"{PINS}add/", {"story": story.pk, "place": 1, "until_0": "", "until_1": ""} | given)

    assert (response.status_code, Pin.objects.count()) == (200, 0)
    assert response.context["adminform"].form.errors


def test_a_story_is_pinned_once(desk):
    story = make_article()
    pin(story)

    response = desk.post(f"{PINS}add/", {"story": story.pk, "place": 2, "until_0": "", "until_1": ""})

    assert list(response.context["adminform"].form.errors) == ["story"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_of_the_pins_costs_the_same_for_any_number(desk, django_assert_max_num_queries, count):
    for _number in range(count):
        pin(make_article())

    with django_assert_max_num_queries(24):
        response = desk.get(PINS)

    assert response.status_code == 200
