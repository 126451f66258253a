"""Whether the moderation log still is what was written: for auditors, and for anybody who has a doubt."""

import hmac
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from comments.models import LogHead, ReaderComment, StateChange
from comments.models.log import BEGINNING, chain_keys

Heads = dict[int, set[str]]  # a row's number and the codes that were noted for it: more than one is one too many


def write_head() -> bool:
    """Note the chain's last row in a file outside the database. False: it stands there already.

    Who deletes the last rows, or puts back an old copy of the table, is found out by it.
    """
    head = LogHead.objects.filter(pk=1).first()
    file = Path(settings.MODERATION_HEADS)
    if head is None or head.code in _written_heads(file).get(head.number, ()):
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as heads:
        if not _ends_a_line(file):  # somebody's disk was full: what is cut off must not run into ours
            heads.write("\n")
        heads.write(f"{head.number} {head.code} {timezone.now().isoformat()}\n")
    return True


def problems() -> Iterator[str]:
    """What is wrong, in plain words. None: every row is as it was written, and none is missing."""
    heads = _written_heads(Path(settings.MODERATION_HEADS))
    with _one_moment():
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


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything is read as of one moment, so that a paper that goes on working is not called broken.

    PostgreSQL shows such a moment beside the writers; on SQLite they wait.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _is_same(code: str, other: str) -> bool:
    return hmac.compare_digest(code.encode(), other.encode())  # as text it would fail on letters beyond ASCII


def _written_heads(file: Path) -> Heads:
    heads: Heads = defaultdict(set)
    if file.exists():
        for line in file.read_text(errors="replace").splitlines():
            parts = line.split()
            if len(parts) == 3 and parts[0].isdecimal():
                heads[int(parts[0])].add(parts[1])
    return heads


def _ends_a_line(file: Path) -> bool:
    return file.read_bytes()[-1:] in {b"", b"\n"}
