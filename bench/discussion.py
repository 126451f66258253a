"""What an article's page costs under a long discussion: python -m bench.discussion

README.md says what is measured. One process, its own PostgreSQL beside it, no network.
"""

import argparse
import os
import platform
import re
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import django

from bench.lists import BASE, WARM_UP, printed_paper

FEW, MANY = 50, 10_000  # comments
QUERIES = {FEW: 8, MANY: 12}  # at most
LIMIT = 150  # ms: 95 of 100 pages with MANY comments within


class Cost(NamedTuple):
    queries: int
    median: float  # milliseconds, as the others
    p95: float
    database: float
    own: float  # processor time of this process


def discussions() -> dict[str, tuple[int, str]]:
    """Name -> comments of its article, address."""
    from articles.models import Article
    from tests.factories import make_discussion

    few, many = Article.objects.order_by("-published_at").select_related("category")[:2]
    for article, count in ((few, FEW), (many, MANY)):
        make_discussion(article, count)
    _analyze()
    comments = many.comments.filter(state="approved").order_by("pk")
    middle = comments[comments.count() // 2]
    page, newest = many.get_absolute_url(), f"{many.get_absolute_url()}comments/newest/"
    return {
        f"article with {FEW} comments": (FEW, few.get_absolute_url()),
        f"article with {MANY}": (MANY, page),
        "its second part": (MANY, _next(page)),
        "the part in the middle": (MANY, _get(middle.get_absolute_url())["Location"].partition("#")[0]),
        "newest first": (MANY, newest),
        "newest first, second part": (MANY, _next(newest)),
        "a comment's own address": (MANY, middle.get_absolute_url()),
        "the comments' feed": (MANY, f"{page}comments/feed/"),
        "the section's list, with counts": (MANY, many.category.section.get_absolute_url()),
    }


def _analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would by and by


def _next(address: str) -> str:
    found = re.search(r'href="([^"#]*)[^"]*" rel="next nofollow"', _get(address).content.decode())
    assert found, address
    return found[1].replace("&amp;", "&")


def _get(address: str) -> Any:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "nobody"  # the page cache stands aside; the frame stays kept
    response = client.get(address)
    assert response.status_code in {200, 302}, (address, response.status_code)
    return response


def measure(addresses: dict[str, tuple[int, str]], rounds: int) -> dict[str, Cost]:
    """All addresses once in each round, by turns in one order and the other."""
    found: dict[str, list[tuple[int, float, float, float]]] = {name: [] for name in addresses}
    for number in range(WARM_UP + rounds):
        for name, (_comments, address) in list(addresses.items())[:: 1 if number % 2 else -1]:
            cost = _fetch(address)
            if number >= WARM_UP:
                found[name].append(cost)
    return {name: _sum_up(costs) for name, costs in found.items()}


def _fetch(address: str) -> tuple[int, float, float, float]:
    from django.db import connection

    waited: list[float] = []

    def timed(execute: Any, *args: Any) -> Any:
        begin = time.perf_counter()
        try:
            return execute(*args)
        finally:
            waited.append(time.perf_counter() - begin)

    begin, processor = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(timed):
        _get(address)
    whole, own = time.perf_counter() - begin, time.process_time() - processor
    return len(waited), whole * 1000, sum(waited) * 1000, own * 1000


def _sum_up(costs: list[tuple[int, float, float, float]]) -> Cost:
    queries, whole, database, own = zip(*costs, strict=True)
    p95 = statistics.quantiles(whole, n=20)[-1]
    return Cost(max(queries), statistics.median(whole), p95, statistics.median(database), statistics.median(own))


def report(addresses: dict[str, tuple[int, str]], costs: dict[str, Cost], rounds: int) -> tuple[str, bool]:
    rows, holds = [], True
    for name, cost in costs.items():
        comments = addresses[name][0]
        holds = holds and cost.queries <= QUERIES[comments] and cost.p95 <= LIMIT
        times = f"{cost.median:.1f} | {cost.p95:.1f} | {cost.database:.1f} | {cost.own:.1f}"
        rows.append(f"| {name} | {cost.queries} (at most {QUERIES[comments]}) | {times} |")
    return (
        "# Discussions\n\n`python -m bench.discussion`; bench/README.md says what is measured.\n\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.system()} {platform.release()};"
        f" load average {os.getloadavg()[0]:.1f}\n"
        f"- Python {platform.python_version()}, django {django.get_version()}, PostgreSQL; {rounds} rounds\n\n"
        f"| page | queries | median, ms | p95, ms (at most {LIMIT}) | of it the database, median | own, median |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n",
        holds,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.discussion", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "discussion.md")
    sizes = parser.parse_args()
    with printed_paper(sizes.articles):
        addresses = discussions()
        text, holds = report(addresses, measure(addresses, sizes.rounds), sizes.rounds)
    print(text)
    sizes.report.write_text(text)
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
