"""Lists by key: a page says where it begins and ends, so the last page costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.http import Http404, HttpRequest

PAGE_SIZE = 20


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    older: str = ""  # value of ?before= for the next page; empty on the last
    newer: str = ""  # value of ?after= for the page before this one; empty on the first

    @property
    def is_first(self) -> bool:
        return not self.newer


def paginate(request: HttpRequest, rows: models.QuerySet[Any], through: str = "", size: int = PAGE_SIZE) -> Page:
    """The rows of ?before=<published_at>_<id> or ?after=<published_at>_<id>, newest first.

    through: the relation that the rows were selected by, if it repeats their date (`bylines`): its index is used then.
    Where fewer than a page are newer, the first page is the answer. A malformed key is a 404.
    """
    before, after = request.GET.get("before"), request.GET.get("after")
    rows = newest_first(rows, through)
    if before:
        shown, older = _newest(rows.filter(_older_than(*_read(before))), size)
        return Page(shown, older, newer=_key(shown[0]) if shown else before)
    if after:
        newer = list(rows.filter(_newer_than(*_read(after))).order_by("listed_at", "listed_as")[: size + 1])
        if len(newer) > size:
            shown = newer[size - 1 :: -1]
            return Page(shown, older=_key(shown[-1]), newer=_key(shown[0]))
    return Page(*_newest(rows, size))


def newest_first(rows: models.QuerySet[Any], through: str = "") -> models.QuerySet[Any]:
    """through: as for paginate."""
    date, key = (f"{through}__published_at", f"{through}__article") if through else ("published_at", "pk")
    dated: models.QuerySet[Any] = rows.alias(listed_at=F(date), listed_as=F(key))
    return dated.order_by("-listed_at", "-listed_as")


def _newest(rows: models.QuerySet[Any], size: int) -> tuple[list[Any], str]:
    """So many, and the key for those that are older still."""
    found = list(rows[: size + 1])
    return found[:size], _key(found[size - 1]) if len(found) > size else ""


def _key(row: Any) -> str:
    return f"{row.published_at.isoformat()}_{row.pk}"


def _read(key: str) -> tuple[datetime, int]:
    moment, _separator, number = key.partition("_")
    try:
        given, pk = datetime.fromisoformat(moment.replace(" ", "+")), int(number)
        published_at = given.astimezone(UTC)
    except (ValueError, OverflowError):  # no moment, or one before the first or after the last
        raise Http404("Malformed page key") from None
    if given.tzinfo is None or not 0 <= pk < 2**63:
        raise Http404("Malformed page key")
    return published_at, pk


# The first half of each says again what the second does: it is what a database finds its place in an index by.


def _older_than(moment: datetime, pk: int) -> Q:
    return Q(listed_at__lte=moment) & (Q(listed_at__lt=moment) | Q(listed_as__lt=pk))


def _newer_than(moment: datetime, pk: int) -> Q:
    return Q(listed_at__gte=moment) & (Q(listed_at__gt=moment) | Q(listed_as__gt=pk))
