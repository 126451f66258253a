"""Two revisions of 10,000 words, compared word by word as the desk and the readers see them."""

import argparse
import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ.setdefault("DEBUG", "1")

LIMIT = 200  # ms
WORDS = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--words", type=int, default=WORDS)
    parser.add_argument("--report", type=Path, default=Path("bench/results/revisions.md"))
    options = parser.parse_args()
    django.setup()
    from newsroom.lib.comparison import compare_html

    lines, worst = [], 0.0
    for name, (old, new) in _pairs(options.words).items():
        wall, own = _measure(lambda old=old, new=new: compare_html(old, new), options.rounds)
        worst = max(worst, wall)
        lines.append(f"| {name} | {wall:.0f} | {own:.0f} |")
        print(lines[-1])
    options.report.write_text(_report(lines, options))
    return int(worst > LIMIT)


def _measure(do: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians in ms: by the clock, and of this process's processor time."""
    walls, owns = [], []
    for _round in range(rounds):
        wall, own = time.perf_counter(), time.process_time()
        do()
        walls.append(1000 * (time.perf_counter() - wall))
        owns.append(1000 * (time.process_time() - own))
    return statistics.median(walls), statistics.median(owns)


def _pairs(words: int) -> dict[str, tuple[str, str]]:
    rng = random.Random(8)
    known = [f"word{number}" for number in range(4000)] + ["the", "of", "and", "a", "to"] * 250

    def text(count: int) -> list[list[str]]:
        return [[rng.choice(known) for _word in range(60)] for _paragraph in range(count // 60 + 1)]

    def html(paragraphs: list[list[str]]) -> str:
        return "".join(
            f"<p>{' '.join(words[:30])} <a href='/x/'>{words[30]}</a> {' '.join(words[31:])}.</p>"
            for words in paragraphs
        )

    old = text(words)
    edited = [[word if rng.random() > 0.05 else rng.choice(known) for word in paragraph] for paragraph in old]
    moved = old[len(old) // 2 :] + old[: len(old) // 2]
    same = [["the"] * 60 for _paragraph in old]
    fewer = [["the"] * 45 + ["an"] * 15 for _paragraph in old]
    return {
        "one word in the middle": (html(old), html(old).replace("word7 ", "other ", 1)),
        "every twentieth word": (html(old), html(edited)),
        "halves exchanged": (html(old), html(moved)),
        "nothing in common": (html(old), html(text(words))),
        "one word all the time": (html(same), html(fewer)),
    }


def _report(lines: list[str], options: argparse.Namespace) -> str:
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    return "\n".join(
        [
            "# Two revisions compared",
            "",
            f"`python -m bench.revisions`: {options.words:,} words each, {options.rounds} rounds, {machine}.",
            f"Limit: {LIMIT} ms by the clock.",
            "",
            "| what differs | ms by the clock | ms of the processor |",
            "|---|---:|---:|",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
