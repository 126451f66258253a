"""Whom the notice finds, how soon, and whom it leaves alone: python -m bench.notice

Real blockers in real browsers (bench/notice.mjs) before the demo newspaper. Needs ../shared/browser, node and root
on Debian, and installs what is missing. The table goes to bench/results/notice.md.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
TOOLS = BASE / ".tools" / "browser-kit"
KIT = BASE.parent / "shared" / "browser"
PAGES = ["/", "/town/", "/town/council-votes-on-the-clock/"]
Load = dict[str, Any]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--shown", type=int, default=20, help="loads of each page with a blocker")
    words.add_argument("--silent", type=int, default=23, help="loads of each page in each condition without one")
    words.add_argument("--only", default="", help="conditions whose name contains this")
    words.add_argument("--at-once", type=int, default=6, help="pages open at the same time")
    words.add_argument("--output", type=Path, help="the table, as Markdown")
    given = words.parse_args()
    install_what_is_missing()
    began, loads = time.monotonic(), []
    with (TOOLS / "notice.jsonl").open("w", buffering=1) as log:  # whatever happens to the rest of the run
        for load in measure(given.shown, given.silent, given.only, given.at_once):
            log.write(json.dumps(load) + "\n")
            loads.append(load)
    table = as_table(loads, time.monotonic() - began)
    print(table)
    if given.output:
        given.output.write_text(table)
    sys.exit(not loads or bool(failures(loads)))


def install_what_is_missing() -> None:
    """The kit's own script, in a copy: it writes beside itself."""
    is_complete = (TOOLS / "node_modules" / "puppeteer-core").exists() and (TOOLS / "mv3" / "manifest.json").exists()
    if is_complete and shutil.which("firefox-esr") and Path("/usr/lib/chromium/chromium").exists():
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    for name in ("install.sh", "mk-mv3.mjs"):
        shutil.copy(KIT / name, TOOLS / name)
    subprocess.run(["sh", TOOLS / "install.sh"], check=True, stdout=subprocess.DEVNULL)


def measure(shown: int, silent: int, only: str = "", at_once: int = 6) -> Iterator[Load]:
    """Every load before the demo newspaper, as soon as it is done."""
    import django

    from tests import environment  # noqa: F401  # what Django reads when it starts

    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    django.setup()
    from tests.browser.conftest import demo_newspaper

    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as var, demo_newspaper(Path(var)) as site:
        yield from drive(site.url, shown, silent, only, at_once)


def drive(url: str, shown: int, silent: int, only: str = "", at_once: int = 6) -> Iterator[Load]:
    numbers = ["--shown", shown, "--silent", silent, "--at_once", at_once]
    command = ["node", BASE / "bench/notice.mjs", "--url", url, "--kit", TOOLS, "--pages", ",".join(PAGES), *numbers]
    with subprocess.Popen([*map(str, command), "--only", only], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        for line in driver.stdout:
            yield json.loads(line)
    if driver.returncode:
        raise RuntimeError("bench/notice.mjs failed")


def failures(loads: list[Load]) -> list[str]:
    """What the issue does not allow, in words."""
    found = [f"{load['name']} {load['page']}: {load['error']}" for load in loads if "error" in load]
    for (name, place, page), group in with_blocker(loads).items():
        times = [load["ms"] for load in group if load["shown"]]
        if len(times) < 0.95 * len(group) or statistics.median(times) > 1000:
            found.append(f"{name} {place}, {page}: {len(times)} of {len(group)} shown")
    found += [
        f"{load['name']} {load['page']}: accused, or without the notice's script"
        for load in loads
        if load["kind"] == "none" and (load.get("shown") or not load.get("is_there", True))
    ]
    return found


def with_blocker(loads: list[Load]) -> dict[tuple[str, str, str], list[Load]]:
    groups = defaultdict(list)
    for load in loads:
        if load["kind"] == "blocker":
            groups[load["name"], load["place"], load["page"]].append(load)
    return dict(groups)


def without_blocker(loads: list[Load]) -> dict[str, list[Load]]:
    groups = defaultdict(list)
    for load in loads:
        if load["kind"] == "none":
            groups[load["name"]].append(load)
    return dict(groups)


def as_table(loads: list[Load], seconds: float) -> str:
    lines = [
        "# The notice before real blockers, and without any",
        "",
        f"`python -m bench.notice`, {time.strftime('%Y-%m-%d')}, {seconds / 60:.0f} minutes.",
        f"{os.cpu_count()} processors ({processor()}), {platform.freedesktop_os_release()['PRETTY_NAME']}; "
        + ", ".join(sorted({load["version"] for load in loads}))
        + "; uBlock Origin from Debian, MV3 rules from AdGuard.",
        "The demo newspaper under gunicorn, SQLite, page cache in files; nothing cached in the browser.",
        "",
        "| blocker | tab | page | shown | median ms | slowest ms |",
        "|---|---|---|---|---|---|",
    ]
    for (name, place, page), group in with_blocker(loads).items():
        times = [load["ms"] for load in group if load["shown"]] or [0]
        shown = f"{sum(load['shown'] for load in group)} of {len(group)}"
        lines.append(f"| {name} | {place} | {page} | {shown} | {statistics.median(times):.0f} | {max(times)} |")
    lines += ["", "| no blocker | loads | notices |", "|---|---|---|"]
    groups = without_blocker(loads)
    for name, group in groups.items():
        lines.append(f"| {name} | {len(group)} | {sum(bool(load.get('shown')) for load in group)} |")
    every = [load for group in groups.values() for load in group]
    lines.append(f"| **together** | **{len(every)}** | **{sum(bool(load.get('shown')) for load in every)}** |")
    return "\n".join([*lines, "", *failures(loads), ""])


def processor() -> str:
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(": ")[2] if named else platform.machine()


if __name__ == "__main__":
    main()
