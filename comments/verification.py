"""Whether the moderation log still is what was written: for auditors, and for anybody who has a doubt."""

import hmac
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from comments.models import LogHead, ReaderComment, StateChange
from comments.models.log import BEGINNING, chain_keys
from newsroom.lib import heads as noted
from newsroom.lib.heads import Heads


def write_head() -> bool:
    """Note the chain's last row in a file outside the database. False: it stands there already.

    Who deletes the last rows, or puts back an old copy of the table, is found out by it.
    """
    head = LogHead.objects.filter(pk=1).first()
    return head is not None and noted.note(Path(settings.MODERATION_HEADS), head.number, head.code)


def problems() -> Iterator[str]:
    """What is wrong, in plain words. None: every row is as it was written, and none is missing."""
    heads = noted.read(Path(settings.MODERATION_HEADS))
    with noted.one_moment():
        yield from _problems(heads)


def _problems(heads: Heads) -> Iterator[str]:
    keys = chain_keys()
    code, number = BEGINNING, 0
    last: dict[int, StateChange] = {}
    for row in StateChange.objects.order_by("number").iterator():
        number += 1
        if row.number != number:
            yield f"Row {number} is missing: the next one is {row.number}."
            number = row.number
        if not any(_is_same(row.code, row.chained_to(code, key)) for key in keys):
            yield f"Row {row.number} was altered, moved or made by somebody else."
        if heads.get(row.number, {row.code}) != {row.code}:
            yield f"Row {row.number} is not the one whose code was noted outside the database."
        code, last[row.comment_key] = row.code, row
    yield from _ends(number, code, heads)
    yield from _comments(last)


def _ends(number: int, code: str, heads: Heads) -> Iterator[str]:
    head = LogHead.objects.filter(pk=1).first() or LogHead()
    if (head.number, head.code) != (number, code):
        yield f"The last row should be {head.number}; it is {number}."
    if heads and max(heads) > number:
        yield f"Rows after {number} are missing: row {max(heads)} was noted outside the database."


def _comments(last: dict[int, StateChange]) -> Iterator[str]:
    """Each comment stands as its last row says, with the words that the row is bound to."""
    for comment in ReaderComment.objects.defer("envelope").iterator():
        row = last.get(comment.pk)
        if row is None:
            yield f"Comment {comment.pk} is not in the log."
        elif row.after != comment.state:
            yield f"Comment {comment.pk} is {comment.state}; the log says {row.after}."
        elif comment.salt and row.words != comment.commitment():
            yield f"The words of comment {comment.pk} are not those that were judged."
        elif not comment.salt and (comment.comment or comment.user_name or comment.user_email or comment.user_url):
            yield f"Comment {comment.pk} was erased, and has words all the same."


def _is_same(code: str, other: str) -> bool:
    return hmac.compare_digest(code.encode(), other.encode())  # as text it would fail on letters beyond ASCII
