"""One story through the desk: pitched by a contributor, sent back, approved, published, changed, withdrawn."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests import postgres
from tests.browser.conftest import BASE, Site, another_site
from tests.browser.test_journey import choose
from tests.parts import require

pytestmark = pytest.mark.browser

SHOTS = BASE / ".tools" / "shots"
PASSWORD = "a password for tests"
NAMES = {"conrad": "Conrad Pitch", "edith": "Edith Desk", "mara": "Mara Chief"}
_PREPARE = f"""
from django.contrib.auth.models import Group, User
from articles.models import Article
from articles.roles import Role
from categories.models import Category
Article.objects.all().delete()
town, _ = Category.objects.get_or_create(slug="town", defaults={{"name": "Town"}})
roles = {{"conrad": Role.CONTRIBUTOR, "edith": Role.EDITOR, "mara": Role.MANAGING_EDITOR}}
for name, role in roles.items():
    first, last = {NAMES!r}[name].split()
    user, is_new = User.objects.get_or_create(username=name, first_name=first, last_name=last, is_staff=True)
    user.set_password({PASSWORD!r})
    user.save()
    user.groups.set([Group.objects.get(name=role)])
town.editors.set([User.objects.get(username="edith")])
"""


@dataclass
class Desk:
    """A colleague at the browser."""

    page: Page
    has_script: bool

    def open(self, path: str = "/admin/articles/article/") -> None:
        self.page.goto(path)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def buttons(self) -> list[str]:
        return self.page.locator(".desk-acts button").all_inner_texts()

    def publish(self, named: str, unnamed: str) -> None:
        """The button's name follows what is typed; without scripts it says what is always true."""
        self.press(named if self.has_script else unnamed)

    def says(self, text: str) -> None:
        expect(self.page.locator(".messagelist")).to_contain_text(text)

    def write(self, html: str) -> None:
        if not self.has_script:
            self.page.locator("#id_body").fill(html)
            return
        editor = self.page.locator(".ProseMirror[contenteditable]")
        editor.click()
        self.page.keyboard.press("Control+A")
        editor.evaluate(
            """(element, html) => {
                const data = new DataTransfer(); data.setData("text/html", html);
                const paste = {clipboardData: data, bubbles: true, cancelable: true};
                element.dispatchEvent(new ClipboardEvent("paste", paste));
            }""",
            html,
        )

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"desk-{name}{'' if self.has_script else '-plain'}.png", full_page=True)


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A paper of its own, on each database."""
    with ExitStack() as ends:
        database = ends.enter_context(scratch_postgres()) if request.param == "PostgreSQL" else ""
        environment = {"DATABASE_URL": database} if database else {}
        paper = ends.enter_context(another_site(tmp_path_factory.mktemp("desk"), **environment))
        paper.start()
        yield paper


@contextmanager
def scratch_postgres() -> Iterator[str]:
    try:
        binaries = postgres.find_binaries()
    except postgres.NoPostgresError as reason:
        require(None, str(reason))
    with postgres.cluster(binaries) as address:
        yield address


@pytest.mark.parametrize("has_script", [True, False], ids=["JavaScript on", "JavaScript off"])
def test_a_story_goes_over_the_desk(site: Site, browser: Browser, page: Page, has_script: bool):
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    contexts = {name: browser.new_context(base_url=site.url, java_script_enabled=has_script) for name in NAMES}
    writer, editor, chief = (sign_in(Desk(context.new_page(), has_script), name) for name, context in contexts.items())

    story = pitch(writer)
    send_back(editor, story)
    mend(writer, story)
    approve(editor, story)
    press_enter(editor, story)
    publish_against_the_checklist(editor, chief, story)
    expect_readers_see(page, "The clock is late")

    change_later_and_now(editor, story)
    expect_readers_see(page, "The clock is right")
    correct(editor, story)
    expect_readers_see(page, "The clock is right")
    expect(page.get_by_text("It is two hours late, not one.")).to_be_visible()
    page.goto("/corrections/")
    expect(page.get_by_text("It is two hours late, not one.")).to_be_visible()

    withdraw(chief, story)
    page.goto("/town/the-clock/")
    expect(page.get_by_text("It was never late.")).to_be_visible()
    for context in contexts.values():
        context.close()


def sign_in(desk: Desk, name: str) -> Desk:
    desk.open("/admin/")
    desk.page.get_by_label("Username").fill(name)
    desk.page.get_by_label("Password").fill(PASSWORD)
    desk.press("Log in")
    return desk


def pitch(writer: Desk) -> str:
    """Returns the address of the story's form."""
    writer.open("/admin/articles/article/add/")
    assert writer.buttons() == ["Submit for review", "Save the draft"]
    page = writer.page
    page.locator("#id_headline").fill("The clock is late")
    page.locator("#id_headline").blur()
    page.locator("#id_slug").fill("the-clock")
    writer.write("<p>The town clock is an hour late. Nobody minds.</p>")
    choose(page, "#id_category", "Town", writer.has_script)
    choose(page, "#id_reviewer", NAMES["edith"], writer.has_script)
    writer.press("Submit for review")
    writer.says("It is in review.")
    writer.shot("submitted")
    return page.url.removeprefix(re.match(r"https?://[^/]+", page.url).group())


