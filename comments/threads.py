"""A discussion, part by part: whole threads until there are enough comments.

What makes it cheap is the comment's place: in that order comments stand as they are read, so that every part is one
range of an index, whatever the length of the whole. A part is known by the place it begins with: its key.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models import ReaderComment
from comments.models.comment import DEEPEST, STEP
from comments.models.comment import ReaderCommentQuerySet as Comments

_KEY = re.compile(rf"(?:[0-9]{{{STEP}}}){{1,{DEEPEST + 1}}}", re.ASCII)


class Order(models.TextChoices):
    """Of the threads. Within one, replies are always read from the oldest."""

    OLDEST = "oldest", _("Oldest first")
    NEWEST = "newest", _("Newest first")


class UnknownKeyError(ValueError):
    """No part begins with that."""


@dataclass
class Node:
    comment: ReaderComment
    replies: list["Node"] = field(default_factory=list)
    is_elsewhere: bool = False  # it stands on another page, and here only to say what its replies reply to
    answers: ReaderComment | None = None  # what it replies to, if that is not the comment it stands below

    @property
    def lines(self) -> int:
        """How many lines it takes with its replies on a phone, or a few more: its height until it is laid out."""
        own = sum(1 + len(line) // 30 for line in self.comment.comment.splitlines())
        return 5 + own + sum(reply.lines for reply in self.replies)


@dataclass(frozen=True)
class Part:
    nodes: list[Node]
    count: int  # public comments of the whole discussion
    order: Order
    earlier: str  # the part before this one ends before that key; empty: there is none
    later: str  # the next one begins with that; empty: there is none
    is_cut: bool  # whether its last thread goes on in the next


def part_of(
    article: Article,
    order: Order = Order.OLDEST,
    *,
    start: str = "",
    until: str = "",
    own: ReaderComment | None = None,
) -> Part:
    """The first, the one that begins with the key `start`, or the one that ends before the key `until`.

    At most four queries, three for a first part. own: a comment that stands in its place even if it is not public.
    Raises UnknownKeyError.
    """
    for key in filter(None, (start, until)):
        if not _KEY.fullmatch(key):
            raise UnknownKeyError(key)
    whole = _standing(article.pk, own)
    chosen = _before(whole, order, until) if until else _from(whole, order, start)
    rows = list(chosen.defer("envelope")[: 2 * settings.COMMENTS_PER_PAGE + 1])
    places = [str(row.place) for row in rows]
    size = _whole_threads(places)
    shown, has_more = rows[:size], size < len(rows)
    if until:
        shown.reverse()
        earlier, later = _key(places[size - 1], places[size]) if has_more else "", until
    else:
        earlier, later = start, _key(places[size], places[size - 1]) if has_more else ""
    return Part(
        nodes=_tree(shown, whole, is_all=not (earlier or later)),
        count=_count(article) if earlier or later else sum(row.is_public_now for row in shown),
        order=order,
        earlier=earlier,
        later=later,
        is_cut=bool(shown) and _thread(str(shown[-1].place)) == _thread(later),
    )


def start_of(comment: ReaderComment, own: ReaderComment | None = None) -> str:
    """The key of the part, oldest first, that shows a comment. Empty: it is the first, below the article."""
    whole = _standing(comment.article_id, own).order_by("place").values_list("place", flat=True)
    place, most = str(comment.place), 2 * settings.COMMENTS_PER_PAGE
    first = list(whole[: most + 1])
    if place in first[: _whole_threads(first)]:
        return ""
    before = whole.filter(place__gte=_thread(place), place__lt=place)[:most]
    return _thread(place) if len(before) < most else place


def part_around(comment: ReaderComment) -> Part:
    """The part of the discussion in which a comment stands, public or not: for its writer."""
    return part_of(comment.article, start=start_of(comment, own=comment), own=comment)


# --- Keys -------------------------------------------------------------------------------------------


def _thread(place: str) -> str:
    return place[:STEP]


def _key(place: str, after: str = "") -> str:
    """Of a part that begins there. A new thread may begin with a reply, if what it replied to is hidden."""
    return place if _thread(place) == _thread(after) else _thread(place)


def _whole_threads(places: Sequence[str]) -> int:
    """How many of them make a part: until enough threads are whole, or one of them is too long for it."""
    enough = settings.COMMENTS_PER_PAGE
    for number in range(enough, len(places)):
        if _thread(places[number]) != _thread(places[number - 1]):
            return number
    return min(len(places), 2 * enough)


def _count(article: Article) -> int:
    return ReaderComment.objects.filter(article=article).approved().count()


# --- Rows -------------------------------------------------------------------------------------------


def _standing(article_id: int, own: ReaderComment | None) -> Comments:
    return ReaderComment.objects.filter(article=article_id).in_thread(own)


# What each condition says twice is for the databases: by the simple half they find its beginning in the index.


def _from(comments: Comments, order: Order, start: str) -> Comments:
    thread = _thread(start)
    if order == Order.OLDEST:
        return comments.filter(place__gte=start).order_by("place")
    if start:
        comments = comments.filter(Q(thread_place__lt=thread) | Q(place__gte=start), thread_place__lte=thread)
    return comments.order_by("-thread_place", "place")


def _before(comments: Comments, order: Order, start: str) -> Comments:
    """Nearest first."""
    if order == Order.OLDEST:
        return comments.filter(place__lt=start).order_by("-place")
    thread = _thread(start)
    before = comments.filter(Q(thread_place__gt=thread) | Q(place__lt=start), thread_place__gte=thread)
    return before.order_by("thread_place", "-place")


# --- The tree ---------------------------------------------------------------------------------------


def _tree(rows: list[ReaderComment], whole: Comments, *, is_all: bool) -> list[Node]:
    """Each below the nearest comment above it that stands in the discussion."""
    nodes = [Node(row, is_elsewhere=True) for row in _above(rows[0], whole)] if rows else []
    nodes += [Node(row) for row in rows]
    _say_what_they_answer(nodes, are_all=is_all)
    roots: list[Node] = []
    branch: list[Node] = []
    for node in nodes:
        while branch and not _place(node).startswith(_place(branch[-1])):
            branch.pop()
        (branch[-1].replies if branch else roots).append(node)
        branch.append(node)
    return roots


def _above(comment: ReaderComment, whole: Comments) -> list[ReaderComment]:
    """What a part that begins within a thread hangs on."""
    places = comment.places_above
    return list(whole.filter(place__in=places).order_by("place").defer("envelope")) if places else []


def _say_what_they_answer(nodes: list[Node], *, are_all: bool) -> None:
    """A reply to one of the deepest comments stands beside it: it has to be said whom it speaks to.

    are_all: what is not among them is not public, and need not be asked for.
    """
    aside = [node for node in nodes if node.comment.stands_aside]
    known = {node.comment.pk: node.comment for node in nodes}
    missing = {node.comment.parent_id for node in aside} - known.keys()
    if missing and not are_all:
        known |= {row.pk: row for row in ReaderComment.objects.approved().filter(pk__in=missing).defer("envelope")}
    for node in aside:
        answered = known.get(node.comment.parent_id)
        node.answers = answered if answered and answered.is_public_now else None


def _place(node: Node) -> str:
    return str(node.comment.place)
