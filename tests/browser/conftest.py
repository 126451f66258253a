"""A real site, served as production serves it, and a real browser. Both live for the whole session."""

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from playwright.sync_api import Browser, Page, expect, sync_playwright

from comments.standin import StandIn
from tests.parts import require

BASE = Path(__file__).resolve().parent.parent.parent
_STARTUP = 60  # seconds
# Debian's /usr/bin/chromium is a wrapper that adds extensions: the binary behind it comes first.
_BROWSERS = ("/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Every *.test host is this machine, and nothing else exists.
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

expect.set_options(timeout=20_000)  # ms; a machine that tests other things beside this is slow


@dataclass
class Site:
    """The site at http://news.test:<port>. That name means this machine in our browser only."""

    port: int
    environment: dict[str, str]
    standin: StandIn
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://news.test:{self.port}"

    @property
    def local_url(self) -> str:
        """For clients that are no browser."""
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *words: str) -> str:
        """Runs a manage.py command of the site, and returns what it printed."""
        command = [sys.executable, str(BASE / "manage.py"), *words]
        done = subprocess.run(command, env=self.environment, cwd=BASE, capture_output=True, text=True)
        assert done.returncode == 0, f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "python:newsroom.gunicorn",
            "--log-level",
            "warning",
        ]
        self.process = subprocess.Popen([*command, "newsroom.wsgi"], env=self.environment, cwd=BASE)
        deadline = time.monotonic() + _STARTUP
        while not self._answers():
            assert self.process.poll() is None, "gunicorn ended by itself"
            assert time.monotonic() < deadline, "the site does not answer"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.local_url}/healthz", timeout=5).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with StandIn(port=0) as standin:
        port = _free_port()
        var = tmp_path_factory.mktemp("site")
        site = Site(port, _environment(var, port, standin.url), standin)
        site.environment["STATIC_ROOT"] = str(_static_files(site))
        site.manage("migrate", "--verbosity", "0")
        try:
            site.start()
            yield site
        finally:
            site.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    require(program, "there is no Chromium here to drive")
    # Playwright keeps an event loop in this thread: without this Django would refuse its database to the
    # tests after it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(_FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A reader who was never here: no cookies, nothing cached. page.goto("/") is the front page."""
    context = browser.new_context(base_url=site.url)
    yield context.new_page()
    context.close()


def _environment(var: Path, port: int, standin: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "NEWSROOM_VAR": str(var),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": ".test,127.0.0.1",
        "SITE_URL": f"http://news.test:{port}",
        "SERVE_MEDIA": "true",
        "AKISMET_API_KEY": "test-key",
        "AKISMET_URL": standin,
        "COMMENTS_PER_NETWORK": "0",  # all readers are on this machine
        "COMMENTS_PER_DISCUSSION": "0",
        "PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _static_files(site: Site) -> Path:
    """Collected and compressed takes a quarter of a minute: kept in .tools/ as long as no file changes."""
    content = hashlib.sha256((BASE / "requirements.lock").read_bytes())
    for finder in get_finders():
        for path, storage in finder.list([]):
            content.update(path.encode() + Path(storage.path(path)).read_bytes())
    folder = BASE / ".tools" / f"static-{content.hexdigest()[:16]}"
    if not folder.exists():
        fresh = folder.with_name(f"{folder.name}-{os.getpid()}")
        site.environment["STATIC_ROOT"] = str(fresh)
        site.manage("collectstatic", "--no-input", "--verbosity", "0")
        _forget(folder.parent.glob("static-*"))
        with suppress(OSError):  # another session was faster
            fresh.rename(folder)
    return folder


def _forget(folders: Iterable[Path]) -> None:
    """A day old: whoever collected them is done."""
    for folder in folders:
        if time.time() - folder.stat().st_ctime > 24 * 3600:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def lantern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A second site: the demo newspaper, only to be read."""
    with demo_newspaper(tmp_path_factory.mktemp("lantern")) as site:
        yield site


@contextmanager
def demo_newspaper(var: Path) -> Iterator[Site]:
    with another_site(var) as site:
        site.manage("load_demo")
        site.start()
        yield site


@contextmanager
def another_site(var: Path, **environment: str) -> Iterator[Site]:
    """A site of its own with an empty database, not yet started."""
    with StandIn(port=0) as standin:
        port = _free_port()
        site = Site(port, _environment(var, port, standin.url) | environment, standin)
        site.environment["STATIC_ROOT"] = str(_static_files(site))
        site.manage("migrate", "--verbosity", "0")
        try:
            yield site
        finally:
            site.stop()
