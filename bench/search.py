"""What a search costs among many articles: python -m bench.search

200 different questions, of rare, usual and very common words, phrases, names, filters and mistyped words, in both
orders, each asked once through the real view on PostgreSQL. README.md says what is measured.
"""

import argparse
import os
import platform
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import django

from tests import postgres

BASE = Path(__file__).resolve().parent.parent
LIMIT = 100  # ms, of the 95th of 100


class Answer(NamedTuple):
    kind: str
    question: dict[str, str]
    milliseconds: float
    cpu: float  # milliseconds of a processor, here and in the database
    found: int


@contextmanager
def archive(count: int, database: str) -> Iterator[float]:
    """Django on a database with that many articles. Yields the seconds that setting up their search took."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="newsroom.settings",
            DATABASE_URL=database,
            NEWSROOM_VAR=folder,
            SECRET_KEY="only-for-the-bench-" + "x" * 40,
            ALLOWED_HOSTS="testserver",
            SITE_URL="http://testserver",
            CACHE_URL="locmem://bench",
            DATABASE_POOL="1",  # one process of the database, whose time can be read
        )
        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from articles import search_postgresql
        from articles.models import Article
        from bench.press import print_articles, search_put_off

        settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STATIC_ROOT.mkdir(parents=True)
        call_command("migrate", verbosity=0)
        begin = time.monotonic()
        if not Article.objects.exists():
            with search_put_off():
                print_articles(count)
                begin = time.monotonic()
        search_postgresql.build()  # a database that was there already may have it from older code
        yield time.monotonic() - begin


# --- Questions -------------------------------------------------------------------------------------


def questions(chance: random.Random) -> list[tuple[str, dict[str, str]]]:
    """200 different ones, with their kinds. Rare: in fewer than 1 of 200 stories; common: in more than 1 of 3."""
    from articles.models import Article
    from authors.models import Author
    from categories.models import Category
    from newsroom.lib.markup import plain_text

    keys = chance.sample(list(Article.objects.order_by("pk").values_list("pk", flat=True)), 1000)
    sample = [
        plain_text(body) for body in Article.objects.filter(pk__in=keys).order_by("pk").values_list("body", flat=True)
    ]
    headlines = list(Article.objects.filter(pk__in=keys).order_by("pk").values_list("headline", flat=True))
    known = Counter(word for text in sample for word in set(re.findall(r"[a-z]{4,}", text.lower())))
    rare = [word for word, count in sorted(known.items()) if count <= 5]
    usual = [word for word, count in sorted(known.items()) if 20 <= count <= 200]
    common = [word for word, count in sorted(known.items()) if count > 330 and not _is_stop_word(word)]
    authors, sections = list(Author.objects.order_by("pk")), list(Category.objects.all())

    def phrase() -> str:
        words = chance.choice(sample).split()
        begin = chance.randrange(len(words) - 3)
        return '"' + " ".join(words[begin : begin + 3]) + '"'

    def mistyped() -> str:
        name = chance.choice(headlines).split()[0]
        return name[:2] + name[3:]

    def since() -> str:
        return (datetime.now(UTC) - timedelta(days=chance.randrange(100, 5000))).date().isoformat()

    makers: dict[str, tuple[int, Any]] = {
        "a rare word": (25, lambda: {"q": chance.choice(rare)}),
        "a usual word": (25, lambda: {"q": chance.choice(usual)}),
        "a very common word": (25, lambda: {"q": chance.choice(common)}),
        "two usual words": (20, lambda: {"q": f"{chance.choice(usual)} {chance.choice(usual)}"}),
        "two common words": (20, lambda: {"q": f"{chance.choice(common)} {chance.choice(common)}"}),
        "a phrase": (20, lambda: {"q": phrase()}),
        "a writer's name": (15, lambda: {"q": chance.choice(authors).name}),
        "a name and a word": (15, lambda: {"q": f"{chance.choice(authors).name.split()[1]} {chance.choice(usual)}"}),
        "a word in a section": (10, lambda: {"q": chance.choice(usual), "section": chance.choice(sections).slug}),
        "a common word by a writer": (10, lambda: {"q": chance.choice(common), "author": chance.choice(authors).slug}),
        "a common word of some years": (10, lambda: {"q": chance.choice(common), "until": since()}),
        "a mistyped word": (5, lambda: {"q": mistyped()}),
    }
    asked: dict[tuple[tuple[str, str], ...], str] = {}
    for kind, (count, make) in makers.items():
        mine = 0
        while mine < count:
            question = make() | {"order": ("best", "newest")[mine % 2]}
            key = tuple(question.items())
            if key not in asked:
                asked[key] = kind
                mine += 1
    return [(kind, dict(key)) for key, kind in asked.items()]


def _is_stop_word(word: str) -> bool:
    """Those that search leaves out would only flatter the figures."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(plainto_tsquery('newsroom', %s))", [word])
        return cursor.fetchone() == (0,)


