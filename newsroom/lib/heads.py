"""Where an append-only chain of rows ended, noted in a file outside the database.

Who deletes the last rows, or puts back an old copy of the table, is found out by it.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

Heads = dict[int, set[str]]  # a row's number and the codes that were noted for it: more than one is one too many


def note(file: Path, number: int, code: str) -> bool:
    """False: it stands there already."""
    if code in read(file).get(number, ()):
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+") as heads:
        if not _ends_a_line(file):  # somebody's disk was full: what is cut off must not run into ours
            heads.write("\n")
        heads.write(f"{number} {code} {timezone.now().isoformat()}\n")
    return True


def read(file: Path) -> Heads:
    heads: Heads = defaultdict(set)
    if file.exists():
        for line in file.read_text(errors="replace").splitlines():
            parts = line.split()
            if len(parts) == 3 and parts[0].isdecimal():
                heads[int(parts[0])].add(parts[1])
    return heads


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything is read as of one moment, so that a paper that goes on working is not called broken.

    PostgreSQL shows such a moment beside the writers; on SQLite they wait.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _ends_a_line(file: Path) -> bool:
    return file.read_bytes()[-1:] in {b"", b"\n"}
