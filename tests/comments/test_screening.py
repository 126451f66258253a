"""From a stored comment to its state: what the service says, what it fails to say, and who decides in the end."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db.models.signals import post_save, pre_save
from django.utils import timezone

from comments import service
from comments.models import ReaderComment, State, StateChange, is_allowed
from comments.screening import LEASE, recheck_due, screen
from tests.comments.reader import filled, stored
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def editor():
    return make_staff()


def make_waiting(article, state=State.UNCHECKED, **columns):
    """A comment that is due now, with what Akismet needs to be told."""
    columns = {"envelope": {"user_ip": "203.0.113.9"}, "attempts": 1} | columns
    return make_comment(article, state, comment="A fine article.", **columns)


def reloaded(comment):
    return ReaderComment.objects.get(pk=comment.pk)


# --- What the service says ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "concern", "state", "verdict"),
    [
        ("ham", "", "approved", "ham"),
        ("ham", "honeypot", "held", "ham"),
        ("spam", "", "spam", "spam"),
        ("spam", "honeypot", "spam", "spam"),
        ("discard", "", "blatant", "blatant"),
        ("discard", "honeypot", "blatant", "blatant"),
        ("recheck-after", "", "provisional", "provisional"),
        ("recheck-after", "honeypot", "provisional", "provisional"),
    ],
)
@pytest.mark.parametrize("before", [State.UNCHECKED, State.PROVISIONAL])
def test_verdict_and_concern_decide_the_state(standin, article, before, mode, concern, state, verdict):
    standin.switch(mode)
    comment = make_waiting(article, before, concern=concern)

    screen(comment, service.connect())

    found = reloaded(comment)
    assert (found.state, found.verdict, found.concern, found.failure) == (state, verdict, concern, "")
    assert (found.is_public, found.due_at is None) == (state == "approved", state != "provisional")


@pytest.mark.parametrize(
    ("state", "attempts", "reason"),
    [(State.UNCHECKED, 0, None), (State.UNCHECKED, 1, "retry"), (State.PROVISIONAL, 1, "recheck")],
)
def test_the_service_is_told_why_it_is_asked_again(standin, article, state, attempts, reason):
    comment = make_waiting(article, state, attempts=attempts)

    recheck_due(service.connect())

    (call,) = standin.calls
    assert (call.fields.get("recheck_reason"), reloaded(comment).envelope) == (reason, {"user_ip": "203.0.113.9"})


def test_without_a_key_what_waits_is_held(settings, article):
    settings.AKISMET_API_KEY = ""
    new, known = make_waiting(article), make_waiting(article, State.PROVISIONAL, concern="honeypot")

    call_command("worker", once=True)

    assert [(found.state, found.concern) for found in (reloaded(new), reloaded(known))] == [
        ("held", "There is no Akismet key."),
        ("held", "honeypot"),
    ]


# --- What it fails to say -----------------------------------------------------------------------

FAILURES = [
    ("status", "500"),
    ("status", "404"),
    ("status", "302 http://127.0.0.1:1/"),
    ("hang", ""),
    ("drip", "0.2"),
    ("cut", "0"),
    ("cut", "40"),
    ("nonsense", "maybe"),
    ("nonsense", "<html>false</html>"),
    ("huge", "200000"),
    ("invalid", ""),
    ("error", "suspended"),
]


@pytest.mark.parametrize(("mode", "value"), FAILURES)
def test_a_service_that_fails_leaves_the_comment_stored_hidden_and_due_again(
    client, standin, settings, article, mode, value
):
    settings.AKISMET_TIMEOUT = 0.3
    standin.switch(mode, value)

    before = timezone.now()
    response = client.post("/world/peace-talks/comments/", filled(article))
    after = timezone.now()

    comment = ReaderComment.objects.get()
    assert stored() == [("A fine article.", "unchecked", "", "")]
    assert (comment.is_public, comment.attempts, comment.failure != "") == (False, 1, True)
    assert before + timedelta(seconds=30) <= comment.due_at <= after + timedelta(seconds=45)
    assert response.status_code == 303
    receipt = client.get(response["Location"]).content.decode()
    assert ("<h1>Your comment is being checked.</h1>" in receipt, "test-key" in comment.failure) == (True, False)
    assert "A fine article." not in client.get("/world/peace-talks/").content.decode()


def test_the_reader_does_not_wait_longer_than_the_settings_say(client, standin, settings, article):
    settings.AKISMET_TIMEOUT = 0.3
    standin.switch("hang")

    before = timezone.now()
    client.post("/world/peace-talks/comments/", filled(article))

    assert timezone.now() - before < timedelta(seconds=2)


@pytest.mark.parametrize(("word", "least"), [("600", 600), ("", 30), ("soon", 30), ("9" * 30, 30)])
def test_the_service_may_ask_for_patience(standin, article, word, least):
    standin.switch("status", f"429 {word}")
    comment = make_waiting(article)

    with time_machine.travel(NOW, tick=False):
        screen(comment, service.connect())

    assert reloaded(comment).due_at >= NOW + timedelta(seconds=least)


def test_pauses_grow_up_to_the_longest(standin, settings, article):
    standin.switch("status", "500")
    comment = make_waiting(article)
    shortest, longest = [], []

    for attempts in (1, 2, 3, 6, 40):
        comment.attempts = attempts
        with time_machine.travel(NOW, tick=False):
            screen(comment, service.connect())
        pause = (reloaded(comment).due_at - NOW).total_seconds()
        shortest.append(pause >= min(30 * 2 ** (attempts - 1), 600))
        longest.append(pause <= min(45 * 2 ** (attempts - 1), 900))

    assert (shortest, longest) == ([True] * 5, [True] * 5)


@pytest.mark.parametrize("state", [State.UNCHECKED, State.PROVISIONAL])
def test_the_worker_publishes_the_ham_when_the_service_is_back(standin, article, state):
    standin.switch("status", "503")
    comment = make_waiting(article, state)
    seen = []

    with time_machine.travel(timezone.now() + timedelta(seconds=1)) as clock:
        call_command("worker", once=True)
        seen.append((reloaded(comment).state, reloaded(comment).attempts))
        standin.switch()
        call_command("worker", once=True)  # not due yet
        seen.append((reloaded(comment).state, reloaded(comment).attempts))
        clock.shift(timedelta(minutes=2))
        call_command("worker", once=True)
        seen.append((reloaded(comment).state, reloaded(comment).attempts))

    assert seen == [(state, 2), (state, 2), ("approved", 3)]
    assert (reloaded(comment).is_public, reloaded(comment).failure) == (True, "")


def test_the_first_success_makes_what_an_outage_put_off_due_at_once(client, standin, article):
    standin.switch("status", "503")
    for number in range(2):  # one more, and the requests ask no longer (test_queue.py)
        client.post("/world/peace-talks/comments/", filled(article, comment=f"Comment {number}"))
    standin.switch()

    before = ReaderComment.objects.due(timezone.now()).count()
    client.post("/world/peace-talks/comments/", filled(article, comment="The first after it"))
    after = ReaderComment.objects.due(timezone.now()).count()
    call_command("worker", once=True)

    assert (before, after) == (0, 2)
    assert [row[1] for row in stored()] == ["approved"] * 3


def test_a_success_leaves_a_provisional_comment_its_time(client, standin, article):
    standin.switch("recheck-after", "600", times=1)
    client.post("/world/peace-talks/comments/", filled(article))
    due_at = ReaderComment.objects.get().due_at

    client.post("/world/peace-talks/comments/", filled(article, comment="Another"))

    assert ReaderComment.objects.get(comment="A fine article.").due_at == due_at


# --- Who has it ---------------------------------------------------------------------------------


def test_a_claimed_comment_is_not_claimed_twice(article):
    comment = make_waiting(article)

    claims = [ReaderComment.objects.claim_next(LEASE) for _worker in range(2)]

    assert (claims, reloaded(comment).attempts) == ([comment, None], 2)


def test_a_lease_that_ran_out_is_taken_over(article):
    comment = make_waiting(article)
    ReaderComment.objects.claim_next(LEASE)

    with time_machine.travel(timezone.now() + LEASE):
        again = ReaderComment.objects.claim_next(LEASE)

    assert (again, reloaded(comment).attempts) == (comment, 3)


def test_a_success_elsewhere_does_not_wake_what_is_under_check(standin, article):
    make_waiting(article, failure="Akismet answered with status 503.")
    ReaderComment.objects.claim_next(LEASE)

    screen(make_waiting(article), service.connect())

    assert not ReaderComment.objects.due(timezone.now()).exists()


def test_while_a_comment_is_checked_in_the_request_no_worker_takes_it(client, standin, settings, article):
    settings.AKISMET_TIMEOUT = 0.2
    standin.switch("hang", times=1)
    looked_at = []

    def look(sender, created, **kwargs):
        looked_at.append(recheck_due(service.connect()) if created else None)

    post_save.connect(look, sender=ReaderComment)
    try:
        client.post("/world/peace-talks/comments/", filled(article))
    finally:
        post_save.disconnect(look, sender=ReaderComment)

    assert (looked_at[0], len(standin.calls)) == (0, 1)


@pytest.mark.parametrize("decision", [State.HELD, State.SPAM, State.REMOVED, State.APPROVED])
@pytest.mark.parametrize(
    ("mode", "verdict"), [("ham", "ham"), ("spam", "spam"), ("discard", "blatant"), ("recheck-after", "provisional")]
)
def test_a_later_answer_does_not_override_a_moderator(standin, article, editor, decision, mode, verdict):
    standin.switch(mode)
    comment = make_waiting(article)
    under_check = reloaded(comment)
    comment.move(decision, expected=State.UNCHECKED, by=editor)

    screen(under_check, service.connect())

    found = reloaded(comment)
    assert (found.state, found.is_public, found.due_at) == (decision, decision == State.APPROVED, None)
    assert (found.verdict, found.verdict_guid) == (verdict, "0" * 31 + "1")


@pytest.mark.parametrize("decision", [State.HELD, State.SPAM, State.REMOVED, State.APPROVED])
def test_no_answer_does_not_override_a_moderator_and_is_asked_for_again(standin, article, editor, decision):
    standin.switch("nonsense")
    comment = make_waiting(article)
    under_check = reloaded(comment)
    comment.move(decision, expected=State.UNCHECKED, by=editor)

    screen(under_check, service.connect())

    found = reloaded(comment)
    assert (found.state, found.is_public, found.verdict) == (decision, decision == State.APPROVED, "")
    assert found.due_at > timezone.now()


@pytest.mark.parametrize("decision", [State.HELD, State.SPAM, State.REMOVED, State.APPROVED])
def test_what_a_moderator_decided_first_is_asked_about_once_and_stays(standin, article, editor, decision):
    standin.switch("spam")
    comment = make_waiting(article)
    comment.move(decision, expected=State.UNCHECKED, by=editor)

    looked_at = [recheck_due(service.connect()) for _round in range(2)]

    found = reloaded(comment)
    assert ([call.endpoint for call in standin.calls], looked_at) == (["comment-check"], [1, 0])
    assert (found.state, found.verdict, found.due_at) == (decision, "spam", None)


def test_a_decision_on_an_old_copy_does_not_ask_again_what_was_answered_meanwhile(standin, article, editor):
    comment = make_waiting(article)
    comment.move(State.HELD, expected=State.UNCHECKED, by=editor)
    old_copy = reloaded(comment)
    recheck_due(service.connect())

    old_copy.move(State.REMOVED, expected=State.HELD, by=editor)

    assert (reloaded(comment).state, reloaded(comment).verdict, reloaded(comment).due_at) == ("removed", "ham", None)


def test_a_move_from_a_state_that_has_changed_does_nothing(article, editor):
    comment = make_comment(article, State.HELD)
    stale = reloaded(comment)

    moved = [
        comment.move(State.SPAM, expected=State.HELD, by=editor),
        stale.move(State.APPROVED, expected=State.HELD, by=editor),
    ]

    assert (moved, reloaded(comment).state, reloaded(comment).is_public) == ([True, False], "spam", False)


# --- Traps --------------------------------------------------------------------------------------


def test_saving_a_public_parent_leaves_held_replies_held_and_counts_alone(article):
    """The package's own receiver would publish them (trap 1)."""
    parent = make_comment(article)
    replies = [make_comment(article, state, parent=parent) for state in (State.HELD, State.SPAM, State.APPROVED)]

    for _time in range(3):
        reloaded(parent).save()

    assert [(reloaded(reply).state, reloaded(reply).is_public) for reply in replies] == [
        ("held", False),
        ("spam", False),
        ("approved", True),
    ]


