"""What the notice adds to a page, in microseconds: python -m bench.middleware

The middleware around a kept page of 60 kB, with thirty exceptions set, beside the same page without it; medians of
several rounds, for each kind of cache. Redis is measured where a server is to be had (CACHE_URL).
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable

ROUNDS, PAGES = 9, 2000


def main() -> None:
    from tests import environment  # noqa: F401  # what Django reads when it starts

    os.environ["DEBUG"] = "1"  # static files by their plain names: none have been collected
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    import django
    from django.test.utils import override_settings, setup_databases, teardown_databases

    django.setup()
    databases = setup_databases(verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
        kinds = {
            "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "files": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": folder},
        }
        if os.environ.get("CACHE_URL", "").startswith("redis"):
            kinds["Redis"] = {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": os.environ["CACHE_URL"],
            }
        for name, cache in kinds.items():
            with override_settings(CACHES={"default": cache}):
                print(f"{name}: {microseconds_added():.1f} µs a page")
    teardown_databases(databases, verbosity=0)


def microseconds_added() -> float:
    from django.http import HttpResponse
    from django.test import RequestFactory

    from newsroom.lib.caching import page_cache
    from newsroom.middleware import AdblockNoticeMiddleware
    from newsroom.models import Notice

    notice = Notice.current()
    notice.pages_without = "\n".join(f"/about/page-{n}/" for n in range(30))
    notice.save()
    page = b"<!doctype html><title>x</title><body>" + b"<p>words and words</p>" * 2700 + b"</body></html>"
    request = RequestFactory().get("/town/council-votes-on-the-clock/")
    request.resolver_match = None

    @page_cache
    def bare(_request: object) -> HttpResponse:
        return HttpResponse(page)

    noticed = AdblockNoticeMiddleware(bare)
    assert b"reader-note" in noticed(request).content
    bare(request)
    added = [timed(noticed, request) - timed(bare, request) for _round in range(ROUNDS)]
    return statistics.median(added) * 1e6


def timed(answer: Callable[..., object], request: object) -> float:
    """Seconds for one page."""
    began = time.perf_counter()
    for _page in range(PAGES):
        answer(request)
    return (time.perf_counter() - began) / PAGES


if __name__ == "__main__":
    main()
