"""The notice before readers' eyes: where a blocker is at work, and nowhere else."""

import re
from ast import literal_eval

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.blocker import allow_everything, blocking, make_blocker, wait_until_it_blocks
from tests.browser.conftest import BASE

pytestmark = pytest.mark.browser

SHOTS = BASE / ".tools" / "shots"
TITLE = "Adblock Detected"
TEXT = "Please support us by disabling your AdBlocker extension from your browsers for our website."
LOOKING = 3500  # ms: the script looks for 3 s
PATIENCE = 20_000  # ms until it has seen something on a busy machine
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
    words = [note.get_by_role("heading", level=2).inner_text(), note.get_by_role("paragraph").first.inner_text()]
    note.get_by_role("button", name="Close").click()
    expect(note).to_be_hidden()
    blocked_page.reload()
    blocked_page.wait_for_timeout(LOOKING)

    assert words == [TITLE, TEXT]
    assert not note.is_visible()
    assert blocked_page.context.cookies() == []


def test_closing_counts_for_30_days(blocked_page, site):
    blocked_page.evaluate("ago => localStorage.setItem('reader-note', Date.now() - ago)", 29 * DAY)
    blocked_page.goto(f"{site.url}/")
    blocked_page.wait_for_timeout(LOOKING)
    assert not note_on(blocked_page).is_visible()

    blocked_page.evaluate("ago => localStorage.setItem('reader-note', Date.now() - ago)", 31 * DAY)
    blocked_page.reload()

    expect(note_on(blocked_page)).to_be_visible(timeout=PATIENCE)


