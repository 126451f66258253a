"""What Lighthouse 12 says of the demo newspaper: python -m bench.lighthouse [--output bench/results/lighthouse.md]

Front page, category and article, as a phone and as a desktop: medians of five runs, as Lighthouse's own guide to its
variability advises (docs/variability.md). Needs node and Debian's Chromium; Lighthouse comes from npm into .tools/.
Ends with 1 if a score is below 100.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
TOOLS = BASE / ".tools" / "lighthouse"
PAGES = {"front page": "/", "category": "/town/", "article": "/town/council-votes-on-the-clock/"}
SUBJECTS = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"
Scores = dict[str, int]  # by subject
Found = dict[tuple[str, str], list[Scores]]  # by page and device, of each run


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=5)
    words.add_argument("--output", type=Path, help="the table, as Markdown")
    given = words.parse_args()
    install()
    found = measure(given.runs)
    table = as_table(found)
    print(table)
    if given.output:
        given.output.write_text(table)
    sys.exit(any(median(runs, subject) < 100 for runs in found.values() for subject in SUBJECTS))


def install() -> None:
    if (TOOLS / "node_modules/.bin/lighthouse").exists():
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    (TOOLS / "package.json").write_text("{}")
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "lighthouse@12"]
    subprocess.run(command, cwd=TOOLS, check=True, stdout=subprocess.DEVNULL)


def measure(runs: int) -> Found:
    """By page and device, the scores of each run."""
    import django

    from tests import environment  # noqa: F401  # what Django reads when it starts

    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    django.setup()
    from tests.browser.conftest import demo_newspaper

    found = {}
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as var, demo_newspaper(Path(var)) as site:
        # Lighthouse asks that the canonical address is on the host it looks at.
        site.stop()
        site.environment["SITE_URL"] = site.local_url
        site.manage("shell", "-c", "from articles import renditions\nwhile renditions.make_due(): pass")  # the worker's
        site.start()
        for name, path in PAGES.items():
            for device in ("phone", "desktop"):
                found[name, device] = [one_run(site.local_url + path, device, Path(var)) for _run in range(runs)]
    return found


def one_run(address: str, device: str, folder: Path) -> Scores:
    report = folder / "report.json"
    options = [] if device == "phone" else ["--preset=desktop"]
    command = [TOOLS / "node_modules/.bin/lighthouse", address, "--quiet", "--output=json", f"--output-path={report}"]
    environment = os.environ | {"CHROME_PATH": "/usr/lib/chromium/chromium"}
    flags = [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(SUBJECTS)}"]
    for _attempt in range(3):  # Chromium's trace is at times without a beginning (NO_NAVSTART)
        done = subprocess.run([*command, *options, *flags], env=environment)
        if done.returncode == 0:
            break
    done.check_returncode()
    told = json.loads(report.read_text())
    scores = {subject: round(100 * told["categories"][subject]["score"]) for subject in SUBJECTS}
    for subject, score in scores.items():
        if score < 100:
            print(f"{address} ({device}), {subject}: {', '.join(below(told, subject))}", file=sys.stderr)
    return scores


def below(told: dict, subject: str) -> list[str]:
    """The audits that cost points."""
    weighed = (ref["id"] for ref in told["categories"][subject]["auditRefs"] if ref["weight"])
    return [f"{name} {told['audits'][name]['score']}" for name in weighed if (told["audits"][name]["score"] or 0) < 1]


def median(runs: list[Scores], subject: str) -> int:
    return statistics.median_low(run[subject] for run in runs)


def as_table(found: Found) -> str:
    what = "`python -m bench.lighthouse`: the median of the runs, of 100; in brackets all of them, if they differ."
    lines = ["# What Lighthouse 12 says", "", what, ""]
    lines += [
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores; load average {os.getloadavg()[0]:.1f}",
        "",
    ]
    lines += ["| page | device | " + " | ".join(SUBJECTS) + " |", "|---|---|" + "---|" * len(SUBJECTS)]
    for (page, device), runs in found.items():
        lines.append(f"| {page} | {device} | " + " | ".join(as_cell(runs, subject) for subject in SUBJECTS) + " |")
    return "\n".join([*lines, ""])


def as_cell(runs: list[Scores], subject: str) -> str:
    scores = sorted(run[subject] for run in runs)
    return str(scores[0]) if scores[0] == scores[-1] else f"{median(runs, subject)} ({', '.join(map(str, scores))})"


if __name__ == "__main__":
    main()
