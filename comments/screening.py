"""The way of a comment from the reader's form to its state: stored first, then checked, shown only if judged ham.

A check that fails in any way leaves the row where it was, hidden and due again; the worker calls the same screen().
"""

import logging
import random
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import QUEUED, ReaderComment, State
from comments.service import Answer, Client, ServiceError, Verdict

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # how long one check may keep a comment to itself
BATCH = 50


def submit(comment: ReaderComment, client: Client | None) -> None:
    """Store a new comment as unchecked, then check it here and now, within AKISMET_TIMEOUT."""
    comment.state, comment.is_public = State.UNCHECKED, False
    comment.due_at = timezone.now() + LEASE  # ours until then; if this process dies, the worker takes over
    comment.attempts = 1
    comment.save()
    screen(comment, client)


def screen(comment: ReaderComment, client: Client | None) -> None:
    """Ask Akismet about one comment of the queue and set its state by the answer. Never raises for a service."""
    if comment.state not in QUEUED:
        return  # somebody has decided meanwhile
    if client is None:
        comment.move(
            State.HELD, expected=State(comment.state), concern=comment.concern or _("There is no Akismet key.")
        )
        return
    try:
        answer = client.check(_question(comment))
    except ServiceError as error:
        logger.warning("Comment %d could not be checked and stays hidden: %s", comment.pk, error)
        comment.put_back(_pause(comment.attempts, error.retry_after), str(error))
        return
    _apply(comment, answer)


def recheck_due(client: Client | None) -> int:
    """Check what is due, a batch at most. Returns how many were looked at; several workers may run at once."""
    now = timezone.now()
    due = ReaderComment.objects.due(now).order_by("due_at").values_list("pk", flat=True)[:BATCH]
    looked_at = 0
    for pk in list(due):
        if ReaderComment.objects.claim(pk, until=timezone.now() + LEASE):
            for comment in ReaderComment.objects.select_related("article__category").filter(pk=pk):
                screen(comment, client)
            looked_at += 1
    return looked_at


def _apply(comment: ReaderComment, answer: Answer) -> None:
    state, due_at = _decide(comment, answer), None
    if state == State.PROVISIONAL:
        due_at = timezone.now() + timedelta(seconds=answer.recheck_after or 120)
    comment.move(
        state,
        expected=State(comment.state),
        verdict=answer.verdict,
        verdict_guid=answer.guid[:100],
        failure="",
        due_at=due_at,
    )
    if answer.alert:
        logger.error("Akismet has something to say about the account: %s", answer.alert)
    _wake_the_waiting()


def _decide(comment: ReaderComment, answer: Answer) -> State:
    match answer.verdict:
        case Verdict.BLATANT:
            return State.BLATANT
        case Verdict.SPAM:
            return State.SPAM
        case Verdict.PROVISIONAL:
            return State.PROVISIONAL
        case Verdict.HAM:
            return State.HELD if comment.concern else State.APPROVED


def _question(comment: ReaderComment) -> dict[str, Any]:
    envelope: dict[str, Any] = comment.envelope
    if comment.state == State.PROVISIONAL:
        return envelope | {"recheck_reason": "recheck"}
    return envelope | {"recheck_reason": "retry"} if comment.attempts > 1 else envelope


def _wake_the_waiting() -> None:
    """The service answers: whatever an outage put off is due now."""
    waiting = ReaderComment.objects.filter(state__in=QUEUED, due_at__gt=timezone.now()).exclude(failure="")
    waiting.update(due_at=timezone.now(), failure="")


def _pause(attempts: int, retry_after: int | None) -> timedelta:
    first, longest = settings.RECHECK_PAUSES
    pause = min(longest, first * 2 ** min(attempts - 1, 10)) * random.uniform(0.75, 1.25)  # noqa: S311  # jitter
    return timedelta(seconds=max(pause, min(retry_after or 0, 24 * 3600)))
