"""Whether what was made public still is what was signed: for auditors, and for anybody who has a doubt."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from articles.models import Revision, Seal, SealedAct, SealHead
from articles.models.seal import BEGINNING
from newsroom.lib import heads as noted
from newsroom.lib import signing
from newsroom.lib.heads import Heads

Each = Callable[[QuerySet[Any]], Iterable[Any]]
Key = tuple[int, int]  # of an article, and the number of its revision


def write_head() -> bool:
    """Note the last seal in a file outside the database. False: it stands there already."""
    head = SealHead.objects.filter(pk=1).first()
    return head is not None and noted.note(Path(settings.REVISION_HEADS), head.number, head.code)


def sign_old() -> int:
    """Seal what was made public before there were seals. Says nothing of what became of it until now."""
    sealed = set(Seal.objects.values_list("article_key", "revision_number"))
    old = Revision.objects.exclude(published_from=None).order_by("article_id", "number")
    count = 0
    for revision in old.iterator():
        if (revision.article_id, revision.number) not in sealed:
            Seal.append(revision, SealedAct.PUBLISHED, reason="Signed later")
            count += 1
    return count


def problems(each: Each = QuerySet.iterator) -> Iterator[str]:
    """What is wrong, in plain words. None: all that was public stands as it was signed, and nothing is missing.

    each: goes through the rows of a table, and may show how far it has come.
    """
    heads = noted.read(Path(settings.REVISION_HEADS))
    keys = signing.public_keys()
    with noted.one_moment():
        last: dict[Key, Seal] = {}
        yield from _seals(keys, heads, last, each)
        yield from _revisions(last, each)


def _seals(keys: dict[str, Ed25519PublicKey], heads: Heads, last: dict[Key, Seal], each: Each) -> Iterator[str]:
    """The chain itself. Fills `last`: the last word on each revision."""
    code, number = BEGINNING, 0
    of_article: dict[int, str] = {}
    for seal in each(Seal.objects.order_by("number")):
        number += 1
        if seal.number != number:
            yield f"Seal {number} is missing: the next one is {seal.number}."
            number = seal.number
        if seal.key not in keys:
            yield f"Seal {number} is signed by a key that is not in the folder: {seal.key}."
        elif not _is_genuine(seal, code, keys[seal.key]):
            yield f"Seal {number} was altered, moved or made by somebody else."
        if seal.before != of_article.get(seal.article_key, BEGINNING):
            yield f"Seal {number} does not follow the last one of article {seal.article_key}."
        if heads.get(number, {seal.code}) != {seal.code}:
            yield f"Seal {number} is not the one whose code was noted outside the database."
        code = of_article[seal.article_key] = seal.code
        last[seal.article_key, seal.revision_number] = seal
    head = SealHead.objects.filter(pk=1).first() or SealHead()
    if (head.number, head.code) != (number, code):
        yield f"The last seal should be {head.number}; it is {number}."
    if heads and max(heads) > number:
        yield f"Seals after {number} are missing: seal {max(heads)} was noted outside the database."


def _is_genuine(seal: Seal, previous: str, key: Ed25519PublicKey) -> bool:
    content = seal.content(previous)
    return hashlib.sha256(content).hexdigest() == seal.code and signing.holds(key, seal.signature, content)


def _revisions(last: dict[Key, Seal], each: Each) -> Iterator[str]:
    """Each revision that was sealed is there, is what was sealed, and stands where it stood."""
    missing = {key for key, seal in last.items() if seal.act != SealedAct.TAKEN_BACK}
    people = set(get_user_model()._default_manager.values_list("pk", flat=True))
    for revision in each(Revision.objects.all()):
        key = (revision.article_id, revision.number)
        missing.discard(key)
        seal = last.get(key)
        if seal is not None:
            yield from _differences(revision, seal, people)
        elif revision.published_from:
            yield f"Revision {revision.number} of article {revision.article_id} was made public without a seal."
    for article, number in sorted(missing):
        yield f"Revision {number} of article {article} is missing."


def _differences(revision: Revision, seal: Seal, people: set[int]) -> Iterator[str]:
    place = f"Revision {revision.number} of article {revision.article_id}"
    if revision.commitment() != seal.words:
        yield f"{place} was altered, moved or renumbered."
    if revision.published_from != seal.public_from:
        yield f"{place} was public from another time."
    if revision.created_by_id != seal.saved_by and (revision.created_by_id or seal.saved_by in people):
        yield f"{place} was saved by somebody else."