def send_back(editor: Desk, story: str) -> None:
    editor.open()
    row = editor.page.locator("#result_list tr", has_text="The clock is late")
    expect(row).to_contain_text("In review")
    row.get_by_role("link", name="The clock is late").click()
    if editor.has_script:
        expect(editor.page.get_by_role("button", name="Publish now")).to_be_visible()
    assert editor.buttons()[:2] == ["Approve", "Send back to the writer"]
    editor.open(story.replace("/change/", "/notes/"))
    editor.page.get_by_label("Passage").fill("Nobody minds.")
    editor.page.locator("#id_words").fill("Did you ask?")
    editor.press("Add the note")
    expect(editor.page.locator(".desk-notes")).to_contain_text("Did you ask?")
    editor.shot("notes")
    editor.open(story)
    editor.page.get_by_label("What the writer is to change").fill("Ask the baker, too.")
    editor.press("Send back to the writer")
    editor.says("Sent back to the writer, with your reason.")


def mend(writer: Desk, story: str) -> None:
    writer.open(story)
    beside = writer.page.get_by_role("complementary", name="Where it stands")
    for words in ("Ask the baker, too.", "Nobody minds.", "Did you ask?"):
        expect(beside).to_contain_text(words)
    writer.shot("sent-back")
    writer.write("<p>The town clock is an hour late. The baker minds.</p>")
    writer.press("Submit for review")
    writer.says("It is in review.")
    expect(beside).to_contain_text("This passage does not stand in the text any more.")
    expect(beside).not_to_contain_text("Sent back, to be changed")


def approve(editor: Desk, story: str) -> None:
    editor.open(story)
    editor.press("Approve")
    editor.says("Approved. Readers see no change until it is published.")
    expect(editor.page.locator(".desk-beside .desk-public")).to_contain_text("Approved")


def press_enter(editor: Desk, story: str) -> None:
    """In a field it presses the form's first button: one that saves, whatever the desk's first one is."""
    editor.open(story)
    editor.page.locator("#id_kicker").press("Enter")
    editor.says("Saved. Readers see no change until you publish it.")


def publish_against_the_checklist(editor: Desk, chief: Desk, story: str) -> None:
    editor.open(story)
    editor.publish("Publish now", "Publish at the time below")
    expect(editor.page.locator(".errornote")).to_be_visible()
    expect(editor.page.locator(".desk-checklist")).to_contain_text("To do: It needs a byline")
    expect(editor.page.get_by_role("button", name="Publish now", exact=True)).to_be_visible()  # named by the server
    assert editor.page.get_by_label("Publish against the checklist").count() == 0
    editor.shot("checklist")

    chief.open(story)
    chief.page.get_by_label("Publish against the checklist, because").fill("Everybody knows who wrote it")
    chief.publish("Publish now", "Publish at the time below")
    chief.says("Readers see it at /town/the-clock/")
    expect(chief.page.get_by_role("complementary")).to_contain_text("Everybody knows who wrote it")


def change_later_and_now(editor: Desk, story: str) -> None:
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    editor.open(story)
    editor.page.locator("#id_headline").fill("The clock is right")
    editor.page.locator("#id_agency").fill("Tidewick Wire")
    editor.page.locator("#id_publish_at_0").fill(f"{tomorrow:%Y-%m-%d}")
    editor.page.locator("#id_publish_at_1").fill("09:00")
    name = f"Schedule the change for 09:00 {tomorrow.replace(hour=9):%Z}, {tomorrow.day} {tomorrow:%B}"
    name += "" if tomorrow.year == timezone.localtime().year else f" {tomorrow.year}"
    editor.publish(name, "Publish the change at the time below")
    editor.says("A change waits until")
    editor.page.locator("#id_publish_at_0").fill("")
    editor.page.locator("#id_publish_at_1").fill("")
    editor.publish("Publish the change now", "Publish the change at the time below")
    editor.says("Readers see it at /town/the-clock/")
    editor.shot("published")


def correct(editor: Desk, story: str) -> None:
    """What readers have read is not changed without a word for it."""
    editor.open(story)
    editor.write("<p>The town clock is two hours late. The baker minds.</p>")
    editor.publish("Publish the change now", "Publish the change at the time below")
    expect(editor.page.locator(".errorlist")).to_contain_text("say what the change is")
    editor.page.get_by_label("What the change is").select_option(value="correction")
    editor.page.get_by_label("Said to readers").fill("It is two hours late, not one.")
    editor.publish("Publish the change now", "Publish the change now")
    editor.says("Readers see it at /town/the-clock/")
    editor.shot("corrected")


def withdraw(chief: Desk, story: str) -> None:
    chief.open(story)
    chief.page.get_by_role("link", name="Withdraw …").click()
    chief.page.get_by_label("Note for readers").fill("It was never late.")
    chief.shot("withdraw")
    chief.press("Withdraw it now")
    chief.says("It is withdrawn.")
    expect(chief.page.locator(".desk-beside .desk-public")).to_contain_text("Withdrawn")


def expect_readers_see(page: Page, headline: str) -> None:
    page.goto("/town/the-clock/")
    expect(page.get_by_role("heading", level=1)).to_have_text(headline)
