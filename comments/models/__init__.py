from comments.models.comment import Badge, ReaderComment
from comments.models.feedback import Feedback
from comments.models.follow import Follow, Mailbox
from comments.models.letter import Letter
from comments.models.log import LogHead, StateChange
from comments.models.mark import Mark
from comments.models.states import QUEUED, NotAllowedError, State, is_allowed
from comments.models.terms import BlockedTerm, ReservedName

__all__ = [
    "QUEUED",
    "Badge",
    "BlockedTerm",
    "Feedback",
    "Follow",
    "Letter",
    "LogHead",
    "Mailbox",
    "Mark",
    "NotAllowedError",
    "ReaderComment",
    "ReservedName",
    "State",
    "StateChange",
    "is_allowed",
]
