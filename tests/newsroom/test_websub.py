"""The hub hears of each publication, once, whatever happens in between."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import FollowUp
from tests.factories import do_follow_ups, make_article, make_author, make_category, make_draft, make_story, make_tag
from tests.newsroom.hub import Hub

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine


@pytest.fixture
def hub(settings):
    with Hub() as hub:
        settings.WEBSUB_HUB = hub.url
        yield hub


def three(place: str) -> list[str]:
    return [f"{place}feed/", f"{place}feed/atom/", f"{place}feed/json/"]


WORLD = [*three("/"), *three("/world/"), *three("/authors/james-carter/")]


def test_each_feed_that_shows_it_is_named_once(hub):
    europe = make_category("europe", parent=make_category("world"))
    make_article(category=europe.pk, bylines=(make_author().pk, make_author("ada").pk), tags=(make_tag("peace").pk,))

    do_follow_ups()
    do_follow_ups()

    places = ["/", "/europe/", "/world/", "/authors/ada/", "/authors/james-carter/", "/tags/peace/"]
    assert hub.topics() == [topic for place in places for topic in three(place)]
    assert FollowUp.objects.count() == 0


def test_of_stories_that_come_out_together_each_feed_is_named_once_and_noted_for_each(hub, clock):
    for topic in ("peace", "war"):
        make_article(tags=(make_tag(topic).pk,))
    hub.answer = lambda topic: 500 if "/peace/feed/json/" in topic else 204
    do_follow_ups()
    first = hub.topics()
    left = [one.told for one in FollowUp.objects.all()]
    hub.answer = lambda topic: 204

    clock.shift(60)
    do_follow_ups()

    assert sorted(first) == sorted([*WORLD, *three("/tags/peace/"), *three("/tags/war/")])
    assert [len(told) for told in left] == [len(WORLD) + 2]
    assert (hub.topics(), FollowUp.objects.count()) == (["/tags/peace/feed/json/"], 0)


@pytest.mark.django_db(transaction=True)
def test_who_took_too_long_leaves_it_to_the_other(hub, clock):
    make_article()

    def slow(topic):
        if topic.endswith("/world/feed/"):  # the lease is over, and another worker comes
            FollowUp.objects.update(due_at=timezone.now() + timedelta(hours=1), attempts=2)
            connection.close()
        return 204

    hub.answer = slow
    do_follow_ups()

    [row] = FollowUp.objects.all()
    assert (hub.topics(), len(row.told), row.failure) == ([*three("/"), "/world/feed/"], 3, "")


def test_a_change_is_a_publication_and_a_draft_is_none(hub):
    article = make_article()
    do_follow_ups()
    hub.topics()

    change = article.save_draft(make_story(), by=None)
    do_follow_ups()
    after_draft = hub.topics()
    article.publish(change)
    do_follow_ups()

    assert (after_draft, hub.topics()) == ([], WORLD)


def test_a_publication_by_the_clock_is_told_of_on_its_second(hub, clock):
    draft = make_draft()
    draft.publish(draft.latest_revision(), at=timezone.now() + timedelta(hours=1))
    do_follow_ups()
    before = hub.topics()

    clock.shift(3600)
    do_follow_ups()

    assert (before, hub.topics()) == ([], WORLD)


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_change_by_the_clock_is_told_of_whoever_is_faster(hub, clock, is_settled):
    article = make_article()
    do_follow_ups()
    hub.topics()
    change = article.save_draft(make_story(category=make_category("town").pk), by=None)
    article.publish(change, at=timezone.now() + timedelta(hours=1))

    clock.shift(3600)
    if is_settled:
        article.settle()
    do_follow_ups()

    assert hub.topics() == [*three("/"), *three("/town/"), *three("/authors/james-carter/")]


def test_a_plan_that_was_changed_is_told_of_at_the_new_time_alone(hub, clock):
    draft = make_draft()
    revision = draft.latest_revision()
    draft.publish(revision, at=timezone.now() + timedelta(hours=2))
    draft.publish(revision, at=timezone.now() + timedelta(hours=1))

    clock.shift(3600)
    do_follow_ups()
    first = hub.topics()
    clock.shift(3600)
    do_follow_ups()

    assert (first, hub.topics()) == (WORLD, [])


def test_what_was_called_off_is_not_told_of(hub, clock):
    draft = make_draft()
    draft.publish(draft.latest_revision(), at=timezone.now() + timedelta(hours=1))
    article = make_article()
    do_follow_ups()
    hub.topics()
    article.publish(article.latest_revision(), at=timezone.now() + timedelta(hours=1))
    draft.withdraw()
    article.withdraw()

    clock.shift(3600)
    do_follow_ups()

    assert (hub.topics(), FollowUp.objects.count()) == ([], 0)


def test_a_hub_that_is_down_is_asked_again_after_a_pause_by_one_alone(hub, clock):
    make_article()
    make_article()
    hub.answer = lambda topic: 0
    do_follow_ups()
    first = hub.topics()
    do_follow_ups()
    at_once = hub.topics()

    clock.shift(60)
    do_follow_ups()
    again = hub.topics()
    hub.answer = lambda topic: 204
    clock.shift(120)
    do_follow_ups()

    assert (first, at_once, again, hub.topics()) == (["/feed/"], [], ["/feed/"], WORLD)
    assert FollowUp.objects.count() == 0


def test_only_what_the_hub_refused_is_told_again(hub, clock):
    make_article()
    hub.answer = lambda topic: 500 if "/world/feed/" in topic else 202
    do_follow_ups()
    first = hub.topics()
    hub.answer = lambda topic: 204

    clock.shift(60)
    do_follow_ups()

    assert (first, hub.topics()) == (WORLD, three("/world/"))


def test_a_topic_that_is_always_refused_holds_up_nobody_and_is_given_up(hub, clock):
    make_article(tags=(make_tag("odd").pk,))
    hub.answer = lambda topic: 400 if "odd" in topic else 204
    do_follow_ups()
    hub.topics()
    make_article()
    do_follow_ups()
    other = hub.topics()

    FollowUp.objects.update(attempts=98)
    for _attempt in range(4):
        clock.shift(16 * 60)
        do_follow_ups()

    assert (other, hub.topics()) == (WORLD, three("/tags/odd/") * 2)
    assert [(row.due_at, "odd" in row.failure) for row in FollowUp.objects.all()] == [(None, True)]


def test_a_worker_that_dies_half_way_leaves_the_rest_to_the_next(hub, clock):
    make_article()
    [ping] = FollowUp.objects.claim_due(timedelta(minutes=5), 20)  # a worker has it, tells of three, and is gone
    ping.told = [f"http://testserver{topic}" for topic in three("/")]
    ping.save()
    do_follow_ups()
    meanwhile = hub.topics()

    clock.shift(5 * 60)
    do_follow_ups()

    assert (meanwhile, hub.topics()) == ([], WORLD[3:])


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/hub", "no address", "http://[/", "ftp://127.0.0.1/"])
def test_a_hub_that_is_none_breaks_nothing(settings, address):
    settings.WEBSUB_HUB = address
    make_article()

    do_follow_ups()

    assert FollowUp.objects.get().attempts == 1


def test_without_a_hub_nothing_is_kept_or_told(settings):
    make_article()

    assert (settings.WEBSUB_HUB, FollowUp.objects.count()) == ("", 0)


def test_a_ping_is_no_change_that_readers_see(
    client, hub, django_capture_on_commit_callbacks, django_assert_num_queries
):
    make_article(slug="pier")
    client.get("/world/pier/")

    with django_capture_on_commit_callbacks(execute=True):
        do_follow_ups()

    with django_assert_num_queries(0):
        client.get("/world/pier/")
