"""What the desk's list and calendar cost beside a million articles: python -m bench.desk_list

README.md says what is measured. One process, its own PostgreSQL beside it, no network.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import django

from tests import postgres

BASE = Path(__file__).resolve().parent.parent
LIMIT = 300  # ms, of the median of each page
LIST = "/admin/articles/article/"
OFFERED = "/admin/autocomplete/?app_label=articles&model_name=pick&field_name=story&term="
COMMON, MIDDLING = "said", "heard"  # of desk_press's stories a quarter and a thirtieth have them


class Cost(NamedTuple):
    """In milliseconds."""

    median: float
    slowest: float
    own: float  # median of what this process took of a processor: it hardly grows when others want the machine
    database: float  # median of what the queries took
    queries: int


def set_up(database: str, folder: str) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="newsroom.settings",
        NEWSROOM_VAR=folder,
        DATABASE_URL=database,
        DATABASE_POOL="2",
        CACHE_URL="locmem://bench",
        SECRET_KEY="only-for-the-bench-" + "x" * 40,
        ALLOWED_HOSTS="testserver",
        SITE_URL="http://testserver",
    )
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns without it
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)


def pages() -> dict[str, str]:
    from articles.models import Article, Byline, Photo
    from authors.models import Author
    from categories.models import Category

    middle = Article.objects.earliest("published_at").published_at + timedelta(days=3650)
    retired, writing = Author.objects.earliest("pk").pk, Byline.objects.latest("pk").author_id
    section, below = (Category.objects.filter(parent__isnull=is_top).earliest("pk").pk for is_top in (True, False))
    name = Author.objects.get(pk=writing).name
    day = f"{middle:%Y-%m-%d}"
    assert Photo.objects.filter(alt="").exists()
    return {
        "the newest": LIST,
        "page 20, the last that is counted": f"{LIST}?p=20",
        "where it goes on, ten years back": f"{LIST}?before={middle:%Y-%m-%dT%H:%M:%S}%2B00:00_1",
        "drafts": f"{LIST}?state=draft",
        "scheduled": f"{LIST}?state=scheduled",
        "changes that wait": f"{LIST}?state=change",
        "published": f"{LIST}?state=live",
        "withdrawn": f"{LIST}?state=withdrawn",
        "a section": f"{LIST}?section={section}",
        "a sub-section": f"{LIST}?section={below}",
        "an author who writes": f"{LIST}?author={writing}",
        "an author who has retired": f"{LIST}?author={retired}",
        "a week ten years ago": f"{LIST}?since={middle:%Y-%m-%d}&until={middle + timedelta(days=6):%Y-%m-%d}",
        "missing alternative texts": f"{LIST}?alt=missing",
        "drafts of a section by an author": f"{LIST}?state=draft&section={section}&author={writing}",
        "a common word": f"{LIST}?q={COMMON}",
        "a common word, the last page counted": f"{LIST}?q={COMMON}&p=3",
        "a middling word": f"{LIST}?q={MIDDLING}",
        "a middling word, the last page counted": f"{LIST}?q={MIDDLING}&p=3",
        "a name": f"{LIST}?q={name.replace(' ', '+')}",
        "the beginning of a word": f"{LIST}?q={name[:4]}",
        "one letter": f"{LIST}?q={name[:1]}",
        "words that nothing has": f"{LIST}?q=xyzzy",
        "a common word in a section": f"{LIST}?q={COMMON}&section={section}",
        "a middling word in a section": f"{LIST}?q={MIDDLING}&section={section}",
        "the last page of it that is counted": f"{LIST}?q={MIDDLING}&section={section}&p=3",
        "stories offered for the beginning of a word": f"{OFFERED}{name[:5]}",
        "stories offered for a common word": f"{OFFERED}{COMMON}",
        "stories offered for a middling word": f"{OFFERED}{MIDDLING}",
        "calendar, month": f"{LIST}calendar/",
        "calendar, month ten years ago": f"{LIST}calendar/?day={day}",
        "calendar, week": f"{LIST}calendar/?view=week&day={day}",
        "calendar, two weeks": f"{LIST}calendar/?view=list&day={day}",
        "calendar, day": f"{LIST}calendar/?view=day&day={day}",
        "calendar, week of a section": f"{LIST}calendar/?view=week&section={section}",
    }


def measure(addresses: dict[str, str], rounds: int) -> dict[str, Cost]:
    from django.contrib.auth.models import User
    from django.test import Client

    user = User.objects.filter(username="bench").first() or User.objects.create_superuser("bench")
    client = Client()
    client.force_login(user)
    found = {}
    for name, address in addresses.items():
        status = client.get(address).status_code
        if status == 302 and address.endswith("&p=3"):  # a trial, with too few stories
            print(f"{name}: there is no such page", flush=True)
            continue
        assert status == 200, address
        rounds_of_it = [_ask(client, address) for _round in range(rounds)]
        whole, own, database = zip(*((cost.median, cost.own, cost.database) for cost in rounds_of_it), strict=True)
        medians = [statistics.median(times) for times in (whole, own, database)]
        found[name] = Cost(medians[0], max(whole), medians[1], medians[2], rounds_of_it[0].queries)
        print(f"{name}: {found[name].median:.0f} ms", flush=True)
    return found


def _ask(client: Any, address: str) -> Cost:
    from django.db import connection

    waited: list[float] = []

    def timed(execute: Any, *words: Any) -> Any:
        asked = time.perf_counter()
        try:
            return execute(*words)
        finally:
            waited.append(time.perf_counter() - asked)

    begin, at_work = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(timed):
        client.get(address)
    whole, own = time.perf_counter() - begin, time.process_time() - at_work
    return Cost(whole * 1000, whole * 1000, own * 1000, sum(waited) * 1000, len(waited))


def report(found: dict[str, Cost], articles: int) -> tuple[str, bool]:
    lines = "\n".join(
        f"| {name} | {cost.median:.0f} | {cost.slowest:.0f} | {cost.own:.0f} | {cost.database:.0f} | {cost.queries} |"
        for name, cost in found.items()
    )
    text = (
        "# The desk's list\n\n`python -m bench.desk_list`; bench/README.md says what is measured.\n\n"
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.system()} {platform.release()};"
        f" load average {os.getloadavg()[0]:.1f}\n"
        f"- Python {platform.python_version()}, django {django.get_version()}, PostgreSQL; {articles} articles\n\n"
        f"Milliseconds for the whole page; the median is to be at most {LIMIT}. *own* is what Django took of a"
        " processor, *database* what its queries took: together what a page costs an idle machine.\n\n"
        f"| page | median | slowest | own | database | queries |\n|---|---|---|---|---|---|\n{lines}\n"
    )
    return text, all(cost.median <= LIMIT for cost in found.values())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.desk_list", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--database", help="one that is filled already, or is to be filled and kept")
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "desk_list.md")
    sizes = parser.parse_args()
    postgres._HASTE = ()  # as production runs it
    with ExitStack() as ends:
        folder = ends.enter_context(tempfile.TemporaryDirectory(prefix="newsroom-bench-"))
        database = sizes.database or ends.enter_context(postgres.cluster(postgres.find_binaries()))
        set_up(database, folder)
        from articles.models import Article
        from bench.desk_press import fill

        if not Article.objects.exists():
            begin = time.monotonic()
            fill(sizes.articles)
            print(f"{sizes.articles} articles written in {time.monotonic() - begin:.0f} s", flush=True)
        text, holds = report(measure(pages(), sizes.rounds), sizes.articles)
    print(text)
    sizes.report.parent.mkdir(parents=True, exist_ok=True)
    sizes.report.write_text(text)
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main())
