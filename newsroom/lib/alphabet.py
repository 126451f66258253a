"""Lists of names, as an index has them."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")

MANY = 30  # rows from which on they stand under letters


def by_letter(rows: Iterable[T]) -> list[tuple[str, list[T]]]:
    """The rows under the first letters of their names, in the order of the alphabet; a few, under none.

    Accents and case do not matter, as in an index. What begins with no letter stands under "0–9".
    """
    known = sorted(rows, key=_plain)
    if len(known) < MANY:
        return [("", known)] if known else []
    return [(letter, list(group)) for letter, group in groupby(known, key=_letter)]


def _plain(row: object) -> str:
    spread = unicodedata.normalize("NFKD", str(row).casefold())
    return "".join(sign for sign in spread if sign.isalnum() or sign == " ").strip()


def _letter(row: object) -> str:
    first = _plain(row)[:1]
    return first.upper() if first.isalpha() else "0–9"
