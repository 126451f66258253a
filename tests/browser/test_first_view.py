"""What a phone loads before its reader can begin: an article of 900 words with 30 comments, 375 px wide, DPR 2."""

import pytest
from playwright.sync_api import Browser, Page, Response

from tests.browser.conftest import Site
from tests.browser.test_extremes import _SHIFTS
from tests.browser.test_pages import ARTICLE

pytestmark = pytest.mark.browser

# The comments, and what the worker has made by then: the picture's copies.
_PREPARE = """
from articles.models import Article
from comments.models import State
from newsroom.lib import renditions
from newsroom.lib.caching import renew_edition
from tests.factories import make_comment
article = Article.objects.get(slug="council-votes-on-the-clock")
for _number in range(30 - article.comments.filter(state=State.APPROVED).count()):
    make_comment(article)
photo = article.lead_photo
renditions.make_missing(photo.file.name, photo.plan())
photo.record()
renew_edition()
"""


def sizes(answers: list[Response]) -> dict[str, int]:
    """Bytes on the wire, headers aside, by kind of resource."""
    found: dict[str, int] = {}
    for answer in answers:
        kind = answer.request.resource_type
        found[kind] = found.get(kind, 0) + answer.request.sizes()["responseBodySize"]
    return found


@pytest.fixture
def phone(browser: Browser, lantern: Site):
    lantern.manage("shell", "--verbosity", "0", "-c", _PREPARE)
    screen = {"width": 375, "height": 800}
    context = browser.new_context(base_url=lantern.url, viewport=screen, device_scale_factor=2, is_mobile=True)
    yield context.new_page()
    context.close()


def test_the_first_view_is_small_still_and_all_our_own(phone: Page, lantern: Site):
    answers: list[Response] = []
    phone.on("response", lambda answer: answers.append(answer))

    phone.goto(ARTICLE)
    phone.wait_for_load_state("networkidle")

    loaded = sizes(answers)
    assert {answer.url for answer in answers if not answer.url.startswith((lantern.url, "data:"))} == set()
    assert phone.locator("[id^=comment-]").count() >= 30
    assert len(phone.locator(".prose").evaluate("it => it.textContent").split()) >= 800  # most is laid out later
    assert phone.locator(".lead-figure img").evaluate("it => it.naturalWidth") > 0
    assert {kind: loaded[kind] <= most for kind, most in LIMITS.items()} == dict.fromkeys(LIMITS, True)
    assert phone.evaluate(_SHIFTS) == 0


# The page with its comments; tests/articles/test_page.py has the 14 kB before them, byte by byte.
LIMITS = {"document": 20 * 1024, "stylesheet": 8 * 1024, "script": 2 * 1024, "image": 60 * 1024}