def test_a_change_of_state_saves_no_comment(article, editor):
    saved = []

    def note(sender, **kwargs):
        saved.append(sender)

    comment = make_comment(article, State.HELD)
    for signal in (pre_save, post_save):
        signal.connect(note)
    try:
        comment.move(State.APPROVED, expected=State.HELD, by=editor)
        comment.put_back(timedelta(seconds=1), "failure")
    finally:
        for signal in (pre_save, post_save):
            signal.disconnect(note)

    assert (set(saved), comment.state) == ({StateChange}, "approved")


@pytest.mark.parametrize("state", [state for state in State if state != State.UNCHECKED])
def test_the_package_s_columns_say_the_same_as_the_state(article, editor, state):
    comment = make_comment(article, State.UNCHECKED)
    by = None if is_allowed(State.UNCHECKED, state, by_human=False) else editor

    comment.move(state, expected=State.UNCHECKED, by=by, due_at=timezone.now())

    found = reloaded(comment)
    assert (found.is_public, found.is_removed) == (state == State.APPROVED, state == State.REMOVED)


@pytest.mark.django_db(transaction=True)
def test_a_removed_parent_leaves_its_place_and_its_replies(client, article, editor):
    parent = make_comment(article, comment="Rude words", user_name="Rude Name")
    reply = make_comment(article, parent=parent, comment="An answer")
    client.get("/world/peace-talks/")

    parent.move(State.REMOVED, expected=State.APPROVED, by=editor)

    html = client.get("/world/peace-talks/").content.decode()
    place = html.index(f'id="comment-{parent.pk}"')
    assert place < html.index("This comment was removed by the editors.") < html.index(f'id="comment-{reply.pk}"')
    assert ("Rude" in html, "An answer" in html, "1 comment<" in html) == (False, True, True)
