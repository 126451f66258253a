"""A story's way over the desk: each act as one step, kept with who and why, and told to those it concerns.

What readers see is the article's own work (`publish`, `withdraw`); whether somebody may do it, articles/roles.py says.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles import desk_mail, links
from articles.models import Article, Colleague, Note, Revision, Stage, Status, Step, Story
from newsroom.lib import markup

Kind = Step.Kind


class TooLate(Exception):  # noqa: N818  # a refusal, and reads as one
    """A colleague has moved the story on meanwhile."""


@transaction.atomic
def save(article: Article, story: Story, by: Any, **about: Any) -> Revision:
    """The words as the next revision, and what the worker is to look up of them. about: what else it is to say."""
    revision = article.save_draft(story, by=by, **about)
    links.queue(story)
    return revision


@transaction.atomic
def submit(article: Article, by: Any, *, reviewer: Colleague | None = None, due: datetime | None = None) -> None:
    """Ask for a review. Asked again: by another, or until another time."""
    _move(article, {Stage.DRAFT, Stage.APPROVED, Stage.REVIEW}, Stage.REVIEW, reviewer=reviewer, review_due=due)
    _take(article, Kind.SUBMITTED, by, moment=due)


@transaction.atomic
def approve(article: Article, by: Any) -> None:
    _move(article, {Stage.REVIEW}, Stage.APPROVED, reviewer=None, review_due=None)
    _take(article, Kind.APPROVED, by)


@transaction.atomic
def reject(article: Article, by: Any, reason: str) -> None:
    """Back to the writer, who reads the reason."""
    _move(article, {Stage.REVIEW, Stage.APPROVED}, Stage.DRAFT, reviewer=None, review_due=None)
    _take(article, Kind.REJECTED, by, reason)


@transaction.atomic
def spike(article: Article, by: Any, reason: str = "") -> None:
    """Not to be published after all. Kept, out of the way; no address of it is public."""
    if article.status == Status.LIVE:
        raise TooLate
    open_stages = {Stage.DONE, Stage.DRAFT, Stage.REVIEW, Stage.APPROVED}
    _move(article, open_stages, Stage.SPIKED, reviewer=None, review_due=None)
    _take(article, Kind.SPIKED, by, reason)


@transaction.atomic
def unspike(article: Article, by: Any) -> None:
    _move(article, {Stage.SPIKED}, Stage.DRAFT)
    _take(article, Kind.UNSPIKED, by)


@transaction.atomic
def publish(article: Article, revision: Revision, by: Any, *, at: datetime | None = None, override: str = "") -> None:
    """override: why, if the checklist says no. Raises what Article.publish raises."""
    article.publish(revision, at=at)
    if override:
        _take(article, Kind.OVERRIDDEN, by, override)
    if waits := article.planned():  # perhaps later than asked for: an embargo holds
        _take(article, Kind.SCHEDULED, by, moment=waits.live_from)
    else:
        _take(article, Kind.PUBLISHED, by)


def has_other_text(article: Article, body: str) -> bool:
    """Whether readers of a published story would find another text: who publishes it says what the change is."""
    public = Article.objects.published().of_story(article.pk).first() if article.pk else None
    return public is not None and markup.substance(body) != markup.substance(public.body)


@transaction.atomic
def withdraw(article: Article, by: Any, note: str = "") -> None:
    """note: for the readers who come to its address."""
    article.withdraw(note)
    _take(article, Kind.WITHDRAWN, by, note)


@transaction.atomic
def went_out(article: Article, at: datetime) -> None:
    """The clock has published it, or what was to change of it."""
    _take(article, Kind.WENT_OUT, None, at=at)


@transaction.atomic
def ran_out(article: Article, at: datetime) -> None:
    """The clock has withdrawn it."""
    _take(article, Kind.RAN_OUT, None, article.withdrawal_note, at=at)


@transaction.atomic
def add_note(article: Article, by: Any, words: str, passage: str = "") -> Note:
    note = article.notes.create(by=by, words=words, passage=passage)
    _take(article, Kind.NOTED, by, words)
    return note


def resolve(note: Note, by: Any) -> None:
    """Done with. The first who says so stands."""
    Note.objects.filter(pk=note.pk, resolved_at=None).update(resolved_at=timezone.now(), resolved_by=by)


def last_rejection(article: Article) -> Step | None:
    """What the writer is to mend: the reason, as long as nobody has moved the story on."""
    moves = {Kind.REJECTED, Kind.SUBMITTED, Kind.APPROVED, Kind.PUBLISHED, Kind.SCHEDULED}
    last = article.steps.filter(kind__in=moves).select_related("by").first()
    return last if last and last.kind == Kind.REJECTED else None


def _move(article: Article, expected: set[Stage], to: Stage, **columns: Any) -> None:
    """By an UPDATE that expects the old stage: of two colleagues at once, one is told that he is late."""
    rows = Article.objects.filter(pk=article.pk, stage__in=expected)
    if to == Stage.SPIKED:
        rows = rows.exclude(status=Status.LIVE)
    if not rows.update(stage=to, **columns):
        raise TooLate
    article.refresh_from_db()


def _take(article: Article, kind: Kind, by: Any, words: str = "", **moments: datetime | None) -> None:
    step = article.steps.create(kind=kind, by=by, words=words, **moments)
    desk_mail.queue(step)
