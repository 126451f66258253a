"""What feeds and sitemaps cost beside a long archive: python -m bench.machines

README.md says what is measured. One process, its own PostgreSQL beside it, no network.
"""

import argparse
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import django

from tests import postgres

BASE = Path(__file__).resolve().parent.parent
PHOTOS = 20  # that the articles share, so that each entry of a sitemap has a picture


class Page(NamedTuple):
    name: str
    address: str
    limit: int = 0  # milliseconds; 0: it is only measured
    holds_text: str = ""  # to be found in it ...
    times: int = 0  # ... so often


class Cost(NamedTuple):
    """Of one page, in milliseconds; made anew each time, and as it is kept for all."""

    median: float
    slowest: float
    kept: float
    size: int  # bytes


@contextmanager
def printed_paper(articles: int) -> Iterator[None]:
    """A database with so many articles, all with a picture, and Django set up on it."""
    postgres._HASTE = ()  # as production runs it
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder,
        postgres.cluster(postgres.find_binaries()) as database,
    ):
        os.environ.update(
            DJANGO_SETTINGS_MODULE="newsroom.settings",
            NEWSROOM_VAR=folder,
            DATABASE_URL=database,
            DATABASE_POOL="2",
            CACHE_URL="locmem://bench",
            SECRET_KEY=secrets.token_urlsafe(50),
            ALLOWED_HOSTS="testserver",
            SITE_URL="http://testserver",
        )
        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        call_command("migrate", verbosity=0)
        begin = time.monotonic()
        _print(articles)
        print(f"{articles} articles printed in {time.monotonic() - begin:.0f} s", flush=True)
        yield


def _print(articles: int) -> None:
    from django.db import connection
    from django.db.models import F
    from django.db.models.functions import Mod

    from articles.models import Article
    from bench.press import print_articles
    from tests.factories import make_photo, picture_file

    print_articles(articles)
    photos = [make_photo(file=picture_file(f"photo-{n}.png", (n + 40, 30))) for n in range(PHOTOS)]
    assert [photo.pk - photos[0].pk for photo in photos] == list(range(PHOTOS))
    Article.objects.update(lead_photo_id=photos[0].pk + Mod(F("pk"), PHOTOS))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def pages(articles: int) -> list[Page]:
    from articles.models import Article, Tag
    from authors.models import Author

    part = 10_000
    middle = Article.objects.order_by("pk")[articles // 2].pk // part + 1
    author, tag = Author.objects.earliest("pk"), Tag.objects.earliest("pk")
    return [
        Page("front page's feed, RSS", "/feed/", 100, "<item>", 30),
        Page("front page's feed, Atom", "/feed/atom/", 100, "<entry>", 30),
        Page("front page's feed, JSON", "/feed/json/", 100, '"id":', 30),
        Page("section's feed", "/world/feed/", 0, "<item>", 30),
        Page("author's feed", f"{author.get_absolute_url()}feed/", 0, "<item>", 30),
        Page("tag's feed", f"/tags/{tag.slug}/feed/", 0, "<item>", 30),
        Page("sitemap, a part of 10,000", f"/sitemaps/articles-{middle}.xml", 500, "<url>", min(part, articles)),
        Page("sitemap, index", "/sitemap.xml", 0, "<sitemap>", 1),
        Page("sitemap, sections and pages", "/sitemaps/pages.xml", 0, "<url>", 1),
        Page("sitemap, authors", "/sitemaps/authors-1.xml", 0, "<url>", 1),
        Page("sitemap, news", "/sitemaps/news.xml", 0, "<url>", 1),
    ]


def measure(page: Page, rounds: int) -> Cost:
    from django.conf import settings
    from django.test import Client

    anew, kept = Client(), Client()
    anew.cookies[settings.SESSION_COOKIE_NAME] = "nobody"  # the page cache stands aside
    content = anew.get(page.address).content
    found = content.count(page.holds_text.encode())
    assert found == page.times or (page.times == 1 and found), (page.address, found)
    costs = [_seconds(anew, page.address) * 1000 for _round in range(rounds)]
    kept.get(page.address)
    again = statistics.median(_seconds(kept, page.address) for _round in range(rounds)) * 1000
    return Cost(statistics.median(costs), max(costs), again, len(content))


def _seconds(client: "django.test.Client", address: str) -> float:
    begin = time.perf_counter()
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return time.perf_counter() - begin


def report(costs: dict[Page, Cost], articles: int, rounds: int) -> str:
    rows = "\n".join(
        f"| {page.name} | {cost.median:.0f} | {cost.slowest:.0f} | {cost.kept:.1f} | {cost.size / 1000:.0f} |"
        f" {page.limit or ''} | {('yes' if cost.slowest <= page.limit else 'NO') if page.limit else ''} |"
        for page, cost in costs.items()
    )
    return (
        "# Feeds and sitemaps\n\n`python -m bench.machines`; bench/README.md says what is measured.\n\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.system()} {platform.release()};"
        f" load average {os.getloadavg()[0]:.1f}\n"
        f"- Python {platform.python_version()}, django {django.get_version()}, PostgreSQL with fsync;"
        f" {articles} articles, {rounds} rounds\n\n"
        "| | median, ms | slowest, ms | kept, ms | kB | limit, ms | slowest within it |\n"
        f"|---|---|---|---|---|---|---|\n{rows}\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.machines", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "machines.md")
    sizes = parser.parse_args()
    with printed_paper(sizes.articles):
        costs = {page: measure(page, sizes.rounds) for page in pages(sizes.articles)}
        text = report(costs, sizes.articles, sizes.rounds)
    print(text)
    sizes.report.parent.mkdir(parents=True, exist_ok=True)
    sizes.report.write_text(text)
    return int(any(page.limit and cost.slowest > page.limit for page, cost in costs.items()))


if __name__ == "__main__":
    sys.exit(main())
