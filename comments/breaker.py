"""The circuit breaker: after a few failures in a row nobody's request waits for Akismet any more.

What comes in then is left to the worker, which goes on asking, one comment at a time, until the service answers.
Kept in the shared cache; if that is down the breaker is closed and every request asks.
"""

import logging
from contextlib import suppress

from django.core.cache import cache

from newsroom.lib.caching import quietly

logger = logging.getLogger(__name__)

FAILURES = 3  # in a row
_SECONDS = 60  # after the last failure; then requests try again, even if no worker runs
_COUNT = "akismet-failures"
_WAIT = "akismet-wait"


def is_open() -> bool:
    """Whether requests should leave it to the worker."""
    return bool(quietly(_is_open))


def must_wait() -> bool:
    """Whether the service asked for patience (Retry-After): then even the worker does not ask."""
    return bool(quietly(cache.get, _WAIT))


def failed(retry_after: int | None) -> None:
    quietly(_count_failure, retry_after)


def succeeded() -> None:
    quietly(cache.delete_many, [_COUNT, _WAIT])


def _is_open() -> bool:
    found = cache.get_many([_COUNT, _WAIT])
    return found.get(_COUNT, 0) >= FAILURES or _WAIT in found


def _count_failure(retry_after: int | None) -> None:
    cache.add(_COUNT, 0, _SECONDS)
    with suppress(ValueError):  # it expired this very moment
        if cache.incr(_COUNT) == FAILURES:
            logger.error("Akismet failed %d times in a row: comments wait for the worker until it answers.", FAILURES)
    cache.touch(_COUNT, _SECONDS)
    if retry_after:
        cache.set(_WAIT, True, retry_after)
