"""A real blocker in a real browser: the kit of ../shared/browser, without its driver.

The blocker is an extension built from AdGuard's rule sets: it refuses requests as uBlock Origin Lite does and
hides elements by a style sheet of the user's. Chromium sends every *.test name to this machine; on localhost
blockers hold back.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from tests.parts import require

CHROMIUM = shutil.which("/usr/lib/chromium/chromium") or shutil.which("chromium") or ""
KIT = settings.BASE_DIR.parent / "shared" / "browser"
TOOLS = settings.BASE_DIR / ".tools" / "browser-kit"
RULES = "@adguard/dnr-rulesets@3.3.20260320140136"
PATIENCE = 120  # seconds until the blocker has read its 81,000 rules


@contextmanager
def blocking(browser: Browser, extension: Path) -> Iterator[BrowserContext]:
    """Another Chromium, with the extension in it: usual contexts take none, hence the profile."""
    require(CHROMIUM, "there is no Chromium here that takes extensions")
    flags = ["--host-resolver-rules=MAP *.test 127.0.0.1", "--enable-unsafe-extension-debugging"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with tempfile.TemporaryDirectory(prefix="newsroom-profile-", ignore_cleanup_errors=True) as profile:
        context = browser.browser_type.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=flags, ignore_default_args=["--disable-extensions"]
        )
        assert context.browser
        context.browser.new_browser_cdp_session().send("Extensions.loadUnpacked", {"path": str(extension)})
        yield context
        context.close()


def allow_everything(context: BrowserContext, extension: Path) -> None:
    """Takes the blocker out, as a reader does who allows the site."""
    assert context.browser
    session = context.browser.new_browser_cdp_session()
    known = session.send("Extensions.loadUnpacked", {"path": str(extension)})
    session.send("Extensions.uninstall", {"id": known["id"]})


def wait_until_it_blocks(context: BrowserContext, address: str, *, scripts: bool, elements: bool) -> None:
    """Looks at a page that has no notice until the blocker does what it can."""
    end = time.monotonic() + PATIENCE
    while (found := _what_it_blocks(context, address)) != (scripts, elements):
        assert time.monotonic() < end, f"The blocker does not work (scripts, elements): {found}"


def _what_it_blocks(context: BrowserContext, address: str) -> tuple[bool, bool]:
    page = context.new_page()
    refused: list[str] = []
    page.on("requestfailed", lambda request: refused.append(request.failure or ""))
    page.goto(address)
    page.evaluate(
        """() => {
            const script = document.head.appendChild(document.createElement("script"));
            script.src = "/ads/show.js";
            document.body.insertAdjacentHTML("beforeend", "<div class=ad-slot>Buy</div>");
        }"""
    )
    page.wait_for_timeout(500)
    is_hidden = not page.locator(".ad-slot").is_visible()
    page.close()
    return "net::ERR_BLOCKED_BY_CLIENT" in refused, is_hidden


def make_blocker(folder: Path, *, scripts: bool = True, elements: bool = True) -> Path:
    """The extension, made in this folder; it may leave scripts or elements alone."""
    extension = folder / "blocker"
    shutil.copytree(_whole_blocker(), extension)
    if not scripts:
        manifest = json.loads((extension / "manifest.json").read_text())
        manifest["declarative_net_request"]["rule_resources"] = []
        (extension / "manifest.json").write_text(json.dumps(manifest))
    if not elements:
        (extension / "hide.css").write_text("")
    return extension


def _whole_blocker() -> Path:
    built = TOOLS / "mv3"
    if (built / "manifest.json").exists():
        return built
    require(KIT.is_dir(), f"there is no browser kit at {KIT}")
    require(shutil.which("node") and shutil.which("npm"), "node or npm is missing")
    TOOLS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TOOLS) as work:
        packed = subprocess.run(["npm", "pack", "--silent", RULES], cwd=work, capture_output=True, text=True)
        require(packed.returncode == 0, f"npm has no {RULES}: {packed.stderr[-200:]}")
        for program in (["tar", "xzf", packed.stdout.split()[-1]], ["node", KIT / "mk-mv3.mjs", "package", "mv3", "2"]):
            subprocess.run(program, cwd=work, check=True, capture_output=True)
        Path(work, "mv3").rename(built)
    return built
