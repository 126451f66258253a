"""What moderators teach Akismet: its wrong checks, told to it in the words of the check."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import alerts, breaker
from comments.models import Appeal, Feedback, ReaderComment, Refusal, State, is_allowed
from comments.models.feedback import UNDO_SECONDS
from comments.screening import LEASE, pause, wake_the_waiting
from comments.service import Client, ServiceError, Verdict

logger = logging.getLogger(__name__)

_KIND = {State.SPAM: Feedback.Kind.SPAM, State.APPROVED: Feedback.Kind.HAM}
_REFUSED = (State.SPAM, State.REMOVED)
_SAID = {
    Verdict.HAM: Feedback.Kind.HAM,
    Verdict.PROVISIONAL: Feedback.Kind.HAM,
    Verdict.SPAM: Feedback.Kind.SPAM,
    Verdict.BLATANT: Feedback.Kind.SPAM,
}
_ANSWER = {Feedback.Kind.HAM: "false", Feedback.Kind.SPAM: "true"}


class TooLateError(Exception):
    """It has been sent, or is being sent."""


def decide(comment: ReaderComment, to: State, by: Any, refusal: str = "") -> tuple[bool, Feedback | None, str]:
    """A moderator's decision: the state at once, Akismet in ten seconds. refusal is the reason that its writer reads.

    Returns whether it was done (False: somebody was faster), the feedback that waits, and what the moderator
    should be told about it.
    """
    before = State(comment.state)
    with transaction.atomic():
        said: dict[str, Any] = {}
        if refusal and to in _REFUSED:
            said = {"refusal": refusal, "reason": str(Refusal(refusal).label)}
        if not comment.move(to, expected=before, by=by, **said):
            return False, None, ""
        if to != State.HELD:
            Appeal.objects.answer(comment)
        return True, *_note(comment, before, by)


def turn_down(comment: ReaderComment, by: Any) -> bool:
    """A moderator has read the writer's appeal, and the refusal stands. False: there is no appeal that waits."""
    with transaction.atomic():
        if not Appeal.objects.answer(comment):
            return False
        if comment.state == State.HELD:  # where the appeal has brought it
            decide(comment, State.SPAM, by)
    return True


def _note(comment: ReaderComment, before: State, by: Any) -> tuple[Feedback | None, str]:
    is_unsure = comment.feedback.give_up()
    kind = _KIND.get(State(comment.state))
    if kind is None or not comment.verdict or (kind == _heard(comment) and not is_unsure):
        return None, ""
    if not comment.envelope:
        return None, _(
            "Akismet cannot be told any more: what it was asked has been deleted, as it must be after a while."
        )
    due_at = timezone.now() + timedelta(seconds=UNDO_SECONDS)
    return comment.feedback.create(kind=kind, by=by, state_before=before, due_at=due_at), ""


def _heard(comment: ReaderComment) -> str:
    """What Akismet believes of the comment: the last that it was told, or what it said itself."""
    last = comment.feedback.filter(sent_at__isnull=False).order_by("sent_at").last()
    return last.kind if last else _SAID[Verdict(comment.verdict)]


def undo(feedback: Feedback, by: Any) -> None:
    """Take the decision back before Akismet hears of it. Raises TooLateError."""
    with transaction.atomic():
        taken = Feedback.objects.filter(pk=feedback.pk, attempts=0, due_at__gt=timezone.now()).update(due_at=None)
        if not taken:
            raise TooLateError
        comment = feedback.comment
        before = State(feedback.state_before)
        # What no human may set again: a human keeps it.
        to = before if is_allowed(State(comment.state), before, by_human=True) else State.HELD
        if not comment.move(to, expected=State(comment.state), by=by, reason="undone"):
            raise TooLateError  # somebody has decided anew
        if to == State.HELD:  # a moderator is waited for again, and so is whoever appealed
            Appeal.objects.filter(comment=comment).update(answered_at=None)
        feedback.delete()


def send_due(client: Client | None, most: int = 50) -> int:
    """Tell Akismet what is due. Returns how many were looked at; several workers may run at once."""
    looked_at = 0
    while client and looked_at < most and not breaker.must_wait():
        feedback = Feedback.objects.claim_next(LEASE)
        if feedback is None:
            break
        looked_at += 1
        if not _send(feedback, client) and breaker.is_open():
            break
    return looked_at


def _send(feedback: Feedback, client: Client) -> bool:
    comment = feedback.comment
    if not comment.envelope:
        Feedback.objects.filter(pk=feedback.pk).update(due_at=None, failure="the envelope is gone")
        return True
    submit = client.submit_spam if feedback.kind == Feedback.Kind.SPAM else client.submit_ham
    try:
        submit(comment.envelope, **extras(feedback))
    except ServiceError as error:
        logger.warning("Feedback %d waits: %s", feedback.pk, error)
        breaker.failed(error.retry_after)
        alerts.note_failure(error)
        due_at = timezone.now() + pause(feedback.attempts, error.retry_after)
        Feedback.objects.waiting().filter(pk=feedback.pk).update(due_at=due_at, failure=str(error)[:300])
        return False
    breaker.succeeded()
    Feedback.objects.filter(pk=feedback.pk).update(due_at=None, sent_at=timezone.now(), failure="")
    wake_the_waiting()
    return True


def extras(feedback: Feedback) -> dict[str, str]:
    """All that feedback has and the first check had not. Nothing of the moderator but the name of the login."""
    said = _SAID.get(Verdict(feedback.comment.verdict)) if feedback.comment.verdict else None
    given = {
        "reporter": feedback.by.get_username() if feedback.by else "",
        "comment_check_response": _ANSWER[said] if said else "",
    }
    return {name: value for name, value in given.items() if value}
