"""Pictures at the desk in a real browser: uploaded, put in focus by a click, chosen for a body."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.factories import picture_file

pytestmark = pytest.mark.browser

MAKE_EDITOR = """
from django.contrib.auth.models import User
User.objects.filter(username="picture-editor").exists() or User.objects.create_superuser(
    "picture-editor", password="tests only")
"""


@pytest.fixture
def desk(browser: Browser, site: Site):
    site.manage("shell", "--no-imports", "-c", MAKE_EDITOR)
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill("picture-editor")
    page.get_by_label("Password").fill("tests only")
    page.get_by_role("button", name="Log in").click()
    yield page
    context.close()


def upload(desk: Page, **words: str) -> None:
    desk.goto("/admin/articles/photo/add/")
    file = {"name": "pier.png", "mimeType": "image/png", "buffer": picture_file(size=(600, 300)).read()}
    desk.get_by_label("File").set_input_files(files=[file])  # type: ignore[list-item]
    for label, text in words.items():
        desk.get_by_label(label.capitalize()).fill(text)
    desk.get_by_role("button", name="Save", exact=True).click()


def test_a_click_on_the_picture_sets_its_focal_point(desk: Page):
    upload(desk)
    picture = desk.locator(".desk-focus img")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box

    picture.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.9})

    expect(desk.get_by_label("From the left")).to_have_value("20")
    expect(desk.get_by_label("From the top")).to_have_value("90")
    mark = desk.locator(".desk-focus i").bounding_box()
    assert mark
    assert abs(mark["x"] + mark["width"] / 2 - box["x"] - box["width"] * 0.2) < 2
    assert abs(mark["y"] + mark["height"] / 2 - box["y"] - box["height"] * 0.9) < 2


def test_a_stored_photo_is_chosen_for_a_body(desk: Page):
    upload(desk, caption="The pier at dawn", credit="Ada Lens")
    key = desk.url.rstrip("/").split("/")[-2]
    desk.get_by_label("Alternative text").fill("A long pier")
    desk.get_by_role("button", name="Save", exact=True).click()
    desk.goto("/admin/articles/article/add/")
    desk.locator(".ProseMirror[contenteditable]").click()
    desk.get_by_title("figure", exact=True).click()

    with desk.expect_popup() as opened:
        desk.get_by_role("button", name="Browse").click()
    opened.value.get_by_label("Words").fill("dawn")
    opened.value.get_by_label("Words").press("Enter")
    opened.value.get_by_role("button", name="A long pier").first.click()
    desk.get_by_role("button", name="Insert", exact=True).click()

    figure = desk.locator(".ProseMirror figure")
    expect(figure.locator("figcaption")).to_have_text("The pier at dawn — Ada Lens")
    body = desk.locator("textarea[name=body]").input_value()
    assert f'data-file="{key}"' in body
    assert 'alt="A long pier"' in body
    assert opened.value.is_closed()
