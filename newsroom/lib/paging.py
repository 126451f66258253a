"""Lists by key: a page says where the last one ended, so the last page costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest

PAGE_SIZE = 20


@dataclass(frozen=True)
class Page:
    rows: Sequence[Any]
    older: str  # value of ?before= for the next page; empty on the last
    is_first: bool


def paginate(request: HttpRequest, newest_first: models.QuerySet[Any], size: int = PAGE_SIZE) -> Page:
    """The rows of ?before=<published_at>_<id>, newest first. A malformed key is a 404."""
    before = request.GET.get("before", "")
    if before:
        newest_first = newest_first.filter(_older_than(before))
    rows = list(newest_first.order_by("-published_at", "-pk")[: size + 1])
    older = ""
    if len(rows) > size:
        rows.pop()
        older = f"{rows[-1].published_at.isoformat()}_{rows[-1].pk}"
    return Page(rows, older, not before)


def _older_than(before: str) -> Q:
    moment, _separator, key = before.partition("_")
    try:
        given, pk = datetime.fromisoformat(moment.replace(" ", "+")), int(key)
        published_at = given.astimezone(UTC)
    except (ValueError, OverflowError):  # no moment, or one before the first or after the last
        raise Http404("Malformed page key") from None
    if given.tzinfo is None or not 0 <= pk < 2**63:
        raise Http404("Malformed page key")
    return Q(published_at__lt=published_at) | Q(published_at=published_at, pk__lt=pk)
