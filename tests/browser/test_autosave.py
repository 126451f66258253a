"""No editor loses a word: not when the server is away, not when the session has ended."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

_SET_UP = """
import secrets
from django.contrib.auth.models import User
from tests.factories import make_draft
User.objects.filter(username="typist").exists() or User.objects.create_superuser("typist", password="tests only")
print("STORY", make_draft(headline="As it was", slug=f"typed-{secrets.token_hex(4)}").pk)
"""


@pytest.fixture
def story(browser: Browser, site: Site):
    """A draft in the form of an editor who is signed in."""
    pk = site.manage("shell", "-c", _SET_UP).split("STORY ")[1].split()[0]
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill("typist")
    page.get_by_label("Password").fill("tests only")
    page.get_by_role("button", name="Log in").click()
    open_form(page, f"/admin/articles/article/{pk}/change/")
    yield page
    context.close()


def open_form(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".tiptap.ProseMirror")).to_be_visible(timeout=30_000)
    expect(page.locator("#autosave[data-begun]")).to_be_attached(timeout=30_000)


def write(page: Page, words: str) -> None:
    page.locator(".tiptap.ProseMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    page.locator("#id_kicker").focus()  # leaving a field is when words are kept


def test_what_is_typed_is_on_the_server_before_anybody_saves(story: Page):
    write(story, " And more.")
    expect(story.get_by_role("status")).to_contain_text("Kept at", timeout=30_000)

    open_form(story, story.url)
    story.get_by_role("link", name="Take it up again").click()

    expect(story.locator(".tiptap.ProseMirror")).to_contain_text("And more.", timeout=30_000)


def test_while_the_server_is_away_the_browser_keeps_it(story: Page):
    story.route("**/autosave/", lambda route: route.abort())
    write(story, " Kept here.")
    expect(story.get_by_role("status")).to_contain_text("kept in this browser", timeout=30_000)

    address = story.url
    story.goto("/admin/")
    story.unroute("**/autosave/")
    open_form(story, address)
    expect(story.locator(".desk-lost")).to_contain_text("never arrived", timeout=30_000)
    story.get_by_role("button", name="Put them back").click()

    expect(story.locator(".tiptap.ProseMirror")).to_contain_text("Kept here.", timeout=30_000)


def test_a_save_after_the_session_has_ended_loses_nothing(story: Page):
    address = story.url
    story.route("**/autosave/", lambda route: route.abort())
    write(story, " Too late.")
    story.context.clear_cookies()
    story.get_by_role("button", name="Save without publishing").click()
    story.unroute("**/autosave/")

    story.goto(address)
    story.get_by_label("Username").fill("typist")
    story.get_by_label("Password").fill("tests only")
    story.get_by_role("button", name="Log in").click()
    expect(story.locator(".desk-lost")).to_contain_text("never arrived", timeout=30_000)
    story.get_by_role("button", name="Put them back").click()

    expect(story.locator(".tiptap.ProseMirror")).to_contain_text("Too late.", timeout=30_000)


def test_who_has_saved_is_offered_nothing(story: Page):
    address = story.url
    write(story, " Saved.")
    story.get_by_role("button", name="Save without publishing").click()
    open_form(story, address)

    expect(story.locator(".tiptap.ProseMirror")).to_contain_text("Saved.")
    expect(story.locator(".desk-lost")).to_be_hidden()
    expect(story.get_by_role("link", name="Take it up again")).to_have_count(0)
