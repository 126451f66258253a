"""What strangers make of the pages as they are served: two extractors of articles, and browsers under our policy."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import newspaper
import pytest
import trafilatura
from playwright.sync_api import Browser

from newsroom.demo import texts
from newsroom.lib.markup import PULL_QUOTE, plain_text, sanitise
from tests.browser.conftest import Site
from tests.parts import require

pytestmark = pytest.mark.browser

ARTICLES = [text for text in texts.read_articles() if text.status == "published" and text.days_ago >= 0]
NAMES = {author["slug"]: author["name"] for author in texts.read_paper()["authors"]}
_REPEATED = re.compile(rf'<blockquote class="{PULL_QUOTE}">.*?</blockquote>', re.DOTALL)  # words that the text has, too
_BLOCKS = re.compile(r"<(p|h[2-4]|li|blockquote|td|th|figcaption)>(.*?)</\1>", re.DOTALL)


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def by_trafilatura(html: str, address: str) -> dict[str, Any]:
    found = trafilatura.bare_extraction(html, url=address, with_metadata=True, include_comments=False)
    return {"title": found.title, "authors": found.author.split("; "), "day": found.date, "text": found.text}


def by_newspaper4k(html: str, address: str) -> dict[str, Any]:
    found = newspaper.article(address, input_html=html, fetch_images=False)
    day = found.publish_date.date().isoformat()
    return {"title": found.title, "authors": found.authors, "day": day, "text": found.text}


@pytest.mark.parametrize("extract", [by_trafilatura, by_newspaper4k])
@pytest.mark.parametrize("text", ARTICLES, ids=lambda text: text.slug)
def test_an_extractor_finds_headline_writers_day_and_every_word(lantern: Site, extract, text: texts.Text):
    html = fetch(f"{lantern.local_url}/{text.category}/{text.slug}/")
    found = extract(html, f"{lantern.url}/{text.category}/{text.slug}/")

    words = " ".join(found.pop("text").split())
    body = _REPEATED.sub("", sanitise(text.body))
    blocks = [plain_text(block) for _tag, block in _BLOCKS.findall(body)]
    day, *_of_corrections = re.findall(r'"datePublished":"(\d{4}-\d\d-\d\d)T', html)
    writers = [NAMES[slug] for slug in text.authors] or [text.agency]
    assert found == {"title": text.headline, "authors": writers, "day": day}
    assert [block for block in blocks if block not in words] == []


# --- The block of data under the policy -----------------------------------------------------------

PAGES = ["/", "/town/", "/authors/priya-nair/", "/town/council-votes-on-the-clock/"]
CONTROL = "/?control"  # into which an inline script is put


class Relay(ThreadingHTTPServer):
    """The site under its own policy, which also has browsers report here what they refuse."""

    def __init__(self, site: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.site = site
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.refused: list[str] = []  # the ends of the pages' addresses
        self.served: list[str] = []


class _Answer(BaseHTTPRequestHandler):
    server: Relay

    def do_GET(self) -> None:
        try:
            with urllib.request.urlopen(self.server.site + self.path, timeout=30) as answer:
                status, headers, body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, headers, body = error.code, error.headers, b""
        if self.path == CONTROL:
            body = body.replace(b"</body>", b"<script>void 0</script></body>")
        self.send_response(status)
        self.send_header("Content-Type", headers["Content-Type"])
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", f"{headers['Content-Security-Policy']}; report-uri /refused")
        self.end_headers()
        self.wfile.write(body)
        self.server.served.append(self.path)

    def do_POST(self) -> None:
        report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["csp-report"]
        self.server.refused.append(report["document-uri"].rpartition("/")[2])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


# What is not on this machine is behind a proxy that is not there.
_FIREFOX = """
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
"""


@pytest.fixture
def relay(lantern: Site) -> Iterator[Relay]:
    with Relay(lantern.local_url) as relay:
        Thread(target=relay.serve_forever, daemon=True).start()
        yield relay
        relay.shutdown()


def test_chromium_has_nothing_against_the_block_of_data(browser: Browser, relay: Relay):
    context = browser.new_context(base_url=relay.url)
    page = context.new_page()

    blocks = []
    for path in [*PAGES, CONTROL]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        blocks.append(page.locator('script[type="application/ld+json"]').count())
    wait_until(lambda: bool(relay.refused))
    context.close()

    assert (blocks, relay.refused) == ([1] * 5, ["?control"])


def test_firefox_has_nothing_against_the_block_of_data(relay: Relay, tmp_path: Path):
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    require(program, "there is no Firefox here to drive")
    (tmp_path / "user.js").write_text(_FIREFOX)

    with firefox(str(program), tmp_path, [relay.url + path for path in [*PAGES, CONTROL]]):
        wait_until(lambda: {*PAGES, CONTROL} <= set(relay.served) and bool(relay.refused))
        time.sleep(2)  # for what might come after

    assert relay.refused == ["?control"]


@contextmanager
def firefox(program: str, profile: Path, tabs: list[str]) -> Iterator[None]:
    command = [program, "--headless", "--profile", profile, *tabs]
    environment = os.environ | {"HOME": str(profile)}
    started = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(started.pid, signal.SIGKILL)  # a session of its own: nothing but what we started
        started.wait()


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not done():
        assert time.monotonic() < deadline, "the browser did not do it"
        time.sleep(0.1)
