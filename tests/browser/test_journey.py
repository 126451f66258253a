"""The whole main job in a real browser: an editor publishes, a reader reads and comments, Akismet judges."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import BASE, Site
from tests.parts import require

pytestmark = pytest.mark.browser

SEED = BASE.parent / "shared" / "seed"
PASSWORD = "a password for tests"

_PREPARE = f"""
from django.contrib.auth.models import User
from authors.models import Author
from categories.models import Category
from articles.models import Article
Article.objects.all().delete()
User.objects.filter(username="desk").exists() or User.objects.create_superuser("desk", password={PASSWORD!r})
Category.objects.update_or_create(slug="world", defaults={{"name": "world"}})
Author.objects.update_or_create(
    slug="james-carter", defaults={{"name": "James Carter", "job_title": "Senior News Editor"}}
)
"""


@dataclass
class Reference:
    """The reference page: the text of a published article with everything around it."""

    headline: str
    blocks: list[tuple[str, str]]  # (h2 or p, text)

    @property
    def html(self) -> str:
        return "".join(f"<{tag}>{text}</{tag}>" for tag, text in self.blocks)


@pytest.fixture(scope="module")
def reference() -> Reference:
    files = sorted(SEED.glob("*.txt")) if SEED.is_dir() else []
    require(files, "../shared/seed, the reference page, is not beside this project")
    lines = [line.strip() for line in Path(files[0]).read_text().splitlines() if line.strip()]
    start = next(n for n, line in enumerate(lines) if line.startswith("by James Carter")) + 1
    body = lines[start : lines.index("You may also like")]
    blocks = [("p" if re.search(r"[.?!]”?$|https?://", line) else "h2", line) for line in body]
    assert sum(tag == "h2" for tag, _text in blocks) >= 4
    return Reference(headline=lines[1], blocks=blocks)


def sign_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("desk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def choose(page: Page, selector: str, label: str, with_script: bool) -> None:
    """One entry of an autocomplete field, by typing; or of the plain list that stands there without scripts."""
    if not with_script:
        page.locator(selector).select_option(label=label)
        return
    page.locator(f"{selector} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").last.fill(label)
    page.locator(".select2-results__option", has_text=label).first.click()


def write_body(page: Page, html: str, with_script: bool) -> None:
    if not with_script:
        page.locator("#id_body").fill(html)
        return
    editor = page.locator(".ProseMirror[contenteditable]")
    editor.click()
    editor.evaluate(  # as pasting from a text processor does
        """(element, html) => {
            const data = new DataTransfer(); data.setData("text/html", html);
            element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def publish(page: Page, reference: Reference, with_script: bool) -> None:
    sign_in(page)
    page.goto("/admin/articles/article/add/")
    page.locator("#id_headline").fill(reference.headline)
    page.locator("#id_headline").blur()  # the address is made from it now, and replaced next
    page.locator("#id_slug").fill("peace-talks")
    write_body(page, reference.html, with_script)
    choose(page, "#id_bylines", "James Carter", with_script)
    choose(page, "#id_category", "world", with_script)
    named = "Publish now" if with_script else "Publish at the time below"
    page.get_by_role("button", name=named, exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Readers see it at /world/peace-talks/")


def comment(page: Page, name: str, text: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill("reader@example.org")
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name=re.compile("Post|Send|Reply")).click()


@pytest.mark.parametrize("with_script", [True, False], ids=["JavaScript on", "JavaScript off"])
def test_from_the_editors_desk_to_the_readers_reply(
    site: Site, browser: Browser, reference: Reference, with_script: bool
):
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    site.standin.reset()
    desk = browser.new_context(base_url=site.url, java_script_enabled=with_script)
    publish(desk.new_page(), reference, with_script)
    desk.close()

    context = browser.new_context(base_url=site.url, java_script_enabled=with_script)
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda request: request.url.startswith((site.url, "data:")) or foreign.append(request.url))
    page.goto("/world/peace-talks/")
    headline = reference.headline

    crumbs = " ".join(page.get_by_role("navigation", name="Breadcrumb").inner_text().split())
    assert crumbs == f"Home » world » {headline}"
    assert [h1.inner_text() for h1 in page.locator("h1").all()] == [headline]
    byline = page.locator("a", has_text="James Carter").first
    expect(byline).to_have_attribute("href", "/authors/james-carter/")
    assert re.search(r"by\s+James Carter\s*,?\s*Senior News Editor", page.locator("main").inner_text())
    expect(page.locator("main time").first).to_have_attribute("datetime", re.compile(r"^20\d\d-"))
    for tag, text in reference.blocks:
        expect(page.locator(f"main {tag}", has_text=text).first).to_be_visible()
    outside = page.locator("main a[rel=noopener]", has_text="https://www.cfr.org/ukraine")
    expect(outside).to_have_attribute("href", "https://www.cfr.org/ukraine")
    expect(page.get_by_role("heading", name="Leave a Comment")).to_be_visible()
    main_text = page.locator("main").inner_text()
    assert "This site uses Akismet to reduce spam. Learn how your comment data is processed." in main_text

    comment(page, "Ada Reader", "A thoughtful piece.")
    expect(page).to_have_url(re.compile(r"/comments/receipt/"))
    page.get_by_role("link", name="Read it in its place").click()
    expect(page).to_have_url(re.compile(r"/world/peace-talks/#comment-\d+$"))
    expect(page.get_by_text("A thoughtful piece.")).to_be_visible()

    page.get_by_role("link", name=re.compile("Reply")).first.click()
    comment(page, "Bo Reader", "I agree with Ada.")
    page.get_by_role("link", name="Read it in its place").click()
    expect(page.get_by_text("I agree with Ada.")).to_be_visible()
    assert page.locator(".replies article", has_text="I agree with Ada.").count() == 1

    comment(page, "akismet-guaranteed-spam", "Cheap watches.")
    expect(page).to_have_url(re.compile(r"/comments/receipt/"))
    page.goto("/world/peace-talks/")
    expect(page.get_by_text("Cheap watches.")).to_have_count(0)
    expect(page.get_by_text("I agree with Ada.")).to_be_visible()

    page.get_by_role("link", name="Learn how your comment data is processed").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert len([call for call in site.standin.calls if call.endpoint == "comment-check"]) == 3
    assert foreign == []
    assert context.cookies() == []
    context.close()


def test_you_may_also_like_shows_other_stories(site: Site, page: Page, reference: Reference):
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE + _OTHERS)

    page.goto("/world/story-0/")

    section = page.locator("section, aside, nav", has=page.get_by_role("heading", name="You may also like")).last
    links = section.locator("h3 a")
    assert sorted(link.inner_text() for link in links.all()) == [f"Story {n}" for n in range(1, 5)]


_OTHERS = """
from django.utils import timezone
from articles.models import Story
for n in range(6):
    article = Article()
    story = Story(headline=f"Story {n}", slug=f"story-{n}", body="<p>x</p>",
                  category=Category.objects.get().pk, bylines=(Author.objects.get().pk,))
    revision = article.save_draft(story, by=None)
    if n < 5:
        article.publish(revision)
"""
