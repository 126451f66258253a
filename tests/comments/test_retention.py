"""What is kept for how long, and what outlives it."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from comments.models import Feedback, ReaderComment, State
from comments.retention import scrub
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

ENVELOPE = {"user_ip": "203.0.113.9", "comment_content": "Words"}
SECOND = timedelta(seconds=1)
BLATANT, SPAM = timedelta(hours=72), timedelta(days=15)
BLANK = {
    "user_id": None,
    "user_name": "",
    "user_email": "",
    "user_url": "",
    "comment": "",
    "concern": "",
    "ip_address": None,
    "envelope": {},
    "salt": "",
    "fingerprint": None,
}


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=100))


@pytest.fixture
def now():
    with time_machine.travel(timezone.now(), tick=False):
        yield timezone.now()


def make_old(article, state, decided_at, **columns):
    columns = {"verdict": "ham", "envelope": ENVELOPE, "ip_address": "203.0.113.9"} | columns
    return make_comment(article, State(state), decided_at=decided_at, **columns)


def row_of(comment):
    return ReaderComment.objects.filter(pk=comment.pk).values().first()


@pytest.mark.parametrize(("state", "kept"), [("blatant", BLATANT), ("spam", SPAM)])
def test_spam_is_deleted_when_its_time_is_over_and_not_before(article, now, state, kept):
    old = make_old(article, state, now - kept - SECOND)
    young = make_old(article, state, now - kept + SECOND)
    before = row_of(young)

    touched = scrub()

    assert (touched, row_of(old), row_of(young)) == (1, None, before)


def test_the_worker_does_it(article, now):
    make_old(article, "blatant", now - BLATANT - SECOND)

    call_command("worker", once=True)

    assert ReaderComment.objects.count() == 0


def test_how_long_is_a_setting(settings, article, now):
    settings.BLATANT_KEPT, settings.SPAM_KEPT, settings.ENVELOPE_KEPT = 10, 20, 30
    for state in ("blatant", "spam", "approved"):
        for seconds in (9, 11, 19, 21, 29, 31):
            make_old(article, state, now - timedelta(seconds=seconds))

    scrub()

    left = [
        (
            state,
            ReaderComment.objects.filter(state=state).count(),
            ReaderComment.objects.filter(state=state, envelope={}).count(),
        )
        for state in ("blatant", "spam", "approved")
    ]
    assert left == [("blatant", 1, 0), ("spam", 3, 0), ("approved", 6, 1)]


@pytest.mark.parametrize("state", ["approved", "removed"])
def test_envelope_and_address_go_after_the_decision_and_the_words_stay(article, now, state):
    old = make_old(article, state, now - SPAM - SECOND, comment="Kept words")
    young = make_old(article, state, now - SPAM + SECOND)
    before = row_of(young)

    touched = scrub()

    row = row_of(old)
    assert (touched, row["envelope"], row["ip_address"], row["comment"], row["state"]) == (
        1,
        {},
        None,
        "Kept words",
        state,
    )
    assert row_of(young) == before


def test_a_second_scrub_touches_nothing(article, now):
    make_old(article, "approved", now - SPAM - SECOND)
    answered = make_comment(article)
    make_comment(article, parent=answered)
    ReaderComment.objects.filter(pk=answered.pk).update(state="spam", decided_at=now - SPAM - SECOND)

    assert [scrub(), scrub()] == [2, 0]


@pytest.mark.parametrize(("state", "kept"), [("blatant", BLATANT), ("spam", SPAM)])
def test_spam_that_was_answered_keeps_its_place_without_a_word(client, article, now, state, kept):
    parent = make_comment(article, comment="Casino", user=make_staff(), user_url="https://casino.example/")
    reply = make_comment(article, parent=parent, comment="An answer")
    columns = {"envelope": ENVELOPE, "concern": "Blocked: ada@readers.example", "fingerprint": "f" * 64}
    ReaderComment.objects.filter(pk=parent.pk).update(state=state, decided_at=now - kept - SECOND, **columns)

    scrub()

    row = row_of(parent)
    assert {name: row[name] for name in BLANK} == BLANK
    assert (row["state"], row_of(reply)["parent_id"], row_of(reply)["comment"]) == (state, parent.pk, "An answer")
    assert "An answer" in client.get("/world/peace-talks/").content.decode()


def test_erased_spam_goes_with_its_last_reply(article, now):
    parent = make_comment(article)
    reply = make_comment(article, parent=parent)
    ReaderComment.objects.filter(pk=parent.pk).update(state="spam", decided_at=now - SPAM - SECOND)
    scrub()
    ReaderComment.objects.get(pk=reply.pk).delete()

    scrub()

    assert ReaderComment.objects.count() == 0


@pytest.mark.parametrize("state", ["unchecked", "provisional"])
def test_what_waits_for_its_check_is_never_too_old(article, now, state):
    comment = make_comment(article, State(state), envelope=ENVELOPE, submit_date=now - timedelta(days=99))
    before = row_of(comment)

    assert (scrub(), row_of(comment)) == (0, before)


@pytest.mark.parametrize("state", ["spam", "approved", "removed"])
def test_what_a_moderator_decided_first_keeps_its_envelope_until_akismet_was_asked(standin, article, now, state):
    comment = make_old(article, state, now - timedelta(days=99), verdict="", due_at=now)

    before = scrub(), row_of(comment)["envelope"]
    call_command("worker", once=True)

    assert (before, len(standin.calls)) == ((0, ENVELOPE), 1)
    assert (row_of(comment) or {}).get("envelope") in (None, {})


@pytest.mark.parametrize(("state", "kind"), [("spam", "spam"), ("approved", "ham")])
def test_waiting_feedback_keeps_its_comment_and_envelope(standin, article, now, state, kind):
    comment = make_old(article, state, now - timedelta(days=99))
    comment.feedback.create(kind=kind, state_before="held", due_at=now)

    touched = scrub()
    kept = row_of(comment)["envelope"]
    call_command("worker", once=True)

    assert (touched, kept) == (0, ENVELOPE)
    assert [call.fields["comment_content"] for call in standin.calls] == ["Words"]
    assert (row_of(comment) or {}).get("envelope") in (None, {})


def test_feedback_that_was_sent_keeps_nothing(article, now):
    comment = make_old(article, "approved", now - SPAM - SECOND)
    comment.feedback.create(kind=Feedback.Kind.HAM, state_before="held", sent_at=now)

    assert (scrub(), row_of(comment)["envelope"]) == (1, {})
