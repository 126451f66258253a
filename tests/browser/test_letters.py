"""Recommending, reporting, and letters from a real mail server, as a reader meets them."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Site
from tests.browser.test_journey import comment
from tests.browser.test_keyboard import enter, go_to
from tests.mailserver import MailServer
from tests.nu import nu_errors

pytestmark = pytest.mark.browser

PAGE = "/world/letters/"
_PREPARE = """
from articles.models import Article, Story
from authors.models import Author
from categories.models import Category
from comments.models import Mailbox
Article.objects.all().delete()
Mailbox.objects.all().delete()
category, _new = Category.objects.get_or_create(slug="world", defaults={"name": "world"})
article = Article()
story = Story(headline="Letters", slug="letters", body="<p>x</p>", category=category.pk)
article.publish(article.save_draft(story, by=None))
"""


@pytest.fixture
def post_office(site: Site, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    site.standin.reset()
    monkeypatch.setitem(site.environment, "EMAIL_URL", f"smtp://127.0.0.1:{free_port}")
    with MailServer(free_port) as server:
        yield server


@pytest.fixture(params=[True, False], ids=["JavaScript on", "JavaScript off"])
def with_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


class Readers:
    """Each with a browser of their own."""

    def __init__(self, browser: Browser, site: Site, with_script: bool) -> None:
        self._browser, self._site, self._with_script = browser, site, with_script
        self.contexts: list[BrowserContext] = []
        self.found: list[str] = []
        self.sources: list[str] = []

    def new(self) -> Page:
        number = len(self.contexts)
        context = self._browser.new_context(
            base_url=self._site.url, java_script_enabled=self._with_script, user_agent=f"Reader/{number}"
        )
        self.contexts.append(context)
        return context.new_page()

    def look(self, page: Page) -> None:
        """What axe finds on the page as it stands; its source is kept for the Nu checker."""
        if self._with_script:
            for scheme in ("dark", "light"):
                page.emulate_media(color_scheme=scheme)
                self.found += violations(page)
            self.sources.append(self.source_of(page))

    def source_of(self, page: Page, data: bytes | None = None) -> str:
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies(page.url))
        headers = {"Cookie": cookies, "User-Agent": page.evaluate("navigator.userAgent")}
        request = urllib.request.Request(page.url.replace(self._site.url, self._site.local_url), data, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:  # a page, too
            return f"<!-- {error.code} -->{error.read().decode()}"

    def problems(self) -> list[str]:
        return self.found + (nu_errors(*self.sources) if self.sources else [])


@pytest.fixture
def readers(browser: Browser, site: Site, with_script: bool) -> Iterator[Readers]:
    readers = Readers(browser, site, with_script)
    yield readers
    for context in readers.contexts:
        context.close()


def mail_of(post_office: MailServer, site: Site) -> tuple[str, str, str]:
    """Subject and text of the newest mail, after a round of the worker's; and the address in it that is acted on."""
    before = len(post_office.mails)
    site.manage("worker", "--once")
    assert len(post_office.mails) == before + 1
    mail = post_office.mails[-1]
    text = mail.get_body(("plain",)).get_content()
    return mail["Subject"], text, re.search(r"http\S+/comments/letters/\S+", text).group()


def test_in_and_out_by_mail(site: Site, post_office: MailServer, readers: Readers):
    ada, bo = readers.new(), readers.new()
    ada.goto(PAGE)
    ada.get_by_label("Write to me when somebody replies to my comment").check()
    readers.look(ada)
    comment(ada, "Ada Reader", "Who agrees?")
    expect(ada).to_have_url(re.compile("/comments/receipt/"))

    subject, _text, address = mail_of(post_office, site)
    assert subject.startswith("Do you want letters about comments from ")
    ada.goto(address)
    readers.look(ada)
    ada.get_by_label("At once, a letter for each comment").check()
    ada.get_by_role("button", name="Yes, write to me").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Your letters about comments")
    readers.look(ada)

    bo.goto(PAGE)
    bo.get_by_role("link", name="Reply to Ada Reader").click()
    bo.get_by_label("Name").fill("Bo Reader")
    bo.get_by_label("E-mail address").fill("bo@example.org")
    bo.get_by_label("Comment", exact=True).fill("I do.")
    bo.get_by_role("button", name="Post Reply").click()
    subject, text, address = mail_of(post_office, site)
    assert (subject, "I do." in text) == ("Bo Reader on “Letters”", True)

    ada.goto(re.search(r"http\S+/comments/\d+/", text).group())
    expect(ada.get_by_text("I do.")).to_be_visible()
    ada.goto(address)
    readers.look(ada)
    ada.get_by_role("button", name="No more letters about “Letters”").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("You get no letters from us.")
    readers.look(ada)

    assert (readers.problems(), [context.cookies() for context in readers.contexts]) == ([], [[], []])


