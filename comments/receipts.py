"""The receipt of a comment: what its writer learns of it and may do with it, without an account.

Whoever holds its address is the writer. So it is given only to the browser that posted the comment: whoever else sends
the same words once more, which anybody can copy from the page, learns how the comment stands and may do nothing.
"""

from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from comments.models import Appeal, DiscussionRules, Follow, ReaderComment, State, StateChange
from comments.models.states import WRITER
from comments.retention import erase
from comments.threads import Node, part_around

# Both live as long as their comment; the time in them only makes each one different. Keys of before are tried, too.
_OF_THE_WRITER = signing.TimestampSigner(salt="comments.receipt")
_OF_ANYBODY = signing.TimestampSigner(salt="comments.receipt.look")
_CHANGEABLE = (State.UNCHECKED, State.PROVISIONAL, State.HELD, State.APPROVED)
_REFUSED = (State.SPAM, State.BLATANT, State.REMOVED)
_REPEATED_WITHIN = timedelta(minutes=10)  # a second click, or a form that was sent again after a broken connection


def token_of(comment: ReaderComment, *, may_act: bool = True) -> str:
    return (_OF_THE_WRITER if may_act else _OF_ANYBODY).sign(str(comment.pk))


def token_for(posted: ReaderComment, stored: ReaderComment) -> str:
    """For whoever has just posted a comment, which is stored now or stood there before, word for word."""
    return token_of(stored, may_act=posted is stored or _is_same_hand(posted, stored))


def _is_same_hand(posted: ReaderComment, stored: ReaderComment) -> bool:
    told, known = posted.envelope, stored.envelope
    is_same = bool(known) and all(told[name] == known.get(name) for name in ("user_ip", "user_agent"))
    return is_same and timezone.now() < stored.submit_date + _REPEATED_WITHIN


class Receipt:
    """A comment as its writer sees it."""

    def __init__(self, comment: ReaderComment, token: str, *, is_own: bool) -> None:
        self.comment, self.token, self.is_own = comment, token, is_own

    @cached_property
    def mover(self) -> str:
        """Who moved the comment into its state: reader (it came in), screening, readers, writer or moderator."""
        last = StateChange.objects.filter(comment_key=self.comment.pk).last()
        return last.actor.partition(" ")[0] if last else ""

    @cached_property
    def appeal(self) -> Appeal | None:
        return Appeal.objects.filter(comment=self.comment).first()

    @property
    def changes_end_at(self) -> datetime:
        posted_at: datetime = self.comment.submit_date
        return posted_at + timedelta(seconds=settings.EDIT_WITHIN)

    @property
    def is_in_time(self) -> bool:
        return timezone.now() < self.changes_end_at

    @property
    def is_decided(self) -> bool:
        """By people: they have read these words, or are asked to read them."""
        return self.mover in {"moderator", "readers"} or self.appeal is not None

    @property
    def may_edit(self) -> bool:
        return self.may_delete and not self.is_decided

    @property
    def may_delete(self) -> bool:
        return self.is_own and self.is_in_time and self.comment.state in _CHANGEABLE

    @property
    def may_appeal(self) -> bool:
        comment = self.comment
        return self.is_own and comment.state in _REFUSED and bool(comment.salt) and self.appeal is None

    @property
    def takes_letters(self) -> bool:
        return self.is_own and self.comment.state not in _REFUSED

    @cached_property
    def thread(self) -> list[Node]:
        """The part of the discussion with the comment in its place, whoever else sees it. Empty: there is none."""
        comment = self.comment
        if not self.is_own or comment.state in _REFUSED or not comment.article.is_live:
            return []
        if DiscussionRules.objects.standing_of(comment.article).is_hidden:
            return []
        return part_around(comment).nodes


def read(token: str) -> Receipt | None:
    """None: nobody was ever given that token, or its comment is gone."""
    for signer in (_OF_THE_WRITER, _OF_ANYBODY):
        try:
            pk = int(signer.unsign(token))
        except (signing.BadSignature, ValueError):
            continue
        comment = ReaderComment.objects.select_related("article__category").filter(pk=pk).first()
        return Receipt(comment, token, is_own=signer is _OF_THE_WRITER) if comment else None
    return None


@transaction.atomic
def withdraw(comment: ReaderComment) -> bool:
    """Its writer takes it back: the words are erased at once, its place stays for its replies. False: too late."""
    if not comment.move(State.REMOVED, expected=State(comment.state), by=WRITER, reason="deleted"):
        return False
    comment.feedback.give_up()
    erase(comment)
    if follow := Follow.objects.filter(comment=comment).first():
        follow.end()
    return True


@transaction.atomic
def appeal(receipt: Receipt, words: str) -> bool:
    """The moderators are asked to look again. What only the filter refused waits for them now, without being shown;
    what one of them refused stays as it is until one of them says otherwise. False: there was an appeal already.
    """
    comment = receipt.comment
    row = ReaderComment.objects.filter(pk=comment.pk).select_for_update(of=("self",))
    if not row.values_list("pk").first():
        return False
    _appeal, is_new = Appeal.objects.get_or_create(comment=comment, defaults={"words": words})
    if is_new and receipt.mover == "screening":
        comment.move(State.HELD, expected=State(comment.state), by=WRITER, reason="appeal")
    return is_new
