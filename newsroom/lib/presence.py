"""Who is at work at one place: a hint for the others, kept in the shared cache for as long as a moment ago counts."""

import time

from django.core.cache import cache

from newsroom.lib.caching import quietly

_SECONDS = 120


def enter(place: str, who: str) -> list[str]:
    """Say that one is here. Returns who else is."""
    here = _known(place) | {who: time.time()}
    quietly(cache.set, f"presence:{place}", here, _SECONDS)
    return sorted(here.keys() - {who})


def others(place: str, who: str) -> list[str]:
    return sorted(_known(place).keys() - {who})


def _known(place: str) -> dict[str, float]:
    known: dict[str, float] = quietly(cache.get, f"presence:{place}") or {}
    return {name: seen for name, seen in known.items() if seen > time.time() - _SECONDS}
