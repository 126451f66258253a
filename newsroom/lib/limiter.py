"""Limits: so many of something within so many seconds. Counted in the shared cache."""

import math
import time
from typing import NamedTuple

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from newsroom.lib.caching import quietly


class Limit(NamedTuple):
    most: int  # 0: no limit
    seconds: int


def take(name: str, limit: Limit) -> int:
    """One more under that name. 0: there was room for it; otherwise the seconds until there is.

    A cache that fails lets everybody through.
    """
    return quietly(_take, name, limit) or 0


def _take(name: str, limit: Limit) -> int:
    # Each has a place of its own, which frees itself. So all it takes is add(), where incr() would lose counts in
    # caches of files or database rows; no window has an edge at which twice as many pass; and the wait is known.
    hidden = salted_hmac("newsroom.limiter", name, algorithm="sha256").hexdigest()  # names may be people's addresses
    places = [f"limit:{hidden}:{number}" for number in range(limit.most)]
    taken = cache.get_many(places)
    now = time.time()
    for place in places:
        if place not in taken and cache.add(place, now + limit.seconds, limit.seconds):
            return 0
    first_end = min(taken.values(), default=now + limit.seconds)
    return max(1, math.ceil(first_end - now)) if places else 0
