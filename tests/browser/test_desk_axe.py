"""The desk is no less accessible than Django's own admin: axe breaks no further rule on any kind of page.

What axe finds in the stock admin is committed (stock_admin_axe.json) and measured anew each time.
"""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import axe, stock
from tests.browser.conftest import BASE, Site, _free_port

pytestmark = pytest.mark.browser

BASELINE = Path(__file__).with_name("stock_admin_axe.json")
SHOTS = BASE / ".tools" / "shots"
SCREENS = {"desk": (1280, "light"), "phone": (375, "dark")}
STOCK = {
    "index": ["/admin/"],
    "list": ["/admin/auth/user/", "/admin/auth/group/"],
    "form": [
        "/admin/auth/user/add/",
        "/admin/auth/user/1/change/",
        "/admin/auth/group/1/change/",
        "/admin/auth/permission/1/change/",
        "/admin/auth/permission/add/",
    ],
    "delete": ["/admin/auth/group/1/delete/"],
}
ARTICLE = "/admin/articles/article/1"
OURS = {
    "index": ["/admin/"],
    "list": [
        "/admin/articles/article/",
        "/admin/articles/article/calendar/",
        f"{ARTICLE}/revisions/",
        *(f"/admin/articles/{rows}/" for rows in ("photo", "pin", "errorreport")),
        *(f"/admin/comments/{rows}/" for rows in ("readercomment", "discussionrules")),
        *(f"/admin/newsroom/{rows}/" for rows in ("page", "campaign")),
        "/admin/newsroom/notice/figures/",
    ],
    "form": [
        "/admin/articles/article/add/",
        f"{ARTICLE}/change/",
        f"{ARTICLE}/notes/",
        f"{ARTICLE}/legal-removal/",
        "/admin/articles/photo/1/change/",
        "/admin/articles/photo/add/",
        "/admin/articles/pin/add/",
        "/admin/categories/category/1/change/",
        "/admin/authors/author/1/change/",
        "/admin/comments/discussionrules/site/",
        "/admin/newsroom/paper/1/change/",
        "/admin/newsroom/page/add/",
        "/admin/newsroom/campaign/add/",
        "/admin/newsroom/notice/1/change/",
    ],
    "delete": [f"{ARTICLE}/withdraw/", "/admin/articles/photo/1/delete/"],
}


@contextmanager
def stock_admin(folder: Path) -> Iterator[str]:
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.browser.stock", str(port), str(folder)], cwd=BASE)
    try:
        deadline = time.monotonic() + 60
        while not answers(f"http://127.0.0.1:{port}/admin/login/"):
            assert process.poll() is None, "the stock admin ended by itself"
            assert time.monotonic() < deadline, "the stock admin does not answer"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=15)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def broken_rules(page: Page, name: str) -> set[str]:
    page.wait_for_load_state("networkidle")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    return axe.broken_rules(page)


def measure(
    browser: Browser, url: str, login: tuple[str, str], pages: dict[str, list[str]], name: str, screen: str
) -> dict[str, set[str]]:
    width, scheme = SCREENS[screen]
    size = {"width": width, "height": 900}
    context = browser.new_context(base_url=url, viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/")
    found = {"login": broken_rules(page, f"{name}-login-{screen}")} | {kind: set() for kind in pages}
    page.get_by_label("Username").fill(login[0])
    page.get_by_label("Password").fill(login[1])
    page.get_by_role("button", name="Log in").click()
    for kind, paths in pages.items():
        for number, path in enumerate(paths):
            assert page.goto(path).ok, path
            found[kind] |= broken_rules(page, f"{name}-{kind}-{number}-{screen}")
    context.close()
    return found


def test_the_baseline_is_what_axe_finds_in_the_stock_admin(browser: Browser, tmp_path: Path):
    with stock_admin(tmp_path) as url:
        measured = [measure(browser, url, ("desk", stock.PASSWORD), STOCK, "stock", screen) for screen in SCREENS]

    found = {kind: sorted(set().union(*(one[kind] for one in measured))) for kind in measured[0]}
    assert found == json.loads(BASELINE.read_text()), json.dumps(found)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_desk_breaks_no_rule_that_the_stock_admin_keeps(browser: Browser, lantern: Site, screen: str):
    logins = Path(lantern.environment["NEWSROOM_VAR"], "demo-logins.txt").read_text().splitlines()
    passwords = dict(line.split() for line in logins)

    found = measure(browser, lantern.url, ("administrator", passwords["administrator"]), OURS, "ours", screen)

    baseline = json.loads(BASELINE.read_text())
    assert {kind: rules - set(baseline[kind]) for kind, rules in found.items()} == {kind: set() for kind in found}
