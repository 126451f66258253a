"""The receipt as its writer meets it: post, edit, delete, appeal; by keyboard alone, with scripts and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import BASE, Site
from tests.browser.test_keyboard import enter, go_to, press_enter
from tests.nu import nu_errors

pytestmark = pytest.mark.browser

SHOTS = BASE / ".tools" / "shots"
PAGE = "/world/receipts/"
_PREPARE = """
from articles.models import Article, Story
from categories.models import Category
Article.objects.all().delete()
category, _new = Category.objects.get_or_create(slug="world", defaults={"name": "world"})
article = Article()
story = Story(headline="Receipts", slug="receipts", body="<p>x</p>", category=category.pk)
article.publish(article.save_draft(story, by=None))
"""
# One comment in each state that a receipt can show, and the addresses of their receipts.
_STATES = (
    _PREPARE
    + """
from django.contrib.auth.models import User
from comments.models import Appeal, State
from comments.receipts import token_of, withdraw
from tests.factories import make_comment
moderator, _new = User.objects.get_or_create(username="moderator")
parent = make_comment(article, comment="What everybody can read.", user_name="Bo Reader")
shown = {}
for state in State:
    if state != State.REMOVED:
        shown[str(state)] = make_comment(article, state, parent=parent, verdict="" if state == "unchecked" else "spam")
