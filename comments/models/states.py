"""The states of a comment, and who may move it from which to which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UNCHECKED = "unchecked", _("Waiting for its check")
    PROVISIONAL = "provisional", _("Waiting for a second check")
    HELD = "held", _("Held for a moderator")
    APPROVED = "approved", _("Published")
    SPAM = "spam", _("Spam")
    BLATANT = "blatant", _("Blatant spam")
    REMOVED = "removed", _("Removed")


QUEUED = (State.UNCHECKED, State.PROVISIONAL)


def is_decided(state: State) -> bool:
    """Whether nobody is waited for any more: neither the service nor a moderator."""
    return state not in (*QUEUED, State.HELD)


# The screening decides only what waits for it; what a human has decided it never touches again.
BY_SCREENING: dict[State, set[State]] = {
    State.UNCHECKED: {State.PROVISIONAL, State.HELD, State.APPROVED, State.SPAM, State.BLATANT},
    State.PROVISIONAL: {State.PROVISIONAL, State.HELD, State.APPROVED, State.SPAM, State.BLATANT},
}
_HUMAN = {State.HELD, State.APPROVED, State.SPAM, State.REMOVED}
BY_MODERATOR: dict[State, set[State]] = {state: _HUMAN - {state} for state in State}

# Enough readers' reports take a comment to the moderators (comments/marks.py knows which may not be taken).
BY_READERS: dict[State, set[State]] = {State.APPROVED: {State.HELD}}

# Whoever wrote it, from the receipt: other words are unchecked words, words that are taken back are gone, and an appeal
# takes it to the moderators (comments/receipts.py knows until when, and what a moderator has closed).
_OWN = {State.UNCHECKED, State.REMOVED}
BY_WRITER: dict[State, set[State]] = {
    State.UNCHECKED: _OWN,
    State.PROVISIONAL: _OWN,
    State.HELD: _OWN,
    State.APPROVED: _OWN,
    State.SPAM: {State.HELD},
    State.BLATANT: {State.HELD},
}

READERS, WRITER = "readers", "writer"  # as the moderation log calls them
_TABLES = {READERS: BY_READERS, WRITER: BY_WRITER}


class NotAllowedError(ValueError):
    """Nobody of that kind may move a comment from that state to the other."""


def is_allowed(before: State, after: State, *, by_human: bool, by: object = None) -> bool:
    """by: READERS or WRITER, if it is one of them."""
    table = (_TABLES.get(by) if isinstance(by, str) else None) or (BY_MODERATOR if by_human else BY_SCREENING)
    return after in table.get(before, set())
