"""The queue of checks: when a row is due, who has it, and what an outage does to requests and to the worker."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from comments import breaker, service
from comments.models import Feedback, ReaderComment, State
from comments.screening import LEASE, pause, recheck_due, screen
from tests.comments.reader import filled, stored
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
ENVELOPE = {"user_ip": "203.0.113.9"}


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def make_waiting(article, count=1, **columns):
    columns = {"envelope": ENVELOPE, "attempts": 1} | columns
    return [make_comment(article, State.UNCHECKED, **columns) for _number in range(count)]


def post(client, article, count=1):
    for _number in range(count):
        client.post(POST, filled(article, comment=f"Comment {ReaderComment.objects.count()}"))


# --- When -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("attempts", [1, 2, 3, 4, 5, 6, 50, 2**31 - 1])
def test_pauses_are_between_half_a_minute_and_a_quarter_of_an_hour_and_never_the_same(attempts):
    pauses = [pause(attempts, None).total_seconds() for _try in range(500)]

    shortest, longest = min(30 * 2 ** min(attempts - 1, 10), 600), min(45 * 2 ** min(attempts - 1, 10), 900)
    assert shortest <= min(pauses) < max(pauses) <= longest
    assert len(set(pauses)) > 450  # jitter: those that failed together do not come back together


@pytest.mark.parametrize(
    ("retry_after", "least", "most"), [(None, 30, 45), (0, 30, 45), (5, 30, 45), (3600, 3600, 3600)]
)
def test_retry_after_only_makes_a_pause_longer(retry_after, least, most):
    assert least <= pause(1, retry_after).total_seconds() <= most


def test_while_the_service_asks_for_patience_nobody_calls_it(client, standin, article, clock):
    standin.switch("status", "429 600")
    post(client, article)
    standin.switch()
    make_waiting(article)
    calls = []

    for seconds in (0, 300, 299):
        clock.shift(seconds)
        post(client, article)
        call_command("worker", once=True)
        calls.append(len(standin.calls))
    clock.shift(2)
    call_command("worker", once=True)

    assert (calls, len(standin.calls)) == ([1, 1, 1], 6)
    assert {row[1] for row in stored()} == {"approved"}


def test_there_is_no_age_limit(standin, article, clock):
    make_waiting(article, attempts=3000, due_at=timezone.now(), submit_date=timezone.now())

    clock.shift(timedelta(days=100))
    call_command("worker", once=True)

    assert (ReaderComment.objects.get().state, ReaderComment.objects.get().attempts) == ("approved", 3001)


def test_who_has_waited_longest_comes_first(standin, article):
    now = timezone.now()
    comments = [make_waiting(article, due_at=now - timedelta(minutes=minutes))[0] for minutes in (1, 3, 2)]

    claimed = [ReaderComment.objects.claim_next(LEASE) for _claim in range(4)]

    assert claimed == [comments[1], comments[2], comments[0], None]


def test_one_success_wakes_all_that_failed_and_nothing_else(standin, article, clock):
    later = timezone.now() + timedelta(minutes=9)
    failed = make_waiting(article, 20, due_at=later, failure="Akismet answered with status 503.")
    under_check = make_waiting(article, due_at=later)
    make_comment(article, State.PROVISIONAL, due_at=later)

    screen(make_waiting(article)[0], service.connect())

    due = ReaderComment.objects.filter(due_at__lte=timezone.now())
    assert sorted(due.values_list("pk", flat=True)) == [comment.pk for comment in failed]
    assert (len(under_check), ReaderComment.objects.filter(due_at=later).count()) == (1, 2)


def test_what_can_never_be_sent_is_held_and_fails_nobody_else(standin, article):
    (comment,) = make_waiting(article)
    comment.envelope = {"user_ip": "203.0.113.9", "comment_content": "\ud800"}

    screen(comment, service.connect())

    found = ReaderComment.objects.get()
    assert (found.state, found.concern, found.due_at) == ("held", "It cannot be sent to Akismet.", None)
    assert (standin.calls, breaker.is_open()) == ([], False)


# --- The circuit breaker --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "value"), [("status", "500"), ("hang", ""), ("cut", "0"), ("invalid", ""), ("error", "")]
)
def test_after_three_failures_in_a_row_a_post_asks_nobody_and_is_quick(client, standin, settings, article, mode, value):
    settings.AKISMET_TIMEOUT = 0.5
    standin.switch(mode, value)
    post(client, article, 3)
    asked = len(standin.calls)

    started = time.perf_counter()
    post(client, article, 4)
    seconds = time.perf_counter() - started

    assert (asked, len(standin.calls)) == (3, 3)
    assert seconds < 4 * 0.5
    assert [row[1] for row in stored()] == ["unchecked"] * 7
    rows = ReaderComment.objects.order_by("pk").values_list("is_public", "attempts", "failure")[3:]
    assert set(rows) == {(False, 0, "not asked: the service was failing")}
    assert ReaderComment.objects.due(timezone.now()).count() == 4


def test_a_success_in_between_starts_the_count_anew(client, standin, article):
    for mode in ("status", "status", "ok", "status", "status"):
        standin.switch(mode)
        post(client, article)

    assert (breaker.is_open(), len(standin.calls)) == (False, 5)


def test_while_the_service_fails_each_round_of_the_worker_asks_about_one_comment(client, standin, article, clock):
    standin.switch("status", "500")
    post(client, article, 3)
    make_waiting(article, 10)
    calls = []

    for _round in range(4):
        recheck_due(service.connect())
        calls.append(len(standin.calls))
        clock.shift(1)

    assert (calls, {row[1] for row in stored()}) == ([4, 5, 6, 7], {"unchecked"})


def test_the_worker_s_success_closes_the_breaker_and_catches_up(client, standin, article, clock):
    standin.switch("status", "500")
    post(client, article, 3)
    make_waiting(article, 10)
    recheck_due(service.connect())
    standin.switch()
    clock.shift(1)

    looked_at = recheck_due(service.connect())
    was_open = breaker.is_open()
    post(client, article)

    assert (looked_at, was_open, {row[1] for row in stored()}) == (13, False, {"approved"})


def test_without_any_worker_requests_try_again_after_a_minute(client, standin, article, clock):
    standin.switch("status", "500")
    post(client, article, 3)
    standin.switch()
    calls = []

    for seconds in (59, 2):
        clock.shift(seconds)
        post(client, article)
        calls.append(len(standin.calls))

    assert calls == [3, 4]


def test_with_the_shared_cache_down_every_request_asks(client, standin, settings, article):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}
    }
    standin.switch("status", "500")
    post(client, article, 4)
    standin.switch()
    post(client, article)

    assert ([row[1] for row in stored()], len(standin.calls)) == (["unchecked"] * 4 + ["approved"], 5)


# --- Several workers ------------------------------------------------------------------------------

WORKERS, ROWS = 4, 60


def claim_at_once(queue):
    """What each of several workers got, until nothing was left."""
    start, claimed, failures = threading.Barrier(WORKERS), [], []

    def work():
        start.wait()
        try:
            while row := queue.claim_next(LEASE):
                claimed.append(row.pk)
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return claimed, failures


@pytest.mark.django_db(transaction=True)
def test_no_comment_is_claimed_by_two_workers(article):
    comments = make_waiting(article, ROWS)

    claimed, failures = claim_at_once(ReaderComment.objects)

    assert (failures, sorted(claimed)) == ([], [comment.pk for comment in comments])
    assert set(ReaderComment.objects.values_list("attempts", flat=True)) == {2}


@pytest.mark.django_db(transaction=True)
def test_no_feedback_is_claimed_by_two_workers(article):
    now = timezone.now()
    rows = [
        make_comment(article, State.SPAM).feedback.create(kind="spam", state_before="approved", due_at=now)
        for _row in range(ROWS)
    ]

    claimed, failures = claim_at_once(Feedback.objects)

    assert (failures, sorted(claimed)) == ([], [row.pk for row in rows])


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_queue_and_each_comment_is_checked_once(standin, article):
    comments = make_waiting(article, ROWS)
    for comment in comments:
        ReaderComment.objects.filter(pk=comment.pk).update(envelope=ENVELOPE | {"comment_content": str(comment.pk)})
    start, failures = threading.Barrier(WORKERS), []

    def work():
        start.wait()
        try:
            while recheck_due(service.connect()):
                pass
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    asked = Counter(call.fields["comment_content"] for call in standin.calls)
    assert (failures, asked) == ([], Counter(str(comment.pk) for comment in comments))
    assert {row[1] for row in stored()} == {"approved"}
