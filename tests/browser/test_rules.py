"""What readers meet where comments are held first, paused, hidden, closed or too many; and the desk's page for it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import BASE, Site
from tests.nu import nu_errors

pytestmark = pytest.mark.browser

SHOTS = BASE / ".tools" / "shots"
SCREENS = {"phone, dark": (375, "dark"), "desk, light": (1280, "light")}
_PREPARE = """
from datetime import timedelta
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from articles.models import Article, Story
from categories.models import Category
from comments.models import DiscussionRules, ReaderComment
Article.objects.all().delete()
DiscussionRules.objects.all().delete()
world, _new = Category.objects.get_or_create(slug="world", defaults={"name": "world"})
for slug, columns in {
    "held": {"mode": "held"}, "paused": {"mode": "paused"}, "hidden": {"mode": "hidden"},
    "closed": {"close_after_days": 3}, "closing": {"close_after_days": 30},
}.items():
    article = Article()
    story = Story(headline=f"A quarrel, {slug}", slug=slug, body="<p>x</p>", category=world.pk)
    article.publish(article.save_draft(story, by=None), at=timezone.now() - timedelta(days=9))
    DiscussionRules.objects.create(article=article, **columns)
    ReaderComment(
        article=article, content_type=ContentType.objects.get_for_model(Article), object_pk=article.pk, site_id=1,
        state="approved", is_public=True, user_name="Ada Reader", user_email="ada@readers.example",
        comment="The first word.", submit_date=timezone.now(), parent_id=0,
    ).save()
User.objects.filter(username="switch").delete()
User.objects.create_superuser("switch", password="tests only")
"""


@pytest.fixture(scope="module")
def quarrels(site: Site) -> Site:
    site.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    site.standin.reset()
    return site


@pytest.fixture(params=SCREENS.values(), ids=SCREENS)
def reader(request: pytest.FixtureRequest, browser: Browser, quarrels: Site) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(base_url=quarrels.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.kind = f"{width}-{scheme}"  # type: ignore[attr-defined]
    yield page
    context.close()


def look(page: Page, name: str) -> list[str]:
    """What axe and the Nu checker find on the page as it stands, and whether it scrolls sideways."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"rules-{name}-{page.kind}.png", full_page=True)  # type: ignore[attr-defined]
    found = violations(page)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("it scrolls sideways")
    return found


def test_each_state_of_a_discussion(reader: Page):
    form, first_word = reader.get_by_role("button", name="Post Comment"), reader.get_by_text("The first word.")
    seen, found, sources = {}, [], []
    for state in ("held", "paused", "hidden", "closed", "closing"):
        reader.goto(f"/world/{state}/")
        seen[state] = form.count(), first_word.count()
        found += look(reader, state)
        sources.append(reader.content())

    assert seen == {"held": (1, 1), "paused": (0, 1), "hidden": (0, 0), "closed": (0, 1), "closing": (1, 1)}
    assert found + nu_errors(*sources) == []
    expect(reader.get_by_text("You can comment until")).to_be_visible()


@pytest.fixture
def brake(quarrels: Site) -> Iterator[Callable[[str], None]]:
    """The switch of the whole site; released afterwards."""

    def switch(mode: str) -> None:
        row = f"update_or_create(article=None, category=None, defaults={{'mode': '{mode}'}})"
        change = f"from comments.models import DiscussionRules; DiscussionRules.objects.{row}"
        quarrels.manage("shell", "--verbosity", "0", "-c", change)

    yield switch
    switch("open")


def test_a_discussion_that_is_paused_while_one_writes_gives_the_text_back(reader: Page, brake: Callable[[str], None]):
    reader.goto("/world/closing/")
    write_in(reader, "Bo", "A long thought.")
    brake("paused")
    reader.get_by_role("button", name="Post Comment").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("Comments are paused")
    expect(reader.get_by_label("Your text, to copy and keep")).to_have_value("A long thought.")
    assert look(reader, "refused") == []


def write_in(page: Page, name: str, text: str) -> None:
    page.locator("#id_name").fill(name)
    page.locator("#id_email").fill(f"{name.lower()}@readers.example")
    page.locator("#id_comment").fill(text)


def test_nobody_but_a_machine_meets_the_honeypot(reader: Page):
    reader.goto("/world/held/")
    field = reader.locator("input[name=honeypot]")
    box = field.locator("xpath=ancestor::div[@class='unused']").bounding_box()

    assert box
    assert (box["width"], box["height"]) == (1, 1)
    assert field.get_attribute("autocomplete") == "off"
    assert field.evaluate("it => it.closest('[style]')") is None
    assert "Leave this field empty" not in reader.locator("main").aria_snapshot()
    assert "honeypot" not in tab_stops(reader, "#id_name", 12)


def tab_stops(page: Page, start: str, count: int) -> list[str]:
    """The names of what the Tab key reaches from there."""
    page.locator(start).focus()
    stops = []
    for _stop in range(count):
        stops.append(page.evaluate("document.activeElement.name || document.activeElement.type || ''"))
        page.keyboard.press("Tab")
    assert {"name", "email", "url", "comment", "submit"} <= set(stops)
    return stops


def test_what_fills_in_the_honeypot_is_held_even_if_akismet_lets_it_pass(reader: Page, quarrels: Site):
    quarrels.standin.switch("ham")
    reader.goto("/world/closing/")
    write_in(reader, "Robot", f"Buy on {reader.kind}")  # type: ignore[attr-defined]
    reader.locator("input[name=honeypot]").evaluate("it => { it.value = 'https://pills.example/'; }")
    reader.get_by_role("button", name="Post Comment").click()

    expect(reader.get_by_role("heading", level=1)).to_have_text("An editor will read it first.")
    quarrels.standin.reset()
    reader.goto("/world/closing/")
    expect(reader.get_by_text("Buy on")).to_have_count(0)


@pytest.mark.usefixtures("brake")
def test_the_desk_s_switch_for_the_whole_site(reader: Page):
    reader.goto("/admin/login/")
    reader.get_by_label("Username").fill("switch")
    reader.get_by_label("Password").fill("tests only")
    reader.get_by_role("button", name="Log in").click()
    look(reader, "desk")
    reader.get_by_role("link", name="Hold, pause or hide all comments …").click()
    reader.get_by_label("Paused").check()
    look(reader, "switch")  # the rest of the page is stock admin
    assert violations(reader, ".desk-rules") == []
    reader.get_by_role("button", name="Save").click()
    expect(reader.get_by_role("alert")).to_contain_text("Comments on the whole site: paused.")
    reader.context.clear_cookies()

    reader.goto("/world/closing/")
    expect(reader.get_by_text("The editors have paused the comments on all articles.")).to_be_visible()
