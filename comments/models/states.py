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
READERS = "readers"
BY_READERS: dict[State, set[State]] = {State.APPROVED: {State.HELD}}


class NotAllowedError(ValueError):
    """Nobody of that kind may move a comment from that state to the other."""


def is_allowed(before: State, after: State, *, by_human: bool, by_readers: bool = False) -> bool:
    table = BY_READERS if by_readers else BY_MODERATOR if by_human else BY_SCREENING
    return after in table.get(before, set())
