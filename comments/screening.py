"""The way of a comment from the reader's form to its state: stored first, then checked, shown only if judged ham.

A check that fails in any way leaves the row where it was, hidden and due again; the worker calls the same screen().
"""

import hashlib
import logging
import random
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments import alerts, breaker
from comments.models import QUEUED, DiscussionRules, Feedback, Mark, ReaderComment, State
from comments.models.states import WRITER
from comments.service import Answer, Client, Kind, ServiceError, Verdict

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # how long one check may keep a comment to itself
_BATCH = 50  # checks before the worker looks at its other work


def submit(comment: ReaderComment, client: Client | None) -> ReaderComment:
    """Store a new comment as unchecked, then check it here and now, within AKISMET_TIMEOUT.

    Returns the comment: the stored one, or the one that it repeats. While the service fails nobody waits for it.
    """
    asks = client is None or not breaker.is_open()
    comment.state, comment.is_public = State.UNCHECKED, False
    for name, value in _unasked(comment, asks).items():
        setattr(comment, name, value)
    try:
        comment.save()
    except IntegrityError:
        first = ReaderComment.objects.filter(fingerprint=comment.fingerprint).first()
        if first is None:
            raise  # it was something else
        return first
    if asks:
        screen(comment, client)
    return comment


def resubmit(comment: ReaderComment, edited: ReaderComment, client: Client | None) -> bool:
    """Put the edited comment's words, envelope and concern in the place of the old ones and check it like a new one.

    Until it is judged it is hidden: no reader sees the old words, which are not meant any more, nor the new ones.
    What was said of the old words, and by whom they were recommended, is void. False: somebody was faster.
    Raises IntegrityError if these words stand there already, as another comment.
    """
    asks = client is None or not breaker.is_open()
    columns = _unasked(edited, asks) | {"verdict": "", "verdict_guid": "", "edited_at": timezone.now()}
    columns |= {name: getattr(edited, name) for name in ("envelope", "concern", "is_trusted")}
    with transaction.atomic():
        before = State(comment.state)
        columns["recommendations"] = 0
        if not comment.move(
            State.UNCHECKED, expected=before, by=WRITER, reason="edited", words=edited.comment, **columns
        ):
            return False
        comment.marks.filter(kind=Mark.Kind.RECOMMENDATION).delete()
    if asks:
        screen(comment, client)
    return True


def _unasked(comment: ReaderComment, asks: bool) -> dict[str, Any]:
    """The columns of words that nobody has been asked about, and of which we ask now or the worker shall."""
    return {
        "fingerprint": _fingerprint(comment),
        # Ours until then; if this process dies, the worker takes over.
        "due_at": timezone.now() + (LEASE if asks else timedelta()),
        "attempts": int(asks),
        "failure": "" if asks else "not asked: the service was failing",
    }


def screen(comment: ReaderComment, client: Client | None) -> None:
    """Ask Akismet about one comment and set its state by the answer. Never raises for a service.

    What a moderator has decided meanwhile stays decided; the answer is then only noted.
    """
    if client is None:
        _hold(comment, _("There is no Akismet key."))
        return
    try:
        answer = client.check(_question(comment))
    except ServiceError as error:
        _fail(comment, error)
        return
    breaker.succeeded()
    alerts.note_answer(answer)
    _apply(comment, answer)
    wake_the_waiting()


def recheck_due(client: Client | None) -> int:
    """Check what is due, a batch at most. Returns how many were looked at; several workers may run at once.

    While the service fails each round asks about one comment only, until an answer comes.
    """
    looked_at = 0
    while looked_at < _BATCH and not (client and breaker.must_wait()):
        comment = ReaderComment.objects.claim_next(LEASE)
        if comment is None:
            break
        looked_at += 1
        screen(comment, client)
        if client and breaker.is_open():
            return 0
    return looked_at


def pause(attempts: int, retry_after: int | None) -> timedelta:
    """Until the next try: from 30 s to 15 min, with jitter, and never before Retry-After."""
    first, longest = settings.RECHECK_PAUSES
    at_most = min(longest, 1.5 * first * 2 ** min(attempts - 1, 10))
    seconds = at_most * random.uniform(2 / 3, 1)  # noqa: S311  # jitter
    return timedelta(seconds=max(seconds, retry_after or 0))


def _fail(comment: ReaderComment, error: ServiceError) -> None:
    if error.kind == Kind.UNSENDABLE:
        _hold(comment, _("It cannot be sent to Akismet."))  # nor ever will be
        return
    logger.warning("Comment %d could not be checked and stays hidden: %s", comment.pk, error)
    comment.put_back(pause(comment.attempts, error.retry_after), str(error))
    breaker.failed(error.retry_after)
    alerts.note_failure(error)


def _hold(comment: ReaderComment, concern: str) -> None:
    if comment.state in QUEUED:
        comment.move(State.HELD, expected=State(comment.state), reason=concern, concern=comment.concern or concern)
    else:
        comment.with_these_words().update(due_at=None)


def _apply(comment: ReaderComment, answer: Answer) -> None:
    heard: dict[str, Any] = {"verdict": answer.verdict, "verdict_guid": answer.guid[:100], "failure": ""}
    if answer.verdict == Verdict.HAM and comment.state in QUEUED:
        comment.concern = heard["concern"] = comment.concern or _rule_against(comment)
    state, due_at = _decide(comment, answer), None
    if answer.verdict == Verdict.PROVISIONAL:
        due_at = timezone.now() + timedelta(seconds=answer.recheck_after or 120)
    reason = comment.concern if state == State.HELD else ""
    if comment.state not in QUEUED or not comment.move(
        state, expected=State(comment.state), reason=reason or answer.verdict, due_at=due_at, **heard
    ):
        heard.pop("concern", None)
        comment.with_these_words().exclude(state__in=QUEUED).update(due_at=None, **heard)


def _rule_against(comment: ReaderComment) -> str:
    """Asked last, so that it also holds for what was sent before the rule was made."""
    standing = DiscussionRules.objects.standing_of(comment.article)
    return _("The discussion’s rules: a moderator reads everything first.") if standing.needs_moderator else ""


def _decide(comment: ReaderComment, answer: Answer) -> State:
    match answer.verdict:
        case Verdict.BLATANT:
            return State.BLATANT
        case Verdict.SPAM:
            return State.HELD if comment.is_trusted else State.SPAM
        case Verdict.PROVISIONAL:
            return State.PROVISIONAL
        case Verdict.HAM:
            return State.HELD if comment.concern else State.APPROVED


def _question(comment: ReaderComment) -> dict[str, Any]:
    envelope: dict[str, Any] = comment.envelope
    if comment.state == State.PROVISIONAL:
        return envelope | {"recheck_reason": "recheck"}
    if comment.edited_at and not comment.verdict:
        return envelope | {"recheck_reason": "edit"}
    return envelope | {"recheck_reason": "retry"} if comment.attempts > 1 else envelope


def _fingerprint(comment: ReaderComment) -> str:
    """The same for the same words by the same writer in the same place."""
    writer = [comment.user_name.strip().casefold(), comment.user_email.strip().casefold()]
    parent_id = 0 if comment.parent_id == comment.pk else comment.parent_id  # once stored, nobody's reply is its own
    words = [str(comment.article_id), str(parent_id), *writer, " ".join(comment.comment.split())]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def wake_the_waiting() -> None:
    """The service answers: whatever an outage put off is due now."""
    for queue in (ReaderComment.objects.put_off(), Feedback.objects.put_off()):
        queue.update(due_at=timezone.now(), failure="")
