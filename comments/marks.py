"""What readers think of a comment: recommending it, taking that back, reporting it to the moderators."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from comments.models import Mark, ReaderComment, State, StateChange
from comments.models.states import READERS


@dataclass(frozen=True)
class Reader:
    """Who marks: the random text of the cookie, and network address with browser, as far as they are known."""

    secret: str
    trace: str

    def identity(self, comment: ReaderComment, kind: Mark.Kind) -> dict[str, str]:
        """As it is stored with the mark. The trace is of today."""
        return {
            "person": _hash("person", comment, kind, self.secret),
            "trace": _hash("trace", comment, kind, f"{timezone.now():%Y-%m-%d} {self.trace}"),
        }

    def own(self, comment: ReaderComment, kind: Mark.Kind) -> QuerySet[Mark]:
        """By this very browser, as its cookie says: one or none."""
        return Mark.objects.filter(comment=comment, kind=kind, person=self.identity(comment, kind)["person"])

    def same(self, comment: ReaderComment, kind: Mark.Kind) -> QuerySet[Mark]:
        """Those that stand against a further one: its own, and today's of the same address and browser."""
        identity = self.identity(comment, kind)
        same = Q(person=identity["person"]) | Q(trace=identity["trace"])
        return Mark.objects.filter(same, comment=comment, kind=kind)


@transaction.atomic
def recommend(comment: ReaderComment, reader: Reader) -> bool:
    """Counted, unless it has been already or the comment is not public any more (False)."""
    if not _mark(comment, reader, Mark.Kind.RECOMMENDATION):
        return False
    _count(comment, 1)
    return True


@transaction.atomic
def take_back(comment: ReaderComment, reader: Reader) -> bool:
    """The recommendation of this very browser. False: there is none."""
    _lock(comment)
    deleted, _rows = reader.own(comment, Mark.Kind.RECOMMENDATION).delete()
    if deleted:
        _count(comment, -1)
    return bool(deleted)


@transaction.atomic
def report(comment: ReaderComment, reader: Reader, reason: str, words: str) -> bool:
    """Stored for the moderators; the last of settings.REPORTS_HOLD also takes the comment to them.

    But never a comment that a moderator has published: a crowd cannot overrule who has read it.
    """
    if not _mark(comment, reader, Mark.Kind.REPORT, reason=reason, words=words):
        return False
    count = comment.marks.filter(kind=Mark.Kind.REPORT).count()
    if count >= settings.REPORTS_HOLD and not is_reviewed(comment):
        said = ngettext("Reported by %d reader.", "Reported by %d readers.", count) % count
        comment.move(State.HELD, expected=State.APPROVED, by=READERS, reason=said, concern=said)
    return True


def is_reviewed(comment: ReaderComment) -> bool:
    """Whether it was a moderator who published it, as the log says."""
    last = StateChange.objects.filter(comment_key=comment.pk, after=State.APPROVED).last()
    return last is not None and last.actor.startswith("moderator ")


def _mark(comment: ReaderComment, reader: Reader, kind: Mark.Kind, **columns: Any) -> bool:
    if not _lock(comment) or reader.same(comment, kind).exists():
        return False
    comment.marks.create(kind=kind, **reader.identity(comment, kind), **columns)
    return True


def _lock(comment: ReaderComment) -> bool:
    """One mark after the other, and none while a moderator decides. False: it is not public any more."""
    rows = ReaderComment.objects.public().filter(pk=comment.pk)
    return bool(rows.select_for_update(of=("self",)).values_list("pk"))


def _count(comment: ReaderComment, step: int) -> None:
    ReaderComment.objects.filter(pk=comment.pk).update(recommendations=F("recommendations") + step)
    transaction.on_commit(comment.renew_page, robust=True)


def _hash(what: str, comment: ReaderComment, kind: Mark.Kind, text: str) -> str:
    return salted_hmac(f"comments.marks.{what}", f"{comment.pk} {kind} {text}", algorithm="sha256").hexdigest()
