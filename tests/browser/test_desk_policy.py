"""The desk under the strict policy: the editor works, and what is refused is known."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

# Inline styles that Django's admin and the editor bring along. None of them matters to what one sees.
REFUSED = {"/admin/articles/article/add/": 1, "/admin/newsroom/page/add/": 1}
DESK = [
    "/admin/",
    "/admin/articles/article/",
    "/admin/articles/article/add/",
    "/admin/articles/article/1/revisions/",
    "/admin/articles/article/1/legal-removal/",
    "/admin/articles/errorreport/",
    "/admin/articles/photo/add/",
    "/admin/articles/photo/1/change/",
    "/admin/articles/photo/pick/",
    "/admin/comments/readercomment/",
    "/admin/newsroom/page/add/",
    "/admin/newsroom/paper/1/change/",
    "/admin/newsroom/notice/add/",
    "/admin/newsroom/notice/preview/",
    "/admin/newsroom/notice/figures/",
]


@pytest.fixture
def desk(browser: Browser, lantern: Site):
    logins = lantern.environment["NEWSROOM_VAR"] + "/demo-logins.txt"
    with open(logins) as file:  # noqa: PTH123
        passwords = dict(line.split() for line in file)
    context = browser.new_context(base_url=lantern.url)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill("administrator")
    page.get_by_label("Password").fill(passwords["administrator"])
    page.get_by_role("button", name="Log in").click()
    yield page
    context.close()


def test_no_script_is_refused_and_only_known_styles(desk: Page):
    refusals: list[tuple[str, str]] = []

    def note(message):
        if "Content Security Policy" in message.text:
            refusals.append((re.sub(r"^http://[^/]+", "", desk.url), message.text))

    desk.on("console", note)
    for path in DESK:
        desk.goto(path)
        desk.wait_for_load_state("networkidle")

    assert [text for _path, text in refusals if "inline style" not in text] == []
    assert {path: sum(p == path for p, _text in refusals) for path, _text in refusals} == REFUSED


@pytest.mark.parametrize("form", ["/admin/articles/article/add/", "/admin/newsroom/page/add/"])
def test_the_editor_starts_and_offers_headings_and_links(desk: Page, form: str):
    desk.goto(form)

    desk.locator(".ProseMirror[contenteditable]").wait_for()

    assert desk.locator(".prose-menubar button, .prose-menubar__button").count() >= 10


def test_a_quote_becomes_a_pull_quote_in_the_editor(desk: Page):
    desk.goto("/admin/articles/article/add/")
    words = desk.locator(".ProseMirror[contenteditable]")
    words.click()
    desk.keyboard.type("It is cold.")

    desk.get_by_role("button", name="blockquote").click()
    choice = desk.locator("[data-name='nodeClass:blockquote:pull-quote']")
    desk.locator(".prose-menubar__dropdown").filter(has=choice).locator(".prose-menubar__selected").click()
    choice.click()

    assert words.inner_html() == '<blockquote class="pull-quote"><p>It is cold.</p></blockquote>'


def test_the_preview_shows_the_unsaved_words_and_closes_as_for_readers(desk: Page):
    desk.goto("/admin/newsroom/notice/add/")
    desk.get_by_label("Title:").fill("As it would be")
    with desk.expect_popup() as opened:
        desk.get_by_role("button", name="Preview without saving").click()
    note = opened.value.get_by_role("dialog", name="As it would be")
    note.wait_for()
    opened.value.keyboard.press("Escape")
    note.wait_for(state="hidden")

    assert opened.value.get_by_role("main").is_visible()
    desk.goto("/admin/newsroom/notice/")
    assert desk.url.endswith("/add/")
