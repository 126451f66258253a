"""Who speaks, as readers and staff meet it: badges, names that are the paper's, names that a browser keeps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.test_extremes import _SHIFTS
from tests.browser.test_journey import PASSWORD, sign_in

pytestmark = pytest.mark.browser

PAGE = "/world/speakers/"
BOX = "Remember me in this browser, and nowhere else"
_PREPARE = f"""
from django.contrib.auth.models import User
from articles.models import Article, Story
from authors.models import Author
from categories.models import Category
Article.objects.all().delete()
User.objects.filter(username="desk").exists() or User.objects.create_superuser("desk", password={PASSWORD!r})
User.objects.filter(username="desk").update(email="desk@news.test")
category, _new = Category.objects.get_or_create(slug="world", defaults={{"name": "world"}})
author, _new = Author.objects.get_or_create(slug="james-carter", defaults={{"name": "James Carter"}})
author.user = User.objects.get(username="desk")
author.save()
article = Article()
story = Story(headline="Speakers", slug="speakers", body="<p>x</p>", category=category.pk, bylines=(author.pk,))
article.publish(article.save_draft(story, by=None))
"""


@pytest.fixture(autouse=True)
def _article(site: Site) -> None:
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    site.standin.reset()


@pytest.fixture(params=[True, False], ids=["JavaScript on", "JavaScript off"])
def reader(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def send(page: Page, name: str, text: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail address").fill("reader@example.org")
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Post").click()


def problems(page: Page) -> list[str]:
    return violations(page)


def test_an_author_signs_in_and_speaks_with_a_badge_which_a_guest_cannot(reader: Page, page: Page, site: Site):
    sign_in(reader)
    reader.goto(PAGE)
    send(reader, "James Carter", "I wrote this.")
    expect(reader.get_by_text("I wrote this.")).to_be_visible()

    page.goto(PAGE)
    expect(page.locator("article.comment", has_text="I wrote this.")).to_contain_text("Author of this article")
    assert problems(page) == []
    send(page, "Jаmes Cаrter", "And so did I.")  # Cyrillic
    expect(page.locator("#id_name_error")).to_contain_text("This name belongs to the newsroom.")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("And so did I.")
    assert problems(page) == []
    page.get_by_role("link", name="Speakers").first.click()
    page.locator(".comment-name").get_by_role("link", name="James Carter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("James Carter")


def test_an_author_asks_for_letters_at_the_desk(reader: Page):
    sign_in(reader)
    reader.get_by_role("link", name="Your letters").click()
    reader.get_by_label("Once a day, all together").check()
    reader.get_by_role("button", name="Save").click()

    expect(reader.locator(".messagelist")).to_contain_text("Kept.")
    expect(reader.get_by_label("Once a day, all together")).to_be_checked()
    reader.get_by_label("None").check()
    reader.get_by_role("button", name="Save").click()
    expect(reader.get_by_label("None")).to_be_checked()


def test_a_browser_keeps_a_name_only_if_asked_and_forgets_it_again(page: Page):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(PAGE)
    send(page, "Ada Reader", "One.")
    expect(page.get_by_text("One.")).to_be_visible()
    page.goto(PAGE)
    expect(page.get_by_label("Name", exact=True)).to_have_value("")

    page.get_by_label(BOX).press("Space")  # by keyboard
    assert problems(page) == []
    send(page, "Ada Reader", "Two.")
    expect(page.get_by_text("Two.")).to_be_visible()
    page.goto(PAGE)
    page.get_by_role("link", name="Reply to Ada Reader").first.click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Reader")
    expect(page.get_by_label("E-mail address")).to_have_value("reader@example.org")
    expect(page.get_by_label(BOX)).to_be_checked()
    assert [page.evaluate("Object.keys(localStorage).filter((key) => key === 'writer')"), page.context.cookies()] == [
        ["writer"],
        [],
    ]

    page.get_by_label(BOX).uncheck()
    assert page.evaluate("localStorage.getItem('writer')") is None
    page.goto(PAGE)
    expect(page.get_by_label(BOX)).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    assert "memory" not in "".join(sent)  # the box itself is sent nowhere


def test_what_is_typed_on_a_page_that_comes_back_is_not_overwritten(page: Page):
    page.goto(PAGE)
    page.get_by_label(BOX).check()
    send(page, "Ada Reader", "One.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your comment")
    page.goto(PAGE)
    page.get_by_label("Name", exact=True).fill("Editor")
    page.get_by_label("Comment", exact=True).fill("Two.")
    page.get_by_role("button", name="Post").click()

    expect(page.locator("#id_name_error")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Editor")


def test_nothing_moves_when_the_box_appears(page: Page):
    page.goto(f"{PAGE}#leave-a-comment")
    expect(page.get_by_label(BOX)).to_be_visible()

    assert page.evaluate(_SHIFTS) == 0


def test_without_scripts_there_is_no_box_and_no_gap(browser: Browser, site: Site):
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(PAGE)

    label = page.locator("label[for=id_memory]")
    assert (label.count(), label.bounding_box()) == (1, None)
    context.close()


def test_a_browser_that_may_keep_nothing_shows_no_box(browser: Browser, site: Site):
    context = browser.new_context(base_url=site.url)
    context.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
    page = context.new_page()
    page.goto(PAGE)
    page.wait_for_load_state("load")

    expect(page.get_by_label(BOX)).to_be_hidden()
    send(page, "Ada Reader", "Posted all the same.")
    expect(page.get_by_text("Posted all the same.")).to_be_visible()
    context.close()
