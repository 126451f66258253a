"""The site and the browser of these tests are what they claim to be."""

import json
import urllib.request

import pytest
from playwright.sync_api import Error

from tests.nu import nu_errors

pytestmark = pytest.mark.browser


def test_the_site_is_ready(site):
    with urllib.request.urlopen(f"{site.local_url}/readyz") as response:
        parts = json.load(response)

    assert set(parts.values()) == {"ok"}


def test_the_browser_finds_the_site_by_its_name(page):
    response = page.goto("/healthz")

    assert (response.status, response.text()) == (200, "ok\n")


def test_the_browser_finds_no_other_host(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://www.example.org/")


def test_the_html_checker_names_page_and_line():
    head = "<!doctype html>\n<html lang=en><title>A page</title>\n"

    found = nu_errors(head + "<p>good", head + "<p>bad</i>")

    assert [line.partition(": ")[0] for line in found] == ["page 2, line 3"]
