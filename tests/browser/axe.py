"""What axe finds on a page as it stands: WCAG 2.2 AA, with the size of targets, which it leaves out by itself."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_SETTLED = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"
_WCAG_22 = {"rules": {"target-size": {"enabled": True}}}


def violations(page: Page, part: str | None = None) -> list[str]:
    """Each with the element at fault. part: a selector; the whole page otherwise."""
    page.evaluate(_SETTLED)  # of a colour that is still on its way to another axe would judge what nobody reads
    found = Axe().run(page, part, options=_WCAG_22).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}" for rule in found for node in rule["nodes"]]


def broken_rules(page: Page) -> set[str]:
    return {line.partition(":")[0] for line in violations(page)}
