"""What readers type into a search field: words, “phrases”, -unwanted ones, or."""

import re
import unicodedata
from typing import NamedTuple

Marks = tuple[str, str]  # before and after what was found, in an extract

_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')


class Group(NamedTuple):
    """Words or phrases that must all be there, and those that must not. Between groups stands an or."""

    wanted: list[str]
    unwanted: list[str]


def read_words(typed: str) -> list[Group]:
    """As PostgreSQL's websearch_to_tsquery reads them. Groups that want nothing are left out."""
    groups = [Group([], [])]
    for minus, phrase, word in _TERM.findall(typed.replace("“", '"').replace("”", '"')):
        term = phrase or word.lstrip("-")
        if word.lower() == "or":
            groups.append(Group([], []))
        elif any(letter.isalnum() for letter in term):
            (groups[-1].unwanted if minus or word.startswith("-") else groups[-1].wanted).append(term)
    return [group for group in groups if group.wanted]


def fold(word: str) -> str:
    """In small letters and without accents, for comparing."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
