"""The design at its edges: every width, both schemes, the longest and the shortest words, and right to left."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.conftest import Site, another_site
from tests.browser.test_pages import SHOTS, fetch
from tests.nu import nu_errors

pytestmark = pytest.mark.browser

PAGES = {
    "front": "/",
    "section": "/world/",
    "longest": "/world/longest/",
    "shortest": "/world/shortest/",
    "upright": "/world/upright/",
    "arabic": "/arabic/arabic/",
}
SCREENS = [(320, "light"), (375, "dark"), (768, "light"), (1280, "dark"), (1920, "light")]
_WIDER_THAN_THE_SCREEN = """() => {
    const width = document.documentElement.clientWidth;
    const sticksOut = (box) => box.width && (box.right > width + 1 || box.left < -1);
    const scrolls = (node) => node.closest("pre, .table, [tabindex='0'], .breadcrumb, .skip, [id$=honeypot]");
    const found = [...document.body.querySelectorAll("*")].filter(
        (node) => sticksOut(node.getBoundingClientRect()) && !scrolls(node));
    return found.map((node) => node.outerHTML.slice(0, 100));
}"""
_SHIFTS = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 300);
})"""


@pytest.fixture(scope="module", params=["en", "ar"])
def extremes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The newspaper of extremes, left to right and right to left."""
    language = request.param
    with another_site(tmp_path_factory.mktemp(f"extremes-{language}"), LANGUAGE_CODE=language) as site:
        site.manage("shell", "--command", "from tests.browser.extremes import print_it; print_it()")
        site.start()
        yield site


@pytest.fixture(params=SCREENS, ids=str)
def reader(request: pytest.FixtureRequest, browser: Browser, extremes: Site) -> Iterator[Page]:
    width, scheme = request.param
    context = browser.new_context(base_url=extremes.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.kind = f"{extremes.environment['LANGUAGE_CODE']}-{width}-{scheme}"  # type: ignore[attr-defined]
    yield page
    context.close()


def test_nothing_sticks_out_and_nothing_moves(reader: Page):
    SHOTS.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, path in PAGES.items():
        reader.goto(path)
        found[name] = (reader.evaluate(_WIDER_THAN_THE_SCREEN), reader.evaluate(_SHIFTS))
        reader.screenshot(path=SHOTS / f"extreme-{name}-{reader.kind}.png", full_page=True)  # type: ignore[attr-defined]

    assert found == {name: ([], 0) for name in PAGES}


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_at_the_edges(browser: Browser, extremes: Site, width: int, scheme: str):
    context = browser.new_context(base_url=extremes.url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    found = {}
    for name, path in PAGES.items():
        page.goto(path)
        found[name] = violations(page)
    context.close()

    assert found == {name: [] for name in PAGES}


def test_the_nu_checker_finds_no_error_at_the_edges(extremes: Site):
    assert nu_errors(*(fetch(extremes.local_url + path) for path in PAGES.values())) == []
