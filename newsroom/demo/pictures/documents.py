"""The demo paper's documents to download: pages drawn as pictures, A4 at 150 dots an inch."""

from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, DPI = 1240, 1754, 150
INK, QUIET, PAPER, SHADE = "#16324a", "#5b6670", "#fffdf8", "#f1ebdc"

_TIDES = [
    ("Day", "High water", "Height", "Low water", "Height"),
    ("Thursday", "10.21", "6.4 m", "16.37", "0.7 m"),
    ("Friday", "11.03", "6.6 m", "17.18", "0.4 m"),
    ("Saturday", "11.46", "6.8 m", "17.59", "0.2 m"),
    ("Sunday", "12.29", "6.7 m", "18.41", "0.3 m"),
    ("Monday", "13.12", "6.5 m", "19.24", "0.6 m"),
    ("Tuesday", "13.57", "6.1 m", "20.09", "1.0 m"),
]


class Document(NamedTuple):
    title: str
    draw: Callable[[], Image.Image]


def tide_table() -> Image.Image:
    """The week's high and low water, in true time."""
    page = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(page)
    _line(pen, 120, "The Tidewick Lantern", 34, QUIET)
    _line(pen, 180, "Tide table for the springs", 76, INK)
    _line(pen, 290, "Tidewick, Pilot’s Steps. True time: by the clock tower, take off eleven minutes.", 30, QUIET)
    for number, row in enumerate(_TIDES):
        _row(pen, 400 + number * 96, row, SHADE if number % 2 else PAPER)
    _line(pen, 1130, "At 6.5 m the water is over the fish steps, at 6.7 m in the cellar of the Mended Net.", 28, INK)
    _line(pen, 1180, "At 6.8 m, with wind from the north-east, it goes up Net Lane.", 28, INK)
    return page


def _row(pen: ImageDraw.ImageDraw, top: int, row: tuple[str, ...], shade: str) -> None:
    pen.rectangle((100, top, WIDTH - 100, top + 96), shade)
    pen.line((100, top, WIDTH - 100, top), INK, 2)
    for column, words in enumerate(row):
        pen.text((130 + column * 205, top + 48), words, INK, ImageFont.load_default(34), anchor="lm")


def _line(pen: ImageDraw.ImageDraw, top: int, words: str, size: int, colour: str) -> None:
    pen.text((100, top), words, colour, ImageFont.load_default(size))


DOCUMENTS = {"tide-table": Document("The week’s tide table, in true time", tide_table)}