def test_escape_closes_the_notice_and_gives_the_focus_back(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    note = note_on(blocked_page)
    expect(note).to_be_visible()
    focus_at_first = blocked_page.evaluate("document.activeElement.tagName")
    blocked_page.locator("footer a").last.focus()
    blocked_page.keyboard.press("Tab")
    expect(note.get_by_role("button")).to_be_focused()
    blocked_page.keyboard.press("Escape")

    expect(note).to_be_hidden()
    expect(blocked_page.locator("footer a").last).to_be_focused()
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_with_the_notice_open(blocked_page, site, width, scheme):
    blocked_page.set_viewport_size({"width": width, "height": 640})
    blocked_page.emulate_media(color_scheme=scheme)
    blocked_page.goto(f"{site.url}/")
    expect(note_on(blocked_page)).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    blocked_page.screenshot(path=SHOTS / f"notice-{width}-{scheme}.png")

    found = Axe().run(blocked_page).response
    is_too_wide = blocked_page.evaluate("document.documentElement.scrollWidth > innerWidth")

    assert (found["violations"], is_too_wide) == ([], False)


def test_every_part_of_the_notice_has_its_name_and_is_reached_by_keyboard(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    note = blocked_page.get_by_role("dialog", name=TITLE)
    expect(note).to_be_visible()
    note.get_by_role("button", name="Close").focus()
    blocked_page.keyboard.press("Tab")

    expect(note.get_by_role("link", name="How to allow this site")).to_be_focused()
    assert note.get_attribute("aria-modal") is None


def test_the_notice_is_not_printed(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    expect(note_on(blocked_page)).to_be_visible()

    blocked_page.emulate_media(media="print")

    expect(note_on(blocked_page)).to_be_hidden()


def test_the_link_leads_to_instructions_that_the_notice_does_not_cover(blocked_page, site):
    blocked_page.goto(f"{site.url}/")
    note_on(blocked_page).get_by_role("link", name="How to allow this site").click()
    blocked_page.wait_for_url("**/about/how-to-allow-this-site/")
    blocked_page.wait_for_timeout(LOOKING)

    assert blocked_page.get_by_role("heading", level=1).inner_text() == "How to allow this site"
    assert note_on(blocked_page).count() == 0


def test_the_instructions_need_no_javascript(browser, site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/about/how-to-allow-this-site/")

    names = page.get_by_role("heading", level=2).all_inner_texts()
    context.close()

    assert {"uBlock Origin", "AdGuard", "Brave"} <= set(names)


def setting(name, value):
    """As if the editors had set it: in the page, before its scripts run."""
    return f"""document.addEventListener("readystatechange", () => {{
        const note = document.getElementById("reader-note");
        if (note) note.dataset.{name} = "{value}";
    }}, {{ once: true }});"""


@pytest.mark.parametrize(("lot", "is_shown"), [(49.9, True), (50, False)])
def test_the_lot_decides_and_is_drawn_once(blocked_page, site, lot, is_shown):
    blocked_page.evaluate("lot => localStorage.setItem('reader-note-lot', lot)", lot)
    blocked_page.add_init_script(setting("share", 50))
    blocked_page.goto(f"{site.url}/")
    blocked_page.wait_for_timeout(LOOKING)

    assert note_on(blocked_page).is_visible() is is_shown
    assert blocked_page.evaluate("+localStorage['reader-note-lot']") == lot


@pytest.mark.parametrize(("closed_ago", "comes_back"), [(6 * DAY, False), (8 * DAY, True)])
def test_the_days_of_silence_are_the_editors(blocked_page, site, closed_ago, comes_back):
    blocked_page.evaluate("ago => localStorage.setItem('reader-note', Date.now() - ago)", closed_ago)
    blocked_page.add_init_script(setting("days", 7))
    blocked_page.goto(f"{site.url}/")
    blocked_page.wait_for_timeout(LOOKING)

    assert note_on(blocked_page).is_visible() is comes_back


# --- Figures ----------------------------------------------------------------------------------


@pytest.fixture
def totals(site):
    """The site counts, and this says what it counted since."""
    model = "from newsroom.models import Notice, NoticeHour as H; "
    site.manage("shell", "--no-imports", "-c", model + "H.objects.all().delete(); Notice(is_counting=True).save()")
    yield lambda: literal_eval(
        site.manage("shell", "--no-imports", "-c", model + "print(dict(H.objects.values_list('kind', 'number')))")
    )
    site.manage("shell", "--no-imports", "-c", model + "Notice.objects.all().delete()")


def test_a_view_without_a_blocker_is_told_in_one_word_and_nothing_else(page, site, totals):
    told = []
    page.on("request", lambda request: told.append(request) if request.method == "POST" else None)
    page.context.add_cookies([{"name": "any", "value": "1", "url": site.url}])
    page.goto("/")
    page.wait_for_timeout(LOOKING)

    headers = told[0].all_headers()
    assert [(request.url, request.post_data) for request in told] == [(f"{site.url}/about/reader-note/", "without")]
    assert {"cookie", "referer", "authorization"} & set(headers) == set()
    assert page.evaluate("Object.keys(localStorage)") == []
    assert totals() == {"without": 1}


def test_a_browser_with_global_privacy_control_tells_nothing(page, totals):
    told = []
    page.on("request", lambda request: told.append(request) if request.method == "POST" else None)
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    page.goto("/")
    page.wait_for_timeout(LOOKING)

    assert (told, totals()) == ([], {})


def test_what_readers_did_is_counted_and_who_allowed_the_site_is_not_asked_again(browser, site, tmp_path, totals):
    extension = make_blocker(tmp_path)
    with blocking(browser, extension) as context:
        wait_until_it_blocks(context, f"{site.url}/healthz", scripts=True, elements=True)
        page = context.new_page()
        page.goto(f"{site.url}/")
        expect(note_on(page)).to_be_visible()
        page.wait_for_timeout(LOOKING)
        note_on(page).get_by_role("link", name="How to allow this site").click()
        page.wait_for_url("**/about/how-to-allow-this-site/")
        allow_everything(context, extension)
        for _view in range(2):
            page.goto(f"{site.url}/")
            page.wait_for_timeout(LOOKING)
        comes_back = note_on(page).is_visible()

    assert not comes_back
    assert totals() == {"with": 1, "help": 1, "without": 2, "allowed": 1}


def test_views_are_counted_in_the_days_of_silence_too(blocked_page, site, totals):
    blocked_page.goto(f"{site.url}/")
    note_on(blocked_page).get_by_role("button").click()
    blocked_page.wait_for_timeout(LOOKING)
    blocked_page.goto(f"{site.url}/")
    blocked_page.wait_for_timeout(LOOKING)

    assert not note_on(blocked_page).is_visible()
    assert totals() == {"with": 2, "closed": 1}


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

    assert {mishap: asked.count(mishap) >= 3 for mishap in MISHAPS} == dict.fromkeys(MISHAPS, True)
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
