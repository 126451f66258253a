"""What renaming and moving a category of many articles costs: python -m bench.addresses [--articles 10000]

On a scratch PostgreSQL with fsync. README.md says what is measured.
"""

import argparse
import os
import platform
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

import django

from tests import postgres

BASE = Path(__file__).resolve().parent.parent
LIMIT = 60  # seconds until every article has followed
ASKED = 200  # of the old addresses


@contextmanager
def empty_paper() -> Iterator[None]:
    postgres._HASTE = ()  # commits that survive a power cut, as in production
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder,
        postgres.cluster(postgres.find_binaries()) as database,
    ):
        os.environ.update(
            NEWSROOM_VAR=folder,
            DATABASE_URL=database,
            SECRET_KEY=secrets.token_urlsafe(50),
            ALLOWED_HOSTS="testserver",
            SITE_URL="http://testserver",
            DEBUG="1",  # static files without a manifest
            DATABASE_POOL="2",
            DJANGO_SETTINGS_MODULE="newsroom.settings",
        )
        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        settings.DEBUG = False  # Django would keep every query
        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connection.close()
            connection.close_pool()


def print_articles(count: int) -> None:
    """So many in /world/, with all the rows that the desk would have written for them."""
    from django.utils import timezone

    from articles.models import Article, ArticleSlug, Revision, Status, Story
    from categories.models import Category

    europe = Category.objects.create(name="Europe", slug="europe")
    Category.objects.create(name="Asia", slug="asia")
    world = Category.objects.create(name="World", slug="world", parent=europe)
    words, now = "<p>The council met again last night.</p>" * 50, timezone.now()
    articles = Article.objects.bulk_create(
        [
            Article(
                headline=f"Story {number}",
                slug=f"story-{number}",
                body=words,
                category=world,
                status=Status.LIVE,
                live_from=now - timedelta(minutes=number + 1),
                published_at=now - timedelta(minutes=number + 1),
            )
            for number in range(count)
        ],
        batch_size=1000,
    )
    story = Story(headline="Story", body=words, category=world.pk).as_json()
    revisions = Revision.objects.bulk_create(
        [Revision(article=one, number=1, story=story | {"slug": one.slug}) for one in articles], batch_size=1000
    )
    for article, revision in zip(articles, revisions, strict=True):
        article.revision = revision
    Article.objects.bulk_update(articles, ["revision"], batch_size=1000)
    ArticleSlug.objects.bulk_create(
        [ArticleSlug(slug=one.slug, owner=one, public_from=one.live_from) for one in articles], batch_size=1000
    )
    listed = Article.listed_in.through
    listed.objects.bulk_create(
        [listed(article=one, category=place) for one in articles for place in (world, europe)], batch_size=1000
    )


def rename(count: int) -> None:
    from categories.models import Category

    world = Category.objects.get(slug="world")
    world.slug = "planet"
    world.save()


def move(count: int) -> None:
    from categories.models import Category

    planet = Category.objects.get(slug="planet")
    planet.parent = Category.objects.get(slug="asia")
    planet.save()
    assert Category.objects.get(slug="asia").articles.count() == count
    assert Category.objects.get(slug="europe").articles.count() == 0


def timed(act: Callable[[int], None], count: int) -> tuple[float, int]:
    """Seconds and queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        begin = time.monotonic()
        act(count)
        return time.monotonic() - begin, len(queries)


def followed(count: int) -> tuple[int, float]:
    """How many of the asked old addresses answer with one 301 to a 200, and how long asking took."""
    from django.test import Client

    reader, good, begin = Client(), 0, time.monotonic()
    for number in range(0, count, max(1, count // ASKED)):
        answer = reader.get(f"/world/story-{number}/")
        good += answer.status_code == 301 and reader.get(answer.headers["Location"]).status_code == 200
    return good, time.monotonic() - begin


def holds(seconds: float) -> str:
    return "yes" if seconds < LIMIT else "**no**"


def report(count: int) -> str:
    (renaming, first), (moving, second) = timed(rename, count), timed(move, count)
    good, asking = followed(count)
    asked = len(range(0, count, max(1, count // ASKED)))
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("django", "psycopg"))
    return f"""# Addresses

`python -m bench.addresses`; bench/README.md says what is measured.

- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, load average before: {LOAD:.1f}
- Python {platform.python_version()}, {versions}, PostgreSQL {postgres._version(postgres.find_binaries())} with fsync

| {count:,} articles | seconds | queries | limit | holds |
|---|---|---|---|---|
| renaming their category | {renaming:.2f} | {first} | {LIMIT} s | {holds(renaming)} |
| moving it to another section, and counting | {moving:.2f} | {second} | {LIMIT} s | {holds(moving)} |

Of {asked} old addresses, asked for one after the other, {good} answered with one 301 to a 200 (in {asking:.1f} s).
"""


LOAD = os.getloadavg()[0]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.addresses", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "addresses.md")
    sizes = parser.parse_args()
    with empty_paper():
        print_articles(sizes.articles)
        words = report(sizes.articles)
    sizes.report.write_text(words)
    print(words)


if __name__ == "__main__":
    main()
