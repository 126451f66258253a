"""A line over equal steps of time, in the numbers that an SVG is drawn with."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

WIDTH, HEIGHT = 720, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 12, 28


class Rule(NamedTuple):
    y: float
    label: str


class Chart(NamedTuple):
    """Values without a neighbour are in dots only; a gap in the values is a gap in the line."""

    lines: list[str]  # each the points of a polyline
    dots: list[tuple[float, float]]
    rules: list[Rule]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - 8  # where the words below the line stand


def share_chart(shares: Sequence[float | None]) -> Chart:
    """Shares from 0 to 1, drawn from 0 % to the next tenth above the largest."""
    top = _next_tenth(max((share for share in shares if share is not None), default=0))
    places = [None if share is None else (_x(step, len(shares)), _y(share, top)) for step, share in enumerate(shares)]
    runs = [list(run) for is_known, run in groupby(places, key=lambda place: place is not None) if is_known]
    return Chart(
        lines=[" ".join(f"{place[0]},{place[1]}" for place in run if place) for run in runs if len(run) > 1],
        dots=[place for place in places if place],
        rules=[Rule(_y(top * part, top), f"{top * part * 100:.3g} %") for part in (0, 0.5, 1)],
    )


def _next_tenth(share: float) -> float:
    """At least one tenth, so that a few readers do not look like many."""
    return max(1, -int(-share * 10 // 1)) / 10


def _x(step: int, steps: int) -> float:
    return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (step / (steps - 1) if steps > 1 else 0.5), 1)


def _y(share: float, top: float) -> float:
    return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share / top), 1)
