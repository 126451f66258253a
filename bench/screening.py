"""What the screening of comments stands and costs: python -m bench.screening [outage latency kills rate]

Runs the paper as production does - PostgreSQL, gunicorn, a worker, and Akismet's stand-in, each a process of its
own on this machine only - lets eight readers write, and takes things away meanwhile. README.md says what is measured.
"""

import argparse
import http.client
import itertools
import os
import platform
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django
import psycopg

from tests import postgres

BASE = Path(__file__).resolve().parent.parent
LONGEST_RUN = 60 * 60  # seconds; then it gives up and cleans away what it started
STARTUP = 60  # seconds for a process to answer
PATIENCE = 10 * 60  # seconds for a queue to drain: the limit that is tested
ARTICLES = 40
SPAM_EVERY = 7
FILLER = "The council met again last night, and nobody could say what had become of the bridge. " * 4


class Fact(NamedTuple):
    what: str
    figure: str
    limit: str = ""
    holds: bool = True


class Posted(NamedTuple):
    number: int
    text: str
    seconds: float
    status: int  # the last answer; 0: none came
    location: str
    tries: int

    @property
    def is_acknowledged(self) -> bool:
        return self.status == 303 and "/comments/" in self.location


# --- The paper, as ops run it ----------------------------------------------------------------------


class Paper:
    """Its processes. Each is ended by its own id; gunicorn's web workers by its own process group."""

    def __init__(self, var: Path, database: str) -> None:
        self.port, self.standin_port = free_port(), free_port()
        self.var = var
        self.environment = {
            "PATH": os.environ["PATH"],
            "NEWSROOM_VAR": str(var),
            "DATABASE_URL": database,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "MODERATION_KEY": secrets.token_urlsafe(50),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "AKISMET_API_KEY": "bench-key",
            "AKISMET_URL": f"http://127.0.0.1:{self.standin_port}",
            "COMMENTS_PER_NETWORK": "0",  # all its readers are on this machine
            "COMMENTS_PER_DISCUSSION": "0",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def manage(self, *words: str) -> str:
        done = subprocess.run(self._command(*words), env=self.environment, cwd=BASE, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start_gunicorn(self) -> None:
        words = ["-m", "gunicorn", "-c", "python:newsroom.gunicorn", "--log-level", "warning", "newsroom.wsgi"]
        self._start("gunicorn", [sys.executable, *words])
        wait_until(self._answers, STARTUP, "gunicorn does not answer")

    def start_worker(self) -> None:
        log = self.var / "worker.log"
        begin = log.stat().st_size if log.exists() else 0
        self._start("worker", self._command("worker"))
        wait_until(lambda: b"waiting for work" in log.read_bytes()[begin:], STARTUP, "the worker does not start")

    def start_standin(self) -> None:
        self._start("standin", self._command("akismet_standin", "--port", str(self.standin_port)))
        wait_until(lambda: self._connects(self.standin_port), STARTUP, "the stand-in does not answer")

    def switch(self, mode: str, value: str = "") -> None:
        """What the stand-in does from now on."""
        data = urlencode({"mode": mode, "value": value}).encode()
        urllib.request.urlopen(f"{self.environment['AKISMET_URL']}/standin/switch", data, timeout=10).close()

    def end(self, name: str, number: int = signal.SIGKILL) -> None:
        process = self._running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)  # a session of its own: the group is what we started, and nothing else
        process.wait(30)

    def end_all(self) -> None:
        for name in list(self._running):
            self.end(name)

    def _start(self, name: str, command: list[str]) -> None:
        with (self.var / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command, env=self.environment, cwd=BASE, stdout=log, stderr=log, start_new_session=True
            )

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, str(BASE / "manage.py"), *words]

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
        except OSError:
            return False
        return True

    @staticmethod
    def _connects(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(is_so: Callable[[], bool], seconds: float, otherwise: str, pause: float = 0.05) -> float:
    """How long it took. Raises TimeoutError."""
    begin = time.monotonic()
    while not is_so():
        if time.monotonic() - begin > seconds:
            raise TimeoutError(otherwise)
        time.sleep(pause)
    return time.monotonic() - begin


@contextmanager
def running_paper() -> Iterator[Paper]:
    # Commits that survive a power cut, as in production; the tests' haste would flatter the figures.
    postgres._HASTE = ()
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder,
        postgres.cluster(postgres.find_binaries()) as database,
    ):
        paper = Paper(Path(folder), database)
        paper.manage("migrate", "--verbosity", "0")
        paper.manage("collectstatic", "--no-input", "--verbosity", "0")
        # From here on this process reads the same database, through the same settings.
        os.environ.update(paper.environment, DJANGO_SETTINGS_MODULE="newsroom.settings", DATABASE_POOL="2")
        django.setup()
        try:
            paper.start_standin()
            paper.start_gunicorn()
            paper.start_worker()
            yield paper
        finally:
            paper.end_all()