def ask(client: Any, kind: str, question: dict[str, str], backend: int) -> Answer:
    begin, cpu = time.perf_counter(), _cpu(backend)
    response = client.get("/search/", question)
    took = (time.perf_counter() - begin) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{response.status_code} for {question}")
    return Answer(kind, question, took, _cpu(backend) - cpu, response.content.count(b"card-row"))


def _cpu(backend: int) -> float:
    """Milliseconds of a processor so far, of this process and of that one."""
    nanoseconds = int(Path(f"/proc/{backend}/schedstat").read_text().split()[0])
    return time.process_time() * 1000 + nanoseconds / 1e6


# --- The report ------------------------------------------------------------------------------------


def percentile(answers: list[Answer], share: int, what: str = "milliseconds") -> float:
    times = sorted(getattr(answer, what) for answer in answers)
    return times[min(len(times) - 1, round(len(times) * share / 100))]


def report(answers: list[Answer], articles: int, load: float, setting_up: float) -> str:
    lines = [
        "# Search",
        "",
        "`python -m bench.search`; bench/README.md says what is measured.",
        "",
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, Linux {platform.release()}, Python"
        f" {platform.python_version()}, {postgres.find_binaries()}; load average before: {load:.1f}",
        f"- {articles:,} articles{f', whose search was set up in {setting_up:.0f} s' if setting_up > 1 else ''};"
        f" {len(answers)} questions, one after another",
        "",
        "| questions | how many | found some | p50, ms | p95, ms | slowest, ms | CPU p50, ms | CPU p95, ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    orders = {f"order: {order}": [a for a in answers if a.question["order"] == order] for order in ("best", "newest")}
    kinds = {kind: [a for a in answers if a.kind == kind] for kind in dict.fromkeys(a.kind for a in answers)}
    for name, some in {**kinds, **orders, "**all**": answers}.items():
        found = sum(answer.found > 0 for answer in some)
        figures = [percentile(some, 50), percentile(some, 95), percentile(some, 100)]
        figures += [percentile(some, 50, "cpu"), percentile(some, 95, "cpu")]
        lines.append(f"| {name} | {len(some)} | {found} | {' | '.join(f'{figure:.0f}' for figure in figures)} |")
    holds = "holds" if percentile(answers, 95) <= LIMIT else "**does not hold**"
    return "\n".join([*lines, "", f"The limit, p95 of all at most {LIMIT} ms, {holds}.", ""])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--database", help="one that has articles already; none: a scratch one is printed")
    parser.add_argument("--slowest", type=int, default=0, help="also print so many of the slowest questions")
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "search.md")
    sizes = parser.parse_args()
    if sizes.database:
        return measure(sizes, sizes.database)
    # The memory that a server for such a paper is given; PostgreSQL's own default is meant for the smallest machine.
    postgres._HASTE = ("shared_buffers=1GB",)
    with postgres.cluster(postgres.find_binaries()) as database:
        return measure(sizes, database)


def measure(sizes: argparse.Namespace, database: str) -> int:
    with archive(sizes.articles, database) as took:
        from django.db import connection
        from django.test import Client

        from articles.models import Article

        asked = questions(random.Random(5))
        client, load = Client(), os.getloadavg()[0]
        for _kind, question in asked[::20]:  # warm
            client.get("/search/", question | {"order": ""})
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        answers = [ask(client, kind, question, backend) for kind, question in asked]
        words = report(answers, Article.objects.count(), load, took)
        connection.close()
        connection.close_pool()
    print(words)
    for one in sorted(answers, key=lambda answer: -answer.cpu)[: sizes.slowest]:
        print(f"{one.milliseconds:.0f} ms, CPU {one.cpu:.0f} ms: {one.kind}, {one.question}, {one.found} shown")
    sizes.report.parent.mkdir(parents=True, exist_ok=True)
    sizes.report.write_text(words)
    return int(percentile(answers, 95) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