def test_one_click_in_a_mail_program_ends_the_letters(site: Site, post_office: MailServer, readers: Readers):
    ada = readers.new()
    ada.goto(PAGE)
    ada.get_by_label("Write to me about all new comments on this article").check()
    comment(ada, "Ada Reader", "First.")
    ada.goto(mail_of(post_office, site)[2])
    ada.get_by_role("button", name="Yes, write to me").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Your letters about comments")
    bo = readers.new()
    bo.goto(PAGE)
    bo.get_by_label("Name").fill("Bo Reader")
    bo.get_by_label("E-mail address").fill("bo@example.org")
    bo.get_by_label("Comment", exact=True).fill("Second.")
    bo.get_by_role("button", name="Post Comment").click()
    mail_of(post_office, site)

    header = post_office.mails[-1]["List-Unsubscribe"].strip("<> ").replace(site.url, site.local_url)
    posted = urllib.request.Request(header, b"List-Unsubscribe=One-Click", {"Origin": "https://mail.example"})
    with urllib.request.urlopen(posted) as answer:
        status, cookie = answer.status, answer.headers["Set-Cookie"]

    assert (status, cookie) == (200, None)
    ada.goto(post_office.mails[-1]["List-Unsubscribe"].strip("<> "))
    expect(ada.get_by_role("heading", level=1)).to_have_text("You get no letters from us.")


def test_recommending_and_taking_it_back(site: Site, post_office: MailServer, readers: Readers):
    ada, bo = readers.new(), readers.new()
    ada.goto(PAGE)
    comment(ada, "Ada Reader", "Well put.")

    for page, count in ((ada, 1), (bo, 2), (bo, 2)):
        page.goto(PAGE)
        page.get_by_role("button", name="Recommend").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You recommend this comment.")
        readers.look(page)
        page.get_by_role("link", name="Back to the discussion").click()
        expect(page.get_by_role("button", name=f"Recommend {count}")).to_be_visible()
    bo.get_by_role("button", name="Recommend 2").click()
    bo.get_by_role("button", name="Take it back").click()
    expect(bo.get_by_role("heading", level=1)).to_have_text("Recommend this comment?")
    readers.look(bo)
    ada.goto(PAGE)

    expect(ada.get_by_role("button", name="Recommend 1")).to_be_visible()
    cookies = [(cookie["name"], cookie["path"], cookie["httpOnly"]) for cookie in bo.context.cookies()]
    assert (cookies, readers.problems()) == ([("reader", "/comments/marks/", True)], [])


def test_reporting_by_keyboard_until_the_moderators_have_it(site: Site, post_office: MailServer, readers: Readers):
    ada = readers.new()
    ada.goto(PAGE)
    comment(ada, "Ada Reader", "Disputed words.")

    for _reader in range(3):
        page = readers.new()
        page.goto(PAGE)
        expect(page.get_by_text("Disputed words.")).to_be_visible()
        page.get_by_role("link", name="Report", exact=True).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Report this comment to the moderators")
        readers.look(page)
        page.get_by_label("It insults or threatens somebody").press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("Look at it, please.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. The moderators have your report.")
        readers.look(page)

    ada.goto(PAGE)
    expect(ada.get_by_text("Disputed words.")).to_have_count(0)
    assert readers.problems() == []


def write_by_keyboard(page: Page, name: str, text: str, *boxes: str) -> None:
    for label, words in (("Name", name), ("E-mail address", f"{name[:2]}@example.org"), ("Comment", text)):
        go_to(page, label)
        page.keyboard.type(words)
    for box in boxes:
        go_to(page, box)
        page.keyboard.press("Space")
    enter(page, "Post")


def test_recommending_and_letters_by_keyboard_alone(site: Site, post_office: MailServer, readers: Readers):
    ada, bo = readers.new(), readers.new()
    ada.goto(PAGE)
    write_by_keyboard(ada, "Ada Reader", "Who agrees?", "Write to me when somebody replies")
    ada.goto(mail_of(post_office, site)[2])
    enter(ada, "Yes, write to me")
    expect(ada.get_by_role("heading", level=1)).to_have_text("Your letters about comments")

    bo.goto(PAGE)
    enter(bo, "Recommend")
    expect(bo.get_by_role("heading", level=1)).to_have_text("You recommend this comment.")
    enter(bo, "Back to the discussion")
    enter(bo, "Reply")
    write_by_keyboard(bo, "Bo Reader", "I do.")
    ada.goto(mail_of(post_office, site)[2])
    enter(ada, "No more letters about “Letters”")

    expect(ada.get_by_role("heading", level=1)).to_have_text("You get no letters from us.")


def test_a_report_without_a_reason_is_shown_again_with_its_words(site: Site, post_office: MailServer, readers: Readers):
    ada = readers.new()
    ada.goto(PAGE)
    comment(ada, "Ada Reader", "Disputed words.")
    ada.goto(PAGE)
    ada.get_by_role("link", name="Report", exact=True).click()
    ada.get_by_label("In your words").fill("Kept.")
    for choice in ada.get_by_role("radio").all():
        expect(choice).to_have_attribute("required", "")

    html = readers.source_of(ada, b"words=Kept.")

    assert ("<!-- 422 -->" in html, "Kept." in html, 'role="alert"' in html, nu_errors(html)) == (True, True, True, [])