# --- Readers ---------------------------------------------------------------------------------------


class Readers:
    """Some clients that write comments at the same time. What gets no answer is sent again, word for word."""

    def __init__(self, paper: Paper, count: int) -> None:
        from tests.comments.reader import form_on
        from tests.factories import make_articles

        self._port, self._count = paper.port, count
        self.pages = [article.get_absolute_url() for article in make_articles(ARTICLES)]
        self._forms = [form_on(SimpleNamespace(content=self.page(page))) for page in self.pages]

    def page(self, address: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{address}", timeout=30) as answer:
            content: bytes = answer.read()
        return content

    def write(
        self, name: str, most: int | None = None, stop: threading.Event | None = None, pause: float = 0
    ) -> list[Posted]:
        """So many comments, or as many as there are until the event."""
        numbers: Iterator[int] = itertools.count() if most is None else iter(range(most))  # all clients share it
        posted: list[Posted] = []
        failures: list[BaseException] = []

        def work() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            try:
                for number in numbers:
                    if stop and stop.is_set():
                        return
                    posted.append(self._post(connection, number, comment_text(name, number), stop))
                    time.sleep(pause * random.uniform(0.5, 1.5))
            except BaseException as error:
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, daemon=True) for _number in range(self._count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return posted

    def _post(
        self, connection: http.client.HTTPConnection, number: int, text: str, stop: threading.Event | None
    ) -> Posted:
        form = self._forms[number % len(self._forms)]
        who = {"name": f"Reader {number % 500}", "email": f"reader-{number % 500}@readers.example", "url": ""}
        body = urlencode(form.fields | who | {"comment": text})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self._port}",
            "Referer": f"http://127.0.0.1:{self._port}{form.action}",
            "Sec-Fetch-Site": "same-origin",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        }
        begin = time.perf_counter()
        for tries in itertools.count(1):
            try:
                connection.request("POST", form.action, body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                if stop and stop.is_set():
                    return Posted(number, text, time.perf_counter() - begin, 0, "", tries)
                if tries >= 200:
                    raise
                time.sleep(0.1)
                continue
            seconds = time.perf_counter() - begin
            return Posted(number, text, seconds, answer.status, answer.getheader("Location", ""), tries)
        raise AssertionError


def comment_text(name: str, number: int) -> str:
    """Distinct, of a usual length; every seventh is what the stand-in calls spam."""
    links = " http://a.example http://b.example http://c.example" if number % SPAM_EVERY == 0 else ""
    return f"{name} {number}: {FILLER}{links}".strip()


def right_state(number: int) -> str:
    return "spam" if number % SPAM_EVERY == 0 else "approved"


def percentile(posted: list[Posted], percent: int) -> float:
    """In milliseconds."""
    return statistics.quantiles([one.seconds * 1000 for one in posted], n=100)[percent - 1]


# --- What is in the database -----------------------------------------------------------------------


def comments(name: str) -> Any:
    from comments.models import ReaderComment

    return ReaderComment.objects.filter(comment__startswith=f"{name} ")


def waiting(name: str) -> int:
    from comments.models import QUEUED

    return int(comments(name).filter(state__in=QUEUED).count())


def drain(name: str, seconds: float = PATIENCE) -> float:
    return wait_until(lambda: waiting(name) == 0, seconds, f"{waiting(name)} comments were not decided", pause=0.2)


def accounts(name: str, posted: list[Posted]) -> list[Fact]:
    """Nothing that was acknowledged is missing, nothing is there twice."""
    stored = Counter(comments(name).values_list("comment", flat=True))
    acknowledged = [one for one in posted if one.is_acknowledged]
    lost = sum(one.text not in stored for one in acknowledged)
    doubled = sum(count - 1 for count in stored.values())
    answers = Counter(one.status for one in posted)
    return [
        Fact("comments sent", str(len(posted))),
        Fact("of these acknowledged (303 to the comment or a receipt)", str(len(acknowledged))),
        Fact("other answers", ", ".join(f"{n} x {status}" for status, n in answers.items() if status != 303) or "none"),
        Fact("acknowledged and lost", str(lost), "0", lost == 0),
        Fact("stored twice", str(doubled), "0", doubled == 0),
    ]


def wrongly_decided(name: str) -> int:
    rows = comments(name).values_list("comment", "state")
    return sum(state != right_state(int(text.split()[1].rstrip(":"))) for text, state in rows)


# --- The four parts --------------------------------------------------------------------------------


def outage(paper: Paper, readers: Readers, sizes: argparse.Namespace) -> list[Fact]:
    from django.db.models import Q

    name = "outage"
    paper.end("standin")
    begin = time.monotonic()
    posted = readers.write(name, sizes.comments)
    took = time.monotonic() - begin
    unchecked_and_public = comments(name).filter(Q(state="approved") | Q(is_public=True)).count()
    shown = sum(f"{name} ".encode() in readers.page(page) for page in readers.pages)
    facts = accounts(name, posted)
    hidden = unchecked_and_public + shown
    facts += [
        Fact("public and unchecked (rows, and pages that show one)", str(hidden), "0", hidden == 0),
        Fact("posting while the service is down, comments/s", f"{len(posted) / took:.0f}"),
        Fact(
            "posting while the service is down, p50 / p99",
            f"{percentile(posted, 50):.0f} / {percentile(posted, 99):.0f} ms",
        ),
    ]
    waited = waiting(name)
    paper.start_standin()
    took = drain(name)
    wrong = wrongly_decided(name)
    return [
        *facts,
        Fact("waiting when the service came back", str(waited)),
        Fact("until all were decided, by one worker", f"{took:.1f} s ({waited / took:.0f}/s)", "600 s", took <= 600),
        Fact("decided otherwise than the service says", str(wrong), "0", wrong == 0),
    ]


def latency(paper: Paper, readers: Readers, sizes: argparse.Namespace) -> list[Fact]:
    measured: dict[str, list[list[Posted]]] = {"up": [], "hanging": []}
    for number in range(sizes.rounds):
        for service in measured:
            name = f"latency-{service}-{number}"
            paper.switch("hang" if service == "hanging" else "ok")
            measured[service].append(readers.write(name, sizes.posts))
            paper.switch("ok")
            drain(name)
    facts, medians = [], {}
    for service, rounds in measured.items():
        p50s, p99s = ([percentile(posted, n) for posted in rounds] for n in (50, 99))
        medians[service] = statistics.median(p99s)
        slow = [sum(one.seconds > 1 for one in posted) for posted in rounds]
        facts += [
            Fact(f"service {service}: p50", f"{statistics.median(p50s):.0f} ms ({listed(p50s)})"),
            Fact(f"service {service}: p99", f"{medians[service]:.0f} ms ({listed(p99s)})"),
            Fact(f"service {service}: posts that took over a second", " ".join(map(str, slow))),
        ]
    ratio = medians["hanging"] / medians["up"]
    facts.append(Fact("p99 hanging / p99 up", f"{ratio:.2f}", "3", ratio <= 3))
    return facts


def kills(paper: Paper, readers: Readers, sizes: argparse.Namespace) -> list[Fact]:
    from comments.models import QUEUED, StateChange

    name, stop, posted = "kills", threading.Event(), []
    writing = threading.Thread(target=lambda: posted.extend(readers.write(name, stop=stop, pause=sizes.pause)))
    moods = threading.Thread(target=change_moods, args=(paper, stop))
    writing.start()
    moods.start()
    done = Counter()
    try:
        for number in range(sizes.kills):
            victim = ("worker", "gunicorn")[number % 2]
            time.sleep(random.uniform(0.05, 0.6))
            paper.end(victim, signal.SIGKILL)
            done[victim] += 1
            paper.start_worker() if victim == "worker" else paper.start_gunicorn()
    finally:
        stop.set()
        moods.join()
        writing.join()
    paper.switch("ok")
    took = drain(name)
    finals = Counter(
        StateChange.objects.filter(comment_key__in=comments(name).values("pk"))
        .exclude(after__in=QUEUED)
        .values_list("comment_key", flat=True)
    )
    others = sum(finals[pk] != 1 for pk in comments(name).values_list("pk", flat=True))
    wrong = wrongly_decided(name)
    verdict = paper.manage("verify_moderation").strip()
    return [
        Fact("SIGKILLs", ", ".join(f"{count} of {victim}" for victim, count in done.items())),
        *accounts(name, posted),
        Fact("sent more than once, since no answer came", str(sum(one.tries > 1 for one in posted))),
        Fact("until the queue had drained after the last kill", f"{took:.1f} s", "600 s", took <= 600),
        Fact("comments without exactly one final state in the log", str(others), "0", others == 0),
        Fact("decided otherwise than the service says", str(wrong), "0", wrong == 0),
        Fact("manage.py verify_moderation", verdict, "whole", "is whole" in verdict),
    ]


def change_moods(paper: Paper, stop: threading.Event) -> None:
    """So that kills meet checks under way, and a queue: the service answers, is slow, fails, hangs up."""
    for mode, value in itertools.cycle([("ok", ""), ("slow", "0.3"), ("status", "503"), ("ok", ""), ("cut", "20")]):
        paper.switch(mode, value)
        if stop.wait(1.5):
            return


def rate(paper: Paper, readers: Readers, sizes: argparse.Namespace) -> list[Fact]:
    posting, inserting = [], []
    size = bytes_a_comment()
    for number in range(sizes.rounds):
        name = f"rate-{number}"
        begin = time.monotonic()
        posted = readers.write(name, sizes.posts // 2)
        posting.append(len(posted) / (time.monotonic() - begin))
        drain(name)
        inserting.append(bare_inserts(paper.environment["DATABASE_URL"], sizes.clients, sizes.posts * 5, size))
    ratio = statistics.median(posting) / statistics.median(inserting)
    return [
        Fact("comments/s, checked and decided", f"{statistics.median(posting):.0f} ({listed(posting)})"),
        Fact(f"bare INSERTs/s of {size} bytes", f"{statistics.median(inserting):.0f} ({listed(inserting)})"),
        Fact("comments / bare INSERTs", f"{ratio:.3f}"),
    ]


def bytes_a_comment() -> int:
    """All that one comment leaves in the database: its rows in three tables and its rows of the log."""
    from django.db import connection

    columns = [
        ("django_comments", "id"),
        ("django_comments_xtd_xtdcomment", "comment_ptr_id"),
        ("comments_readercomment", "xtdcomment_ptr_id"),
        ("comments_statechange", "comment_key"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(xtdcomment_ptr_id) FROM comments_readercomment")
        (last,) = cursor.fetchone()
        total = 0
        for table, column in columns:
            cursor.execute(f"SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM {table} t WHERE {column} = %s", [last])
            total += cursor.fetchone()[0]
    return int(total)


def bare_inserts(database: str, clients: int, count: int, size: int) -> float:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, words text)")
    words = secrets.token_hex(size)[:size]  # random, so that PostgreSQL cannot compress it

    def work() -> None:
        with psycopg.connect(database, autocommit=True) as connection:
            for _number in range(count // clients):
                connection.execute("INSERT INTO bench_bare (words) VALUES (%s)", [words])

    threads = [threading.Thread(target=work) for _number in range(clients)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return count // clients * clients / (time.monotonic() - begin)


def listed(figures: list[float]) -> str:
    return ", ".join(f"{figure:.0f}" for figure in figures)


# --- The report ------------------------------------------------------------------------------------

PARTS: dict[str, tuple[str, Callable[[Paper, Readers, argparse.Namespace], list[Fact]]]] = {
    "outage": ("The service is down while readers write, then comes back", outage),
    "latency": ("Posting with the service up and with the service hanging", latency),
    "kills": ("SIGKILLs while comments flow", kills),
    "rate": ("Comments a second beside bare INSERTs", rate),
}


def table(title: str, facts: list[Fact], took: float, load: float) -> str:
    rows = [
        f"| {fact.what} | {fact.figure} | {fact.limit} | {('yes' if fact.holds else '**no**') if fact.limit else ''} |"
        for fact in facts
    ]
    return "\n".join(
        [
            f"## {title}",
            "",
            "| | figure | limit | holds |",
            "|---|---|---|---|",
            *rows,
            "",
            f"{took:.0f} s; load average before: {load:.1f}",
        ]
    )


def machine() -> str:
    info = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("django", "gunicorn", "psycopg"))
    binaries = postgres.find_binaries()
    return "\n".join(
        [
            f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores ({model}), {memory:.0f} GiB,"
            f" Linux {platform.release()}",
            f"- Python {platform.python_version()}, {versions}, PostgreSQL {postgres._version(binaries)} with fsync,"
            " page cache and breaker in files",
            "- gunicorn with 2 processes of 8 threads, one worker, Akismet's stand-in; clients, database and all on"
            " this one machine",
        ]
    )


def write(report: Path, chapters: list[str]) -> None:
    words = f"# Screening\n\n`python -m bench.screening`; bench/README.md says what is measured.\n\n{machine()}\n\n"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(words + "\n\n".join(chapters) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.screening", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; none: all")
    parser.add_argument("--comments", type=int, default=5000, help="in the outage")
    parser.add_argument("--posts", type=int, default=1000, help="in each round of latency; rate: half of it")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0.15, help="seconds between two of a client's, during the kills")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--report", type=Path, default=BASE / "bench" / "results" / "screening.md")
    sizes = parser.parse_args()
    if unknown := set(sizes.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGALRM, lambda *_: sys.exit("It took too long."))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended."))
    signal.alarm(LONGEST_RUN)
    chapters, all_hold = [], True
    with running_paper() as paper:
        readers = Readers(paper, sizes.clients)
        readers.write("warm-up", 10 * sizes.clients)
        for part in sizes.parts or PARTS:
            title, measure = PARTS[part]
            begin, load = time.monotonic(), os.getloadavg()[0]
            facts = measure(paper, readers, sizes)
            all_hold = all_hold and all(fact.holds for fact in facts)
            chapters.append(table(title, facts, time.monotonic() - begin, load))
            print(f"\n{chapters[-1]}", flush=True)
            write(sizes.report, chapters)
    print(f"\nWritten to {sizes.report}")
    return int(not all_hold)


if __name__ == "__main__":
    sys.exit(main())