shown["removed"] = make_comment(article, verdict="ham")
shown["removed"].move(State.REMOVED, expected=State.APPROVED, by=moderator, refusal="insult")
shown["turned-down"] = make_comment(article, State.SPAM, verdict="spam")
Appeal.objects.create(comment=shown["turned-down"], words="It is none.", answered_at=article.published_at)
shown["appealed"] = make_comment(article, State.HELD, verdict="spam")
Appeal.objects.create(comment=shown["appealed"], words="It is none. " * 30)
shown["deleted"] = make_comment(article)
withdraw(shown["deleted"])
print("SHOWN", *(f"{name}={token_of(comment)}" for name, comment in shown.items()))
"""
)
STATES = [
    "unchecked", "provisional", "held", "approved", "spam", "blatant", "removed", "turned-down", "appealed", "deleted",
]  # fmt: skip


@pytest.fixture
def writer(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    site.standin.reset()
    context = browser.new_context(base_url=site.url, java_script_enabled=request.param)
    page = context.new_page()
    yield page
    assert context.cookies() == []
    context.close()


with_and_without_scripts = pytest.mark.parametrize(
    "writer", [True, False], indirect=True, ids=["JavaScript on", "JavaScript off"]
)


def heading(page: Page):
    return expect(page.get_by_role("heading", level=1))


def post(page: Page, name: str, text: str) -> None:
    page.goto(PAGE)
    page.get_by_label("Name").fill(name)
    page.get_by_label("E-mail address").fill("reader@example.org")
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Post Comment").click()


@with_and_without_scripts
def test_posting_editing_deleting(site: Site, writer: Page):
    post(writer, "Ada Reader", "The frist words.")
    heading(writer).to_have_text("Your comment is published.")
    receipt = writer.url

    writer.get_by_role("link", name="Change it").click()
    expect(writer.get_by_label("Comment", exact=True)).to_have_value("The frist words.")
    writer.get_by_label("Comment", exact=True).fill("The first words.")
    writer.get_by_role("button", name="Send the new words").click()
    heading(writer).to_have_text("Your comment is published.")
    expect(writer).to_have_url(receipt)
    writer.get_by_role("link", name="Read it in its place").click()
    expect(writer.get_by_text("The first words.")).to_be_visible()
    expect(writer.get_by_text("The frist words.")).to_have_count(0)

    writer.goto(receipt)
    writer.get_by_role("link", name="Delete it").click()
    writer.get_by_role("button", name="Delete it").click()
    heading(writer).to_have_text("You have deleted your comment.")
    writer.goto(PAGE)
    expect(writer.get_by_text("The first words.")).to_have_count(0)
    assert [call.fields.get("recheck_reason") for call in site.standin.calls] == [None, "edit"]


@with_and_without_scripts
def test_a_waiting_comment_in_its_place_and_an_appeal(site: Site, writer: Page):
    post(writer, "Bo Reader", "What everybody can read.")
    site.standin.switch("status", "500", times=1)
    post(writer, "Ada Reader", "What I alone can read.")
    heading(writer).to_have_text("Your comment is being checked.")
    expect(writer.locator(".thread")).to_contain_text("What everybody can read.")
    own = writer.locator(".thread article", has_text="What I alone can read.")
    expect(own).to_contain_text("Only you can see this", ignore_case=True)
    writer.goto(PAGE)
    expect(writer.get_by_text("What I alone can read.")).to_have_count(0)

    post(writer, "akismet-guaranteed-spam", "No spam at all.")
    heading(writer).to_have_text("Our spam filter holds it back.")
    writer.get_by_role("link", name="Appeal to the editors").click()
    writer.get_by_label("Why should it be published?").fill("It is my name.")
    writer.get_by_role("button", name="Send the appeal").click()
    heading(writer).to_have_text("An editor will read it first.")
    expect(writer.get_by_text("It is my name.")).to_be_visible()
    expect(writer.get_by_role("link", name="Appeal to the editors")).to_have_count(0)


@pytest.mark.parametrize("writer", [True], indirect=True)
def test_by_keyboard_alone(writer: Page):
    writer.goto(PAGE)
    for label, text in (
        ("Name", "akismet-guaranteed-spam"),
        ("E-mail address", "ada@example.org"),
        ("Comment", "Ways."),
    ):
        go_to(writer, label)
        writer.keyboard.insert_text(text)
    enter(writer, "Post Comment")
    heading(writer).to_have_text("Our spam filter holds it back.")
    enter(writer, "Appeal to the editors")
    go_to(writer, "Why should it be published?")
    writer.keyboard.insert_text("It is my name.")
    enter(writer, "Send the appeal")
    heading(writer).to_have_text("An editor will read it first.")
    enter(writer, "Delete it")
    go_to(writer, "Delete it")
    press_enter(writer)
    heading(writer).to_have_text("You have deleted your comment.")


@pytest.fixture
def receipts(site: Site) -> dict[str, str]:
    """Names of states, and the addresses of their receipts."""
    printed = site.manage("shell", "--verbosity", "0", "-c", _STATES).partition("SHOWN ")[2].split()
    return {name: f"/comments/receipt/{token}/" for name, token in (pair.split("=") for pair in printed)}


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")], ids=["phone, dark", "desk, light"])
def test_axe_and_nu_find_nothing_on_a_receipt_in_any_state(
    browser: Browser, site: Site, receipts: dict[str, str], width: int, scheme: str
):
    context = browser.new_context(base_url=site.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, found, sources = context.new_page(), [], []

    def look(name: str) -> None:
        page.screenshot(path=SHOTS / f"receipt-{name}-{width}-{scheme}.png", full_page=True)
        found.extend((name, violation) for violation in violations(page))
        sources.append(page.content())

    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, address in receipts.items():
        page.goto(address)
        look(name)
    for name, address in (
        ("edit", f"{receipts['approved']}edit/"),
        ("delete", f"{receipts['approved']}delete/"),
        ("appeal", f"{receipts['spam']}appeal/"),
        ("closed", f"{receipts['appealed']}edit/"),
    ):
        page.goto(address)
        look(name)
    for name, label, button in (("edit", "Comment", "Send the new words"), ("appeal", "Why", "Send the appeal")):
        page.goto(f"{receipts['approved' if name == 'edit' else 'spam']}{name}/")
        page.get_by_label(label).fill("")
        page.locator("form.comment-form").evaluate("form => { form.noValidate = true }")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("alert")).to_be_visible()
        look(f"{name}-errors")
    context.close()

    assert (list(receipts), found) == (STATES, [])
    assert nu_errors(*sources) == []
