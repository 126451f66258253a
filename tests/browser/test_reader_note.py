"""The notice before readers' eyes: where a blocker is at work, and nowhere else."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.blocker import blocking, make_blocker, wait_until_it_blocks

pytestmark = pytest.mark.browser

TITLE = "Adblock Detected"
TEXT = "Please support us by disabling your AdBlocker extension from your browsers for our website."
LOOKING = 3500  # ms: the script looks for 3 s
DAY = 24 * 3600 * 1000  # ms


@pytest.fixture(scope="module")
def blocked(browser, site, tmp_path_factory):
    """A Chromium with the whole blocker at work."""
    with blocking(browser, make_blocker(tmp_path_factory.mktemp("whole"))) as context:
        wait_until_it_blocks(context, f"{site.url}/healthz", scripts=True, elements=True)
        yield context


@pytest.fixture
def blocked_page(blocked, site):
    """A page of a reader with a blocker who never closed a notice, at a page that has none."""
    page = blocked.new_page()
    page.goto(f"{site.url}/healthz")
    page.evaluate("localStorage.clear()")
    yield page
    page.close()


def note_on(page):
    return page.locator("#reader-note")


def test_a_reader_with_a_blocker_sees_the_notice_until_closing_it(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    note = note_on(blocked_page)
    expect(note).to_be_visible()
    words = [note.get_by_role("heading", level=2).inner_text(), note.get_by_role("paragraph").inner_text()]
    note.get_by_role("button", name="Close").click()
    expect(note).to_be_hidden()
    blocked_page.reload()
    blocked_page.wait_for_timeout(LOOKING)

    assert words == [TITLE, TEXT]
    assert not note.is_visible()
    assert blocked_page.context.cookies() == []


@pytest.mark.parametrize(("closed_ago", "comes_back"), [(29 * DAY, False), (31 * DAY, True)])
def test_closing_counts_for_30_days(blocked_page, site, closed_ago, comes_back):
    blocked_page.evaluate("ago => localStorage.setItem('reader-note', Date.now() - ago)", closed_ago)

    blocked_page.goto(f"{site.url}/")
    blocked_page.wait_for_timeout(LOOKING)

    assert note_on(blocked_page).is_visible() is comes_back


def test_escape_closes_the_notice_and_gives_the_focus_back(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    note = note_on(blocked_page)
    expect(note).to_be_visible()
    focus_at_first = blocked_page.evaluate("document.activeElement.tagName")
    blocked_page.locator("a").last.focus()
    blocked_page.keyboard.press("Tab")
    expect(note.get_by_role("button")).to_be_focused()
    blocked_page.keyboard.press("Escape")

    expect(note).to_be_hidden()
    expect(blocked_page.locator("a").last).to_be_focused()
    assert focus_at_first == "BODY"


def test_closing_in_one_tab_closes_in_all(blocked_page, site):
    other = blocked_page.context.new_page()
    for tab in (blocked_page, other):
        tab.goto(f"{site.url}/")
        expect(note_on(tab)).to_be_visible()

    note_on(other).get_by_role("button").click()

    expect(note_on(blocked_page)).to_be_hidden()
    other.close()


def test_the_notice_moves_nothing(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    expect(note_on(blocked_page)).to_be_visible()
    blocked_page.wait_for_timeout(300)

    shifts = blocked_page.evaluate(
        """() => new Promise((resolve) => {
            const seen = [];
            new PerformanceObserver((list) => seen.push(...list.getEntries()))
                .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(seen.map((shift) => shift.value)), 200);
        })"""
    )

    assert sum(shifts) == 0


@pytest.mark.parametrize("height", [667, 812])
def test_on_a_phone_the_notice_takes_at_most_a_fifth_of_the_height(blocked_page, site, height):
    blocked_page.set_viewport_size({"width": 375, "height": height})
    blocked_page.goto(f"{site.url}/")
    expect(note_on(blocked_page)).to_be_visible()

    box = note_on(blocked_page).bounding_box()
    has_room = note_on(blocked_page).evaluate("note => note.scrollHeight <= note.clientHeight")

    assert box["height"] <= height / 5
    assert box["y"] + box["height"] == height
    assert has_room


def test_axe_finds_nothing_in_the_notice(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    expect(note_on(blocked_page)).to_be_visible()

    found = Axe().run(blocked_page, context="#reader-note").response

    assert found["violations"] == []


@pytest.mark.parametrize(("scripts", "elements"), [(True, False), (False, True)])
def test_each_sign_is_enough(browser, site, tmp_path, scripts, elements):
    half = make_blocker(tmp_path, scripts=scripts, elements=elements)
    with blocking(browser, half) as context:
        wait_until_it_blocks(context, f"{site.url}/healthz", scripts=scripts, elements=elements)
        page = context.new_page()
        page.goto(f"{site.url}/")

        expect(note_on(page)).to_be_visible()


def answer(**how):
    return lambda route: route.fulfill(**how)


# What happens to the bait scripts of a reader without a blocker.
MISHAPS = {
    "none": lambda route: route.fallback(),
    "404": answer(status=404, body="Not found"),
    "500": answer(status=500, body="Sorry"),
    "captive portal": answer(status=200, content_type="text/html", body="<!doctype html><p>Log in</p>"),
    "reset": lambda route: route.abort("connectionreset"),
    "never": lambda route: None,
}
BAITS = re.compile(r".*/(ads/show|adserver)\.[\w.]+$")


def test_a_reader_without_a_blocker_is_never_accused(browser, site):
    context = browser.new_context(base_url=site.url)
    asked = []

    def visit(mishap, happen):
        page = context.new_page()
        page.route(BAITS, lambda route: (asked.append(mishap), happen(route)))
        page.goto("/")
        return page

    pages = {(mishap, load): visit(mishap, MISHAPS[mishap]) for mishap in MISHAPS for load in range(3)}
    next(reversed(pages.values())).wait_for_timeout(LOOKING)

    shown = [which for which, page in pages.items() if note_on(page).is_visible()]
    context.close()

    assert {mishap: asked.count(mishap) >= 6 for mishap in MISHAPS} == dict.fromkeys(MISHAPS, True)
    assert shown == []


# After the page is read and before its scripts run: a policy without the baits, a style sheet against their names.
OUR_OWN_DOING = """
    document.addEventListener("readystatechange", () => {
        const plain = document.getElementById("reader-note").dataset.scripts.split(" ")[0];
        const ours = [new URL(plain, location).href, document.querySelector("script[src*=reader-note]").src];
        const policy = document.createElement("meta");
        policy.httpEquiv = "Content-Security-Policy";
        policy.content = "script-src " + ours.join(" ");
        document.head.append(policy);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".ad-slot { display: none !important; max-height: 0 !important }");
        document.adoptedStyleSheets.push(sheet);
    }, { once: true });
"""


def test_neither_our_own_policy_nor_our_own_style_sheet_is_a_blocker(page):
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.add_init_script(OUR_OWN_DOING)
    page.goto("/")
    page.wait_for_timeout(LOOKING)

    is_shown = note_on(page).is_visible()

    assert [bait for bait in ("ads/show.", "adserver.") if bait not in " ".join(refused)] == []
    assert not is_shown
