"""Through the paper by keyboard alone: no mouse, and wherever one stands is to be seen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

_STOPS = 150  # by Tab, before a reader has given up
_NAME = """() => {
    const it = document.activeElement;
    const labels = it.labels ? [...it.labels].map((label) => label.innerText).join(" ") : "";
    return (it.getAttribute("aria-label") || labels || it.innerText || it.value || "").trim().replace(/\\s+/g, " ");
}"""
_IS_SEEN = """() => {
    const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const marksItsOwnPart = it.type === "date"; // day, month, year and the calendar's button
    return (marked || marksItsOwnPart) && box.bottom > 0 && box.top < innerHeight && box.width > 0;
}"""


@pytest.fixture(params=[375, 1280], ids=["phone", "desk"])
def reader(request: pytest.FixtureRequest, browser: Browser, lantern: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=lantern.url, viewport={"width": request.param, "height": 900})
    yield context.new_page()
    context.close()


def go_to(page: Page, name: str) -> None:
    """Tab to what has that name, or begins with it; every stop on the way must show that one stands there."""
    unseen = []
    for _stop in range(_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(_NAME)
        if not page.evaluate(_IS_SEEN):
            unseen.append(here)
        if here.startswith(name):
            break
    else:
        pytest.fail(f"{name!r} is not reached in {_STOPS} stops")
    assert unseen == []


def enter(page: Page, name: str) -> None:
    go_to(page, name)
    press_enter(page)


def press_enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_the_front_page_to_a_comment_of_ones_own(reader: Page):
    reader.goto("/")
    enter(reader, "Skip to the text")
    enter(reader, "Council votes to keep the clock wrong")
    assert reader.url.endswith("/town/council-votes-on-the-clock/")

    go_to(reader, "Name")
    reader.keyboard.type("Agnes Keyes")
    go_to(reader, "E-mail address")
    reader.keyboard.type("agnes@readers.example")
    go_to(reader, "Comment")
    reader.keyboard.type("Written without a mouse.")
    enter(reader, "Post")

    expect(reader.get_by_text("Written without a mouse.")).to_be_visible()


def test_from_the_search_to_a_story_and_on_to_the_next_one(reader: Page):
    reader.goto("/")
    enter(reader, "Search")
    go_to(reader, "Words")
    reader.keyboard.type("oyster")
    press_enter(reader)
    found = reader.locator("main h3 a, main .listing a").first.inner_text()
    enter(reader, found)
    assert reader.locator("h1").inner_text() == found

    neighbour = reader.locator(".neighbours a").first
    address = neighbour.get_attribute("href") or ""
    enter(reader, neighbour.inner_text().split()[0])
    assert reader.url.endswith(address)


def test_from_a_section_to_a_writer_and_their_stories(reader: Page):
    reader.goto("/")
    enter(reader, "Town")
    assert reader.url.endswith("/town/")
    reader.goto("/authors/")
    writer = reader.locator("main h2 a, main h3 a, main li a").first.inner_text()
    enter(reader, "Skip to the text")
    enter(reader, writer)

    assert reader.locator("h1").inner_text() == writer
