"""What a page of a long list costs, the first and the deepest: python -m bench.lists

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
from typing import Any, NamedTuple

import django

from tests import postgres

BASE = Path(__file__).resolve().parent.parent
LIMIT = 1.2  # times the first page, at most
WARM_UP = 3  # rounds that are not counted


class Cost(NamedTuple):
    """Of one page in one round, in milliseconds."""

    whole: float
    database: float


class Line(NamedTuple):
    name: str
    rows: int
    pages: dict[str, str]  # first, middle, deepest -> address


@contextmanager
def printed_paper(articles: int) -> Iterator[None]:
    """A database with so many articles, and Django set up on it."""
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

        settings.STATIC_ROOT.mkdir()  # WhiteNoise warns without it
        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        call_command("migrate", verbosity=0)
        from bench.press import print_articles, search_put_off

        begin = time.monotonic()
        with search_put_off():
            print_articles(articles)
        print(f"{articles} articles printed in {time.monotonic() - begin:.0f} s", flush=True)
        yield


def long_lists() -> list[Line]:
    from articles.models import Article, Tag
    from authors.models import Author
    from categories.models import Category

    authors = Author.objects.order_by("pk")
    europe, retired, writing = Category.objects.get(slug="europe"), authors[5], authors[len(authors) - 6]
    year = Article.objects.earliest("published_at").published_at.year + 1
    tag = Tag.objects.earliest("pk")
    return [
        _line("archive, all of it", "/archive/", Article.objects.all()),
        _line("archive, the first whole year", f"/archive/{year}/", Article.objects.filter(published_at__year=year)),
        _line("section", europe.parent.get_absolute_url(), europe.parent.articles.all()),
        _line("sub-section", europe.get_absolute_url(), europe.articles.all()),
        _line("author who writes", writing.get_absolute_url(), writing.articles.all()),
        _line("author who has retired", retired.get_absolute_url(), retired.articles.all()),
        _line("tag", tag.get_absolute_url(), tag.articles.all()),
    ]


def _line(name: str, address: str, rows: Any) -> Line:
    from django.utils.http import urlencode

    from newsroom.lib.paging import PAGE_SIZE, _key

    rows, count = rows.order_by("published_at", "pk").defer("body"), rows.count()
    # The key of the row above the last page, and of one in the middle.
    keys = {"middle": _key(rows[count // 2]), "deepest": _key(rows[PAGE_SIZE])}
    return Line(name, count, {"first": address} | {k: f"{address}?{urlencode({'before': v})}" for k, v in keys.items()})


def measure(addresses: dict[str, str], rounds: int) -> dict[str, Cost]:
    """Medians of the rounds. In each, all addresses are asked for once, by turns in one order and the other."""
    found: dict[str, list[Cost]] = {name: [] for name in addresses}
    for number in range(WARM_UP + rounds):
        for name, address in list(addresses.items())[:: 1 if number % 2 else -1]:
            cost = _fetch(address)
            if number >= WARM_UP:
                found[name].append(cost)
    return {name: Cost(*map(statistics.median, zip(*costs, strict=True))) for name, costs in found.items()}


def _fetch(address: str) -> Cost:
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    client, waited = Client(), []
    client.cookies[settings.SESSION_COOKIE_NAME] = "nobody"  # the page cache stands aside; the frame stays kept

    def timed(execute: Any, *args: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(*args)
        finally:
            waited.append(time.perf_counter() - begin)

    begin = time.perf_counter()
    with connection.execute_wrapper(timed):
        response = client.get(address)
    whole = time.perf_counter() - begin
    assert response.status_code == 200, (address, response.status_code)
    return Cost(whole * 1000, sum(waited) * 1000)


SINGLE = {"front page": "/", "tags": "/tags/", "authors": "/authors/"}


def report(lines: list[Line], costs: list[dict[str, Cost]], single: dict[str, Cost], articles: int) -> tuple[str, bool]:
    rows, holds = [], True
    for line, cost in zip(lines, costs, strict=True):
        ratio = cost["deepest"].whole / cost["first"].whole
        holds = holds and ratio <= LIMIT
        cells = " | ".join(f"{cost[page].whole:.1f} ({cost[page].database:.1f})" for page in line.pages)
        rows.append(f"| {line.name} | {line.rows} | {cells} | {ratio:.2f} |")
    others = "\n".join(f"| {name} | {cost.whole:.1f} ({cost.database:.1f}) |" for name, cost in single.items())
    return (
        "# Lists\n\n`python -m bench.lists`; bench/README.md says what is measured.\n\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.system()} {platform.release()};"
        f" load average {os.getloadavg()[0]:.1f}\n"
        f"- Python {platform.python_version()}, django {django.get_version()}, PostgreSQL; {articles} articles\n\n"
        "Milliseconds for the whole page, and in brackets what of it the database took; medians.\n\n"
        f"| list | articles in it | first page | in the middle | deepest | deepest / first (at most {LIMIT}) |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n\n| page | |\n|---|---|\n" + others + "\n",
        holds,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "lists.md")
    sizes = parser.parse_args()
    with printed_paper(sizes.articles):
        lines = long_lists()
        costs = [measure(line.pages, sizes.rounds) for line in lines]
        text, holds = report(lines, costs, measure(SINGLE, sizes.rounds), sizes.articles)
    print(text)
    sizes.report.parent.mkdir(parents=True, exist_ok=True)
    sizes.report.write_text(text)
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
