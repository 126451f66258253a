"""Every kind of page of the demo newspaper: accessible, valid, quiet, and a picture of each to look at."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.conftest import BASE, Site
from tests.nu import nu_errors

pytestmark = pytest.mark.browser

SHOTS = BASE / ".tools" / "shots"
ARTICLE = "/town/council-votes-on-the-clock/"
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011  # any day near will do
PAGES = {
    "front": "/",
    "category": "/town/",
    "authors": "/authors/",
    "author": "/authors/priya-nair/",
    "topics": "/tags/",
    "topic": "/tags/sea/",
    "archive": "/archive/",
    "year": f"/archive/{YESTERDAY:%Y}/",
    "month": f"/archive/{YESTERDAY:%Y/%m}/",
    "day": f"/archive/{YESTERDAY:%Y/%m/%d}/",
    "empty-day": "/archive/1887/01/01/",
    "article": ARTICLE,
    "discussion": f"{ARTICLE}comments/newest/",
    "no-comments": "/culture/blue-glaze/",
    "sensitive-opinion": "/opinion/let-the-gulls-have-chips/",
    "analysis": "/harbour/oyster-prices/",
    "with-document": "/sport/tide-stops-play/",
    "opinions": "/opinion/",
    "search": "/search/?q=harbour",
    "nothing-found": "/search/?q=harbuor+walrus&section=town",
    "privacy": "/comments/privacy/",
    "allowing": "/about/how-to-allow-this-site/",
    "about": "/about/",
    "corrected": "/harbour/electric-ferry/",
    "corrections": "/corrections/",
    "changes": "/harbour/electric-ferry/changes/",
    "what-changed": "/harbour/electric-ferry/changes/2/",
    "report-an-error": "/harbour/electric-ferry/report-an-error/",
    "missing": "/world/no-such-story/",
}
# Shown when something went wrong, or for a moment only: as the site renders them, handed to the browser.
_RENDER_RARE = """
import json
from django.template.loader import render_to_string
from django.test import RequestFactory
from articles.models import Article
from newsroom import views
from newsroom.models import Campaign
request = RequestFactory().get("/town/withdrawn-story/", headers={"host": "127.0.0.1"})
about = {"article": Article.objects.published().first()}
leaving = {"campaign": Campaign.objects.first()}
print("RARE " + json.dumps({
    "bad-request": views.bad_request(request, None).content.decode(),
    "forbidden": views.forbidden(request, None).content.decode(),
    "from-another-site": render_to_string("403_csrf.html", {}, request),
    "withdrawn": views.gone(request).content.decode(),
    "broken": views.server_error(request).content.decode(),
    "leaving": render_to_string("newsroom/leaving.html", leaving, request),
    "too-large": render_to_string("comments/too_large.html", about, request),
    "removed-comment": render_to_string("comments/removed.html", about, request),
    "report-thanks": render_to_string("articles/report_thanks.html", about, request),
}))
"""
RARE = [
    *("bad-request", "forbidden", "from-another-site", "withdrawn", "broken", "leaving", "too-large"),
    *("removed-comment", "report-thanks"),
]
SCREENS = {"phone, dark": (375, "dark"), "desk, light": (1280, "light")}


@pytest.fixture(params=SCREENS.values(), ids=SCREENS)
def reader(request: pytest.FixtureRequest, browser: Browser, lantern: Site) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(base_url=lantern.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.kind = f"{width}-{scheme}"  # type: ignore[attr-defined]
    yield page
    context.close()


def findings(page: Page, name: str) -> list[str]:
    SHOTS.mkdir(parents=True, exist_ok=True)
    # What a phone lays out only as it comes near has no sizes that axe could measure, and is in no picture.
    page.evaluate("""for (const part of document.querySelectorAll("main *, footer"))
        if (getComputedStyle(part).contentVisibility === "auto") part.style.contentVisibility = "visible";""")
    page.screenshot(path=SHOTS / f"{name}-{page.kind}.png", full_page=True)
    return violations(page)


@pytest.fixture(scope="module")
def rare(lantern: Site) -> dict[str, str]:
    printed = lantern.manage("shell", "--verbosity", "0", "-c", _RENDER_RARE)
    return json.loads(printed.partition("RARE ")[2])


@pytest.mark.parametrize("name", RARE)
def test_axe_finds_nothing_in_what_is_rarely_seen(reader: Page, rare: dict[str, str], name: str):
    reader.goto(PAGES["missing"])
    reader.set_content(rare[name], wait_until="networkidle")

    assert findings(reader, name) == []


def test_the_nu_checker_finds_no_error_in_what_is_rarely_seen(rare: dict[str, str]):
    assert (sorted(rare), nu_errors(*rare.values())) == (sorted(RARE), [])


ONLY_WITH_SCRIPT = "Remember me in this browser, and nowhere else"  # a box that would do nothing


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_the_same_without_javascript(browser: Browser, lantern: Site, name: str):
    said = []
    for with_script in (True, False):
        context = browser.new_context(base_url=lantern.url, java_script_enabled=with_script)
        page = context.new_page()
        page.goto(PAGES[name])
        lines = page.locator("body").inner_text().splitlines()
        said.append("\n".join(line for line in lines if line.strip() not in {"", ONLY_WITH_SCRIPT}))
        context.close()

    assert said[0] == said[1]
    assert len(said[0]) > 200


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(reader: Page, name: str):
    reader.goto(PAGES[name])

    assert findings(reader, name) == []


def test_axe_finds_nothing_where_a_comment_is_written(reader: Page):
    reader.goto(ARTICLE)
    reader.get_by_role("link", name=re.compile("^Reply")).first.click()
    replying = findings(reader, "reply")
    reader.get_by_label("Name").fill("Percy Hallam")
    reader.get_by_label("E-mail address").evaluate("field => { field.type = 'text' }")
    reader.get_by_label("E-mail address").fill("no address")
    with reader.expect_navigation():
        reader.locator("form[method=post]").last.evaluate("form => { form.noValidate = true; form.submit() }")
    mending = findings(reader, "errors")
    kept = reader.get_by_label("Name").input_value()
    reader.get_by_label("E-mail address").fill("percy@readers.example")
    reader.get_by_label("Comment", exact=True).fill("akismet-guaranteed-spam?")
    reader.get_by_label("Name").fill("akismet-guaranteed-spam")
    reader.get_by_role("button", name=re.compile("Post|Send|Reply")).click()

    assert "/comments/receipt/" in reader.url
    assert (replying, mending, findings(reader, "receipt"), kept) == ([], [], [], "Percy Hallam")


def test_axe_finds_nothing_in_an_unfolded_picture_and_it_is_loaded_only_then(reader: Page):
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(PAGES["sensitive-opinion"])
    reader.wait_for_load_state("networkidle")
    source = reader.locator(".sensitive img").get_attribute("src") or ""
    copies = source.rpartition("-")[0]  # of whatever width and format
    before = [url for url in asked if copies in url]

    reader.locator(".sensitive summary").focus()
    reader.keyboard.press("Enter")
    reader.locator(".sensitive img").wait_for()
    reader.wait_for_load_state("networkidle")

    assert (before, findings(reader, "unfolded")) == ([], [])
    assert len([url for url in asked if copies in url]) == 1


def test_the_contents_lead_to_their_parts_and_fold_by_the_keyboard(reader: Page):
    reader.goto(ARTICLE)
    contents = reader.get_by_role("navigation", name="Contents")
    last = contents.get_by_role("link").last
    words = last.inner_text()

    last.focus()
    reader.keyboard.press("Enter")
    arrived = reader.locator(":target")
    seen = (arrived.inner_text(), arrived.evaluate("it => Math.round(it.getBoundingClientRect().top) < 100"))
    contents.locator("summary").focus()
    reader.keyboard.press("Enter")

    assert seen == (words, True)
    assert last.is_visible() is False


_BOXES = """() => [...document.querySelectorAll("body *")].map(it => {
    const {left, top, width, height} = it.getBoundingClientRect();
    return width && height ? [it.tagName + "." + it.className, Math.round(left), Math.round(top)] : null;
})"""


@pytest.mark.parametrize("name", ["front", "category", "article"])
def test_nothing_that_is_seen_moves_while_the_rest_of_a_page_arrives(reader: Page, lantern: Site, name: str):
    address = lantern.local_url + PAGES[name]  # elsewhere a page handed in may not ask the loopback for its style
    arrived = reader.goto(address)
    assert arrived
    whole = arrived.text()
    body = whole.index("<main")
    ends = [body + tag.start() for tag in re.finditer("<[a-z]", whole[body:])][::13]
    height = reader.viewport_size["height"]  # type: ignore[index]

    def boxes(end: int | None) -> list[list | None]:
        part, kind = whole[:end], "text/html; charset=utf-8"
        reader.route(address, lambda route: route.fulfill(body=part, content_type=kind), times=1)
        reader.goto(address)
        return reader.evaluate(_BOXES)

    places, moved = boxes(None), []
    for end in ends:
        for before, after in zip(boxes(end), places, strict=False):
            if before and after and before[0] == after[0] and before[2] < height:
                moved += [(end, before, after)] * (abs(before[1] - after[1]) + abs(before[2] - after[2]) > 4)

    assert (len(ends) > 9, moved) == (True, [])


def test_a_reload_keeps_the_reader_s_place(reader: Page, lantern: Site):
    reader.goto(lantern.local_url + ARTICLE)  # as with https: browsers heed an opener policy from trusted origins only
    heading = reader.locator(".prose h2").last
    heading.evaluate("it => it.scrollIntoView()")
    reader.mouse.wheel(0, 50)  # by hand, too
    reader.wait_for_timeout(500)
    before = heading.bounding_box()

    reader.reload()
    reader.wait_for_timeout(500)
    after = heading.bounding_box()

    assert before
    assert after
    assert (-300 < before["y"] < 300, abs(after["y"] - before["y"]) < 300) == (True, True)


def test_nothing_jumps_and_all_is_found_while_the_far_part_is_laid_out(reader: Page):
    reader.add_init_script("""moved = 0; new PerformanceObserver(list => {
        for (const shift of list.getEntries()) moved += shift.value;
    }).observe({type: "layout-shift", buffered: true})""")
    reader.goto(ARTICLE)
    for _step in range(60):
        reader.mouse.wheel(0, 300)
        reader.evaluate("new Promise(requestAnimationFrame)")
    moved = reader.evaluate("moved")
    reader.reload()
    last = reader.locator(".prose > p").last
    words = last.evaluate("it => it.textContent.trim().slice(-20)")

    found = reader.evaluate("words => window.find(words)", words)
    reader.wait_for_timeout(300)

    assert (moved, found) == (0, True)
    assert last.evaluate("it => 0 < it.getBoundingClientRect().bottom && it.getBoundingClientRect().top < innerHeight")
    assert words in reader.locator("main").aria_snapshot()


def test_print_has_the_words_and_the_notes_and_nothing_to_press(reader: Page):
    reader.goto(ARTICLE)
    on_screen = reader.locator(".notes").is_visible()
    reader.emulate_media(media="print", color_scheme="dark")

    reader.screenshot(path=SHOTS / f"print-{reader.kind}.png", full_page=True)  # type: ignore[attr-defined]
    left = [
        it for it in ("nav", "form", ".also", ".share", ".place", ".colophon") if reader.locator(it).first.is_visible()
    ]
    numbers = reader.evaluate("""[...document.querySelectorAll('[data-note]')]
        .map(link => getComputedStyle(link, '::after').content)""")
    colours = reader.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    )

    assert (on_screen, left) == (False, [])
    assert reader.locator(".notes li").count() == len(numbers) == 3
    assert numbers == ['"1"', '"2"', '"3"']
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert reader.pdf()[:5] == b"%PDF-"


def test_no_page_scrolls_sideways_at_320_pixels(browser: Browser, lantern: Site):
    context = browser.new_context(base_url=lantern.url, viewport={"width": 320, "height": 700})
    page = context.new_page()

    too_wide = []
    for name, path in PAGES.items():
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(name)
    context.close()

    assert too_wide == []


def test_the_skip_link_is_the_first_stop_and_leads_to_the_story(browser: Browser, lantern: Site):
    context = browser.new_context(base_url=lantern.url)
    page = context.new_page()
    page.goto(ARTICLE)

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")

    assert first.startswith("#")
    assert page.locator(first).count() == 1
    context.close()


def test_the_nu_checker_finds_no_error(lantern: Site):
    pages = {name: fetch(lantern.local_url + path) for name, path in PAGES.items()}

    assert nu_errors(*pages.values()) == []


def fetch(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:  # a page, too
        return error.read().decode()
