"""How many comments one network may send, and one discussion takes, within a while."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.models import ReaderComment
from tests.comments.reader import ADA, filled, form_on, stored
from tests.factories import make_article, make_staff

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
TOO_MANY = "Many comments have come from your network in a short time. Your text is kept: send it again in 10 minutes."
CROWDED = "Very many comments are arriving here at the moment. Your text is kept: send it again in 10 minutes."


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.COMMENTS_WINDOW, settings.COMMENTS_PER_NETWORK, settings.COMMENTS_PER_DISCUSSION = 600, 2, 5


@pytest.fixture
def article(clock):
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


def send(client, article, number, address="203.0.113.9", **extra):
    sent = filled(article, comment=f"Comment {number}")
    return client.post(article.get_absolute_url() + "comments/", sent, REMOTE_ADDR=address, **extra)


def test_the_one_too_many_comes_back_whole_and_goes_through_later(client, standin, article, clock):
    first = [send(client, article, number).status_code for number in range(2)]
    refused = send(client, article, 3)
    kept = form_on(refused)
    clock.shift(timedelta(minutes=10))
    later = client.post(kept.action, kept.fields, REMOTE_ADDR="203.0.113.9")

    assert (first, refused.status_code, later.status_code) == ([303, 303], 429, 303)
    assert (refused["Retry-After"], refused["Cache-Control"]) == ("600", "private, no-store")
    assert kept.errors == {"": TOO_MANY}
    assert {name: kept.fields[name] for name in ADA} == ADA | {"comment": "Comment 3"}
    assert ([row[0] for row in stored()], len(standin.calls)) == (["Comment 0", "Comment 1", "Comment 3"], 3)


def test_edits_take_room_too_and_keep_their_words(client, standin, article):
    receipt = send(client, article, 1)["Location"]

    answers = [
        client.post(f"{receipt}edit/", {"comment": words}, REMOTE_ADDR="203.0.113.9") for words in ("Once.", "Twice.")
    ]

    assert [answer.status_code for answer in answers] == [303, 429]
    assert (answers[1]["Retry-After"], "Twice.</textarea>" in answers[1].content.decode()) == ("600", True)
    assert ([row[0] for row in stored()], len(standin.calls)) == (["Once."], 2)


def test_the_wait_is_what_is_left_of_it(client, standin, article, clock):
    for number in range(2):
        send(client, article, number)
    clock.shift(timedelta(minutes=9, seconds=1))

    refused = send(client, article, 3)

    assert refused["Retry-After"] == "59"
    assert form_on(refused).errors[""].endswith("send it again in a minute.")


def test_other_networks_and_other_discussions_have_room(client, standin, article):
    for number in range(2):
        send(client, article, number)

    assert send(client, article, 3, "203.0.113.10").status_code == 303
    assert send(client, make_article(slug="other"), 4, "203.0.113.9").status_code == 429


@pytest.mark.parametrize(
    ("addresses", "last"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3"], 429),
        (["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1"], 303),
        (["203.0.113.9", "::ffff:203.0.113.9", "203.0.113.9"], 429),
    ],
)
def test_of_ipv6_a_whole_subnet_is_one(client, standin, article, addresses, last):
    answers = [send(client, article, number, address).status_code for number, address in enumerate(addresses)]

    assert answers == [303, 303, last]


def test_behind_a_trusted_proxy_the_reader_s_address_counts(client, standin, article, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]

    def behind(number, reader):
        return send(client, article, number, "10.0.0.1", HTTP_X_FORWARDED_FOR=reader).status_code

    answers = [behind(number, "198.51.100.1") for number in range(3)]

    assert (answers, behind(4, "198.51.100.2")) == ([303, 303, 429], 303)
    assert behind(5, "1.2.3.4, 198.51.100.1") == 429  # what the reader's own header says does not help


def test_a_discussion_takes_so_many_of_all(client, standin, article):
    answers = [send(client, article, number, f"203.0.113.{number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert (form_on(answers[-1]).errors, len(stored())) == ({"": CROWDED}, 5)


def test_whoever_is_over_the_limit_takes_no_room_from_the_others(client, standin, article):
    for number in range(20):
        send(client, article, number)

    others = [send(client, article, 100 + number, f"203.0.113.{100 + number}").status_code for number in range(3)]

    assert others == [303] * 3


def test_a_reader_without_an_address_is_counted_by_the_discussion_alone(client, standin, article):
    answers = [send(client, article, number, "").status_code for number in range(6)]

    assert answers == [303] * 5 + [429]


def test_what_is_wrong_with_a_form_takes_no_room(client, standin, article):
    for _time in range(5):
        client.post(POST, filled(article, name=""), REMOTE_ADDR="203.0.113.9")

    assert send(client, article, 1).status_code == 303


def test_staff_are_not_counted(client, standin, article):
    client.force_login(make_staff())

    assert [send(client, article, number).status_code for number in range(7)] == [303] * 7


def test_zero_is_no_limit(client, standin, article, settings):
    settings.COMMENTS_PER_NETWORK = settings.COMMENTS_PER_DISCUSSION = 0

    assert [send(client, article, number).status_code for number in range(7)] == [303] * 7


def test_a_cache_that_is_down_loses_no_comment(client, standin, article, settings):
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}
    settings.CACHES = {"default": redis}

    assert [send(client, article, number).status_code for number in range(4)] == [303] * 4
    assert len(stored()) == 4


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_so_many_are_stored(standin, settings):
    settings.COMMENTS_PER_NETWORK = 3
    article = make_article(slug="peace-talks")
    start, answers = threading.Barrier(8), []

    def reader(number):
        client = Client()
        start.wait()
        try:
            answers.append(send(client, article, number).status_code)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=reader, args=(number,)) for number in range(8)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()

    assert (sorted(answers), ReaderComment.objects.count()) == ([303] * 3 + [429] * 5, 3)
