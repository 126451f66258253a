"""What the paper itself holds for or against a comment, whatever Akismet says of it."""

from django.conf import settings
from django.utils.translation import gettext as _

from comments.models import BlockedTerm, ReaderComment, State, StateChange
from comments.models.comment import writer_key


def assess(comment: ReaderComment, honeypot: str) -> None:
    """Note on the new comment what speaks against it (then ham is held) and whether its writer is known (then what
    Akismet calls spam is held for a moderator instead of hidden)."""
    published, refused = _earlier_decisions(writer_key(comment.user_email))
    comment.concern = _concern(comment, honeypot, refused)
    comment.is_trusted = not comment.concern and published >= settings.TRUST_AFTER


def _concern(comment: ReaderComment, honeypot: str, refused: int) -> str:
    if honeypot:
        return _("It filled in the field that people do not see.")
    if term := BlockedTerm.first_in(_searched(comment)):
        return (_("Blocked: %s") % term)[:200]
    if refused:
        return _("A moderator refused this writer's comments before.")
    return ""


def _searched(comment: ReaderComment) -> str:
    parts = [comment.comment, comment.user_name, comment.user_email, comment.user_url, comment.ip_address or ""]
    return "\n".join(parts)


def _earlier_decisions(key: str) -> tuple[int, int]:
    """How many of the writer's comments moderators published and refused, as they stand now."""
    states = dict(ReaderComment.objects.filter(writer_key=key, decided_at__isnull=False).values_list("pk", "state"))
    if not states:
        return 0, 0
    by_moderators = StateChange.objects.filter(comment_key__in=list(states), actor__startswith="moderator ")
    decided = [states[key] for key in by_moderators.order_by().values_list("comment_key", flat=True).distinct()]
    return decided.count(State.APPROVED), len(decided) - decided.count(State.APPROVED)
