"""What feeds and sitemaps cost beside a long archive: python -m bench.machines

README.md says what is measured. One process, its own PostgreSQL beside it, no network.
"""

import argparse
import gc
import os
import platform
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import django

from bench.lists import BASE, WARM_UP, printed_paper

PHOTOS = 10_000  # so that each entry of a sitemap's part has one of its own


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
    own: float  # median of the time that this process itself was at work: it hardly grows when others want the machine
    kept: float
    size: int  # bytes


def hang_pictures() -> None:
    """Give each article a lead picture, and every third one in its body, with all of their copies: in the rows alone,
    there are no files."""
    from django.db import connection
    from django.db.models import F, TextField, Value
    from django.db.models.functions import Cast, Concat, Mod

    from articles.models import Article, Figure, Photo

    photos = [Photo(file=f"photos/{n:05}.jpg", alt="A picture", width=2400, height=1600) for n in range(PHOTOS)]
    for photo in photos:
        photo.copies = {rendition.suffix: list(rendition.size) for rendition in photo.plan()}
    first = Photo.objects.bulk_create(photos, batch_size=1000)[0].pk
    assert Photo.objects.filter(pk__range=(first, first + PHOTOS - 1)).count() == PHOTOS
    in_body = Cast(first + Mod(F("pk") + PHOTOS // 2, PHOTOS), TextField())
    before, after = (Value(part, TextField()) for part in ('<figure><img alt="A picture" data-file="', '"></figure>'))
    figure = Concat(F("body"), before, in_body, after)
    Article.objects.update(lead_photo_id=first + Mod(F("pk"), PHOTOS))
    shown = Article.objects.alias(third=Mod(F("pk"), 3)).filter(third=0)
    shown.update(body=figure)
    keys = shown.values_list("pk", flat=True)
    Figure.objects.bulk_create(Figure(article_id=pk, photo_id=first + (pk + PHOTOS // 2) % PHOTOS) for pk in keys)
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
    for _round in range(WARM_UP):
        content = anew.get(page.address).content
    found = content.count(page.holds_text.encode())
    assert found == page.times or (page.times == 1 and found), (page.address, found)
    gc.collect()  # what is left of printing the archive is nothing of the page's
    whole, own = zip(*[_milliseconds(anew, page.address) for _round in range(rounds)], strict=True)
    kept.get(page.address)
    again = [_milliseconds(kept, page.address)[0] for _round in range(rounds)]
    return Cost(statistics.median(whole), max(whole), statistics.median(own), statistics.median(again), len(content))


def _milliseconds(client: "django.test.Client", address: str) -> tuple[float, float]:
    """All in all, and of this process alone."""
    begin, own = time.perf_counter(), time.process_time()
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return (time.perf_counter() - begin) * 1000, (time.process_time() - own) * 1000


def report(costs: dict[Page, Cost], articles: int, rounds: int) -> str:
    rows = "\n".join(
        f"| {page.name} | {cost.median:.0f} | {cost.slowest:.0f} | {cost.own:.0f} | {cost.kept:.1f} |"
        f" {cost.size / 1000:.0f} | {_judged(page, cost)} |"
        for page, cost in costs.items()
    )
    return (
        "# Feeds and sitemaps\n\n`python -m bench.machines`; bench/README.md says what is measured.\n\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.system()} {platform.release()};"
        f" load average {os.getloadavg()[0]:.1f}\n"
        f"- Python {platform.python_version()}, django {django.get_version()}, PostgreSQL with fsync;"
        f" {articles} articles, {rounds} rounds\n\n"
        "| | median, ms | slowest, ms | own, ms | kept, ms | kB | limit, ms | median within it |\n"
        f"|---|---|---|---|---|---|---|---|\n{rows}\n"
    )


def _judged(page: Page, cost: Cost) -> str:
    return f"{page.limit} | {'yes' if cost.median <= page.limit else 'NO'}" if page.limit else " | "


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.machines", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "machines.md")
    sizes = parser.parse_args()
    with printed_paper(sizes.articles):
        hang_pictures()
        costs = {page: measure(page, sizes.rounds) for page in pages(sizes.articles)}
        text = report(costs, sizes.articles, sizes.rounds)
    print(text)
    sizes.report.parent.mkdir(parents=True, exist_ok=True)
    sizes.report.write_text(text)
    return int(any(page.limit and cost.median > page.limit for page, cost in costs.items()))


if __name__ == "__main__":
    sys.exit(main())
