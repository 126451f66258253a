from comments.models.appeal import Appeal
from comments.models.comment import Badge, ReaderComment, Refusal
from comments.models.feedback import Feedback
from comments.models.follow import Follow, Mailbox
from comments.models.letter import Letter
from comments.models.log import LogHead, StateChange
from comments.models.mark import Mark
from comments.models.rules import DiscussionRules, Mode, Standing
from comments.models.states import QUEUED, NotAllowedError, State, is_allowed
from comments.models.terms import BlockedTerm, ReservedName

__all__ = [
    "QUEUED",
    "Appeal",
    "Badge",
    "BlockedTerm",
    "DiscussionRules",
    "Feedback",
    "Follow",
    "Letter",
    "LogHead",
    "Mailbox",
    "Mark",
    "Mode",
    "NotAllowedError",
    "ReaderComment",
    "Refusal",
    "ReservedName",
    "Standing",
    "State",
    "StateChange",
    "is_allowed",
]
