"""What moderators teach Akismet: in the words of the check, once, through any outage, and not for ten seconds."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from comments import service
from comments.feedback import decide, send_due
from comments.models import Feedback, ReaderComment, State
from comments.screening import LEASE
from tests.comments.reader import filled, stored
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
LIST = "/admin/comments/readercomment/"
ENVELOPE = {"user_ip": "203.0.113.9", "user_agent": "Reader/1.0", "comment_content": "Words"}
GONE = "Akismet cannot be told any more: what it was asked has been deleted, as it must be after a while."
TOO_LATE = "Akismet has heard of it already. Decide anew."


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def editor():
    return make_staff("chief")


@pytest.fixture
def desk(editor):
    """The moderator's browser: another address and another browser than any reader's."""
    browser = Client(REMOTE_ADDR="198.51.100.77", headers={"User-Agent": "Desk/9.9", "Referer": "http://desk.test/"})
    browser.force_login(editor)
    return browser


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def act(desk, action, *comments):
    chosen = [comment.pk for comment in comments]
    response = desk.post(LIST, {"action": action, "_selected_action": chosen}, follow=True)
    return [str(message) for message in response.context["messages"]]


def undo(desk, told):
    """Follow the link in the message and confirm."""
    (address,) = re.findall(r'href="([^"]+/undo/[^"]+)"', " ".join(told))
    response = desk.post(address, follow=True)
    return [str(message) for message in response.context["messages"]]


def sent(standin):
    return [call.endpoint for call in standin.calls if call.endpoint.startswith("submit-") and call.mode == "ok"]


def make_judged(article, state, verdict, **columns):
    return make_comment(article, State(state), verdict=verdict, envelope=ENVELOPE, **columns)


def state_of(comment):
    return ReaderComment.objects.get(pk=comment.pk).state


# --- The words of the check -----------------------------------------------------------------------

header = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    mode=st.sampled_from(["ham", "recheck-after", "spam", "discard"]),
    fields=st.fixed_dictionaries(
        {"comment": st.text(min_size=1, max_size=80)},
        optional={
            "name": st.text(min_size=1, max_size=50),
            "email": st.emails(),
            "url": st.sampled_from(["", "https://ada.example/?a=1&b=ü", "http://b.example"]),
            "honeypot": st.text(max_size=20),
        },
    ),
    headers=st.fixed_dictionaries({}, optional={"User-Agent": header, "Referer": header}),
    address=st.ip_addresses().map(str),
)
def test_feedback_equals_the_check_but_for_two_fields(standin, article, desk, mode, fields, headers, address):
    ReaderComment.objects.all().delete()
    standin.reset()
    standin.switch(mode, only="comment-check")
    is_spam = mode in {"spam", "discard"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        posted = Client().post(POST, filled(article, **fields), headers=headers, REMOTE_ADDR=address)
        assume(posted.status_code == 303)

        act(desk, "approve" if is_spam else "mark_as_spam", ReaderComment.objects.get())
        clock.shift(10)
        send_due(service.connect())

    check, feedback = standin.calls
    assert (check.endpoint, feedback.endpoint) == ("comment-check", "submit-ham" if is_spam else "submit-spam")
    more = {"reporter": "chief", "comment_check_response": "true" if is_spam else "false"}
    assert feedback.fields == check.fields | more
    assert feedback.headers["User-Agent"] == check.headers["User-Agent"]


def test_feedback_after_a_second_check_repeats_the_first(client, standin, article, desk, clock):
    standin.switch("recheck-after", times=1)
    client.post(POST, filled(article))
    clock.shift(121)
    call_command("worker", once=True)

    act(desk, "mark_as_spam", ReaderComment.objects.get())
    clock.shift(10)
    call_command("worker", once=True)

    first, second, feedback = standin.calls
    assert second.fields == first.fields | {"recheck_reason": "recheck"}
    assert feedback.fields == first.fields | {"reporter": "chief", "comment_check_response": "false"}


# --- Through an outage ----------------------------------------------------------------------------


def stop(standin):
    standin.stop()


def hang(standin):
    standin.switch("hang")


def fail(standin):
    standin.switch("status", "500")


def throttle(standin):
    standin.switch("status", "429 600")


@pytest.mark.parametrize(
    ("harm", "least"), [(stop, 30), (hang, 30), (fail, 30), (throttle, 600)], ids=["stop", "hang", "500", "429"]
)
def test_feedback_survives_an_outage_and_is_sent_once(standin, settings, article, editor, clock, harm, least):
    settings.AKISMET_TIMEOUT = 0.3
    comment = make_judged(article, "approved", "ham")
    decide(comment, State.SPAM, by=editor)
    harm(standin)

    clock.shift(10)
    call_command("worker", once=True)
    row = Feedback.objects.get()
    waits = (row.due_at - timezone.now()).total_seconds(), row.sent_at, row.failure != ""
    standin.stop()
    standin.start()
    standin.switch()
    clock.shift(least - 1)
    call_command("worker", once=True)
    too_early = sent(standin)
    clock.shift(timedelta(days=14))
    for _round in range(3):
        call_command("worker", once=True)

    assert (waits[0] >= least, *waits[1:]) == (True, None, True)
    assert (too_early, sent(standin)) == ([], ["submit-spam"])
    row.refresh_from_db()
    assert (row.due_at, row.sent_at is not None, row.failure, state_of(comment)) == (None, True, "", "spam")


def test_the_first_success_of_a_check_wakes_feedback_too_and_the_other_way_round(
    client, standin, article, editor, clock
):
    decide(make_judged(article, "approved", "ham"), State.SPAM, by=editor)
    fail(standin)
    clock.shift(10)
    client.post(POST, filled(article))
    send_due(service.connect())
    standin.switch()
    due = [Feedback.objects.filter(due_at__lte=timezone.now()).count()]

    client.post(POST, filled(article, comment="It is back"))
    due.append(Feedback.objects.filter(due_at__lte=timezone.now()).count())
    ReaderComment.objects.filter(state=State.UNCHECKED).update(
        due_at=timezone.now() + timedelta(minutes=9), failure="failed"
    )
    send_due(service.connect())

    assert (due, sent(standin)) == ([0, 1], ["submit-spam"])
    assert ReaderComment.objects.due(timezone.now()).count() == 1


def test_while_the_service_fails_a_round_tries_feedback_once(standin, article, editor, clock):
    for _number in range(9):
        decide(make_judged(article, "approved", "ham"), State.SPAM, by=editor)
    fail(standin)
    clock.shift(10)
    calls = []

    for _round in range(3):
        send_due(service.connect())
        calls.append(len(standin.calls))

    assert calls == [3, 4, 5]  # the third opened the breaker


# --- Ten seconds to think -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "verdict", "action", "after"),
    [
        ("approved", "ham", "mark_as_spam", "approved"),
        ("held", "ham", "mark_as_spam", "held"),
        ("removed", "ham", "mark_as_spam", "removed"),
        ("spam", "spam", "approve", "spam"),
        ("held", "spam", "approve", "held"),
        # No human puts anything into these states: it stays with the humans.
        ("blatant", "blatant", "approve", "held"),
        ("provisional", "provisional", "mark_as_spam", "held"),
    ],
)
def test_a_decision_that_is_taken_back_in_time_is_never_sent(
    standin, article, desk, clock, before, verdict, action, after
):
    comment = make_judged(article, before, verdict)

    told = act(desk, action, comment)
    clock.shift(9.9)
    call_command("worker", once=True)
    answer = undo(desk, told)
    clock.shift(timedelta(days=1))
    call_command("worker", once=True)

    assert "Akismet hears of it in 10 seconds." in told[0]
    assert (answer, state_of(comment), Feedback.objects.count(), sent(standin)) == (["Taken back."], after, 0, [])


@pytest.mark.parametrize("is_sent", [False, True])
def test_after_ten_seconds_it_is_too_late(standin, article, desk, clock, is_sent):
    comment = make_judged(article, "approved", "ham")

    told = act(desk, "mark_as_spam", comment)
    clock.shift(10)
    if is_sent:
        call_command("worker", once=True)
    answer = undo(desk, told)
    call_command("worker", once=True)

    assert (answer, state_of(comment), sent(standin)) == ([TOO_LATE], "spam", ["submit-spam"])


def test_several_decisions_are_taken_back_at_once(standin, article, desk, clock):
    comments = [make_judged(article, "approved", "ham") for _number in range(3)]

    answer = undo(desk, act(desk, "mark_as_spam", *comments))

    assert (answer, [state_of(comment) for comment in comments]) == (["Taken back."] * 3, ["approved"] * 3)


def test_looking_at_the_undo_page_changes_nothing(article, desk, clock):
    comment = make_judged(article, "approved", "ham", comment="The words in question")
    act(desk, "mark_as_spam", comment)

    page = desk.get(f"{LIST}undo/{Feedback.objects.get().pk}/").content.decode()

    assert ("The words in question" in page, "Take it back" in page) == (True, True)
    assert (state_of(comment), Feedback.objects.waiting().count()) == ("spam", 1)


def test_undo_says_so_when_somebody_has_decided_anew(article, desk, editor, clock):
    comment = make_judged(article, "approved", "ham")
    told = act(desk, "mark_as_spam", comment)
    decide(ReaderComment.objects.get(), State.REMOVED, by=editor)

    answer = undo(desk, told)

    assert (answer, state_of(comment)) == (["There is nothing left to take back."], "removed")


@pytest.mark.parametrize("keys", ["0", "-", "x", "9" * 40, "1-2-3", "%00", "-1"])
def test_an_undo_of_nothing_is_answered(article, desk, keys):
    assert desk.post(f"{LIST}undo/{keys}/").status_code == 302
    assert desk.get(f"{LIST}undo/{keys}/").status_code == 200


def test_only_moderators_take_decisions_back(client, article, editor, clock):
    comment = make_judged(article, "approved", "ham")
    decide(comment, State.SPAM, by=editor)
    address = f"{LIST}undo/{Feedback.objects.get().pk}/"

    answers = [client.post(address).status_code]
    client.force_login(make_staff("intern", superuser=False))
    answers.append(client.post(address).status_code)

    assert (answers, state_of(comment)) == ([302, 403], "spam")


# --- What is worth telling ------------------------------------------------------------------------


def test_the_opposite_decision_in_time_replaces_the_first(standin, article, desk, clock):
    comment = make_judged(article, "approved", "ham")

    act(desk, "mark_as_spam", comment)
    clock.shift(9)
    act(desk, "approve", comment)
    clock.shift(60)
    call_command("worker", once=True)

    assert (state_of(comment), sent(standin), Feedback.objects.count()) == ("approved", [], 0)


def test_the_opposite_decision_later_is_told_too(standin, article, desk, clock):
    comment = make_judged(article, "approved", "ham")

    for action in ("mark_as_spam", "approve", "mark_as_spam"):
        act(desk, action, comment)
        clock.shift(10)
        call_command("worker", once=True)

    assert sent(standin) == ["submit-spam", "submit-ham", "submit-spam"]


def test_the_opposite_decision_while_the_first_is_being_sent_is_told_too(standin, article, desk, clock):
    comment = make_judged(article, "approved", "ham")
    act(desk, "mark_as_spam", comment)
    clock.shift(10)
    Feedback.objects.claim_next(LEASE)  # a worker is about to send it

    act(desk, "approve", comment)
    clock.shift(LEASE + timedelta(seconds=1))
    call_command("worker", once=True)

    assert (sent(standin), state_of(comment)) == (["submit-ham"], "approved")


@pytest.mark.parametrize(
    ("before", "verdict", "action"),
    [
        ("held", "ham", "approve"),
        ("provisional", "provisional", "approve"),
        ("approved", "ham", "hold"),
        ("approved", "ham", "remove"),
        ("held", "spam", "mark_as_spam"),
        ("blatant", "blatant", "mark_as_spam"),
        ("spam", "spam", "remove"),
        ("held", "", "approve"),
        ("held", "", "mark_as_spam"),
    ],
)
def test_what_teaches_nothing_is_not_sent(standin, article, desk, clock, before, verdict, action):
    told = act(desk, action, make_judged(article, before, verdict))
    clock.shift(60)
    call_command("worker", once=True)

    assert (Feedback.objects.count(), standin.calls, len(told), "Undo" in told[0]) == (0, [], 1, False)


def test_the_moderator_is_told_when_the_envelope_is_gone(standin, article, desk, clock):
    comment = make_judged(article, "approved", "ham")
    ReaderComment.objects.update(envelope={})

    told = act(desk, "mark_as_spam", comment)
    clock.shift(60)
    call_command("worker", once=True)

    assert (told, state_of(comment), standin.calls) == (["1 comment: Spam.", GONE], "spam", [])


@pytest.mark.parametrize("action", ["approve", "mark_as_spam", "remove", "hold"])
def test_a_decision_before_the_first_check_stays_and_the_check_still_happens(
    client, standin, article, desk, clock, action
):
    standin.switch("status", "500")
    client.post(POST, filled(article))
    standin.switch("discard")

    act(desk, action, ReaderComment.objects.get())
    (decided,) = stored()
    clock.shift(60)
    call_command("worker", once=True)

    assert [call.endpoint for call in standin.calls] == ["comment-check"] * 2
    assert stored() == [("A fine article.", decided[1], "blatant", "")]
    assert decided[1] in {"approved", "spam", "removed", "held"}
