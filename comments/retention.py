"""What is not needed any more goes: blatant spam, spam, what Akismet was told about each comment, who marked it, what
appeals said, and the addresses of those who want no letters.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from comments.letters import CONFIRM_WITHIN
from comments.models import Appeal, Follow, Letter, Mailbox, Mark, ReaderComment, State
from comments.models.letter import ONE_QUESTION

_LETTERS_KEPT = timedelta(days=7)  # after they were sent, so that a bounce finds its letter
_WAITING_KEPT = timedelta(days=30)  # a letter about a comment that is not public any more
_REFUSAL_KEPT = timedelta(days=90)  # then the address may be tried again


def scrub() -> int:
    """Delete and blank what has been kept long enough. Returns how many rows it touched."""
    return (
        _spam(State.BLATANT, settings.BLATANT_KEPT)
        + _spam(State.SPAM, settings.SPAM_KEPT)
        + _envelopes()
        + _marks()
        + _letters()
    )


def _spam(state: State, seconds: int) -> int:
    """One by one: a comment that was answered before it was found out keeps its place, without its words."""
    appealed = Appeal.objects.waiting().filter(comment=OuterRef("pk"))
    old = _kept_since(seconds).filter(state=state).exclude(Exists(appealed))
    replies = ReaderComment.objects.filter(parent_id=OuterRef("pk")).exclude(pk=OuterRef("pk"))
    answered = Exists(replies)
    kept = sum(erase(comment) for comment in old.filter(answered).exclude(salt=""))
    gone = list(old.exclude(answered).values_list("pk", flat=True)[:500])
    ReaderComment.objects.filter(pk__in=gone).delete()
    return kept + len(gone)


@transaction.atomic  # the columns lie in two tables: a kill in between must not leave the half of it
def erase(comment: ReaderComment) -> bool:
    """Nothing of the writer stays, but the place in the thread. The moderation log holds without it."""
    ReaderComment.objects.filter(pk=comment.pk).update(
        user=None,
        user_name="",
        user_email="",
        writer_key="",
        user_url="",
        comment="",
        concern="",
        ip_address=None,
        envelope={},
        salt="",
        fingerprint=None,
    )
    Appeal.objects.filter(comment=comment).update(words="")
    return True


@transaction.atomic
def _envelopes() -> int:
    return _kept_since(settings.ENVELOPE_KEPT).exclude(envelope={}).update(envelope={}, ip_address=None)


def _marks() -> int:
    """Where a mark came from is forgotten after a day; a report's words go with what Akismet was told."""
    now = timezone.now()
    yesterday = Mark.objects.filter(trace__isnull=False, made_at__lt=now - timedelta(days=1))
    decided = now - timedelta(seconds=settings.ENVELOPE_KEPT)
    told = Mark.objects.filter(made_at__lt=decided, comment__decided_at__lt=decided).exclude(words="")
    appeals = Appeal.objects.filter(answered_at__lt=decided).exclude(words="")
    return yesterday.update(trace=None) + told.update(words="") + appeals.update(words="")


def _letters() -> int:
    now = timezone.now()
    old = Letter.objects.filter(due_at=None, created_at__lt=now - _LETTERS_KEPT)
    old |= Letter.objects.filter(due_at__isnull=False, created_at__lt=now - _WAITING_KEPT)
    ended = Follow.objects.unconfirmed().filter(created_at__lt=now - CONFIRM_WITHIN)
    gone = ended.delete()[0] + old.delete()[0]
    gone += Mailbox.objects.unused().exclude(email="").update(email="", is_daily=False)
    # An empty one is kept as long as it must be known: that it was asked today, or that it takes no mail.
    asked = Letter.objects.questions().filter(mailbox=OuterRef("pk"), sent_at__gte=now - ONE_QUESTION)
    forgotten = Mailbox.objects.unused().exclude(Exists(asked)).exclude(refused_at__gte=now - _REFUSAL_KEPT)
    return gone + forgotten.delete()[0]


def _kept_since(seconds: int) -> QuerySet[ReaderComment]:
    """Decided so long ago, and neither a check nor feedback still waits for what Akismet was told."""
    decided = timezone.now() - timedelta(seconds=seconds)
    old = ReaderComment.objects.filter(decided_at__lt=decided, due_at=None)
    return old.exclude(feedback__due_at__isnull=False)
