"""The short form of python -m bench.notice: real uBlock Origin in a real Firefox, and Firefox without it."""

import shutil
import urllib.request

import pytest

from bench import notice
from tests.parts import must_have_all, require

pytestmark = pytest.mark.browser


def test_firefox_is_asked_with_ublock_origin_and_never_without(lantern):
    require(notice.KIT.is_dir(), f"there is no browser kit at {notice.KIT}")
    if must_have_all():
        notice.install_what_is_missing()
    require(shutil.which("firefox-esr"), "there is no firefox-esr here to drive")
    require((notice.TOOLS / "node_modules" / "puppeteer-core").exists(), "the browser kit is not installed")
    for page in notice.PAGES:
        urllib.request.urlopen(lantern.local_url + page, timeout=60).close()  # rendered once, and kept

    loads = list(notice.drive(lantern.url, shown=1, silent=1, only="Firefox"))

    assert [load for load in loads if "error" in load] == []
    assert {(load["name"], load["shown"]) for load in loads} == {
        ("uBlock Origin in Firefox", True),
        ("Firefox, plain", False),
        ("Firefox, strict protection", False),
    }
    assert {load["visibility"] for load in loads if load.get("place") == "in a background tab"} == {"hidden"}
    assert len(loads) == 12
