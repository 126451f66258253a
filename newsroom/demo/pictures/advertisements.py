"""The advertisements of two houses of Tidewick, made up: the ferry, lying or upright, and the fish market."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFont

from .brush import Canvas, box, land, oval, placed, stroke
from .motifs import cloud, fish, glitter, gulls, ripples

CREAM, NIGHT, GOLD, RED = "#f7eeda", "#16324a", "#e9a52f", "#b8432f"


def ferry(width: int, height: int) -> Image.Image:
    """A small white ferry under a low sun, in a cream border."""
    c = Canvas("ferry advertisement", width, height)
    horizon = height * 0.52
    c.wash(["#f0b56b", "#f6d9a4", CREAM], 0, horizon)
    sun = (width * 0.68, horizon - height * 0.06)
    c.glow(*sun, height * 0.5, "#fff6d8", 0.9)
    c.fill(oval(*sun, min(width, height) * 0.12), "#fff3cf")
    cloud(c, width * 0.3, height * 0.22, width * 0.28, "#fff8e8", 0.8)
    hills = [(-0.1, 0.5), (0.2, 0.41), (0.42, 0.48), (0.6, 0.43), (0.85, 0.47), (1.1, 0.44)]
    c.fill(land([(x * width, y * height) for x, y in hills], height), "#7d9a94")
    c.wash(["#5b9aa4", "#24647f", NIGHT], horizon, height)
    glitter(c, sun[0], (horizon + 8, height * 0.95), (min(width, height) * 0.08, width * 0.2), "#fbe3b0", 12)
    ripples(c, (0, horizon + 10, width, height), "#8fc6c9", 26, 0.4)
    _ferry(c, width * 0.36, height * 0.72, min(width * 0.62, height * 1.2))
    gulls(c, [(width * x, height * y, height * 0.03) for x, y in ((0.14, 0.3), (0.2, 0.26), (0.52, 0.3))], NIGHT)
    lines = [("Tidewick", 0.5, 0.1, 0.05), ("Ferry", 0.5, 0.155, 0.05)]
    if width > height:
        lines = [("Tidewick Ferry", 0.76, 0.16, 0.13), ("Across the bay every hour", 0.76, 0.3, 0.065)]
    return _lettered(_framed(c), lines, NIGHT)


def _ferry(c: Canvas, x: float, y: float, size: float) -> None:
    """size px long, its waterline at y, bow to the right."""

    def part(points: list[tuple[float, float]], colour: str) -> None:
        c.fill(placed(points, x, y, size), colour)

    c.fill(stroke([(x - size * 0.95, y + 4), (x - size * 0.2, y)], size * 0.07, 2), CREAM, 0.7)
    part([(-0.5, -0.14), (0.56, -0.14), (0.44, 0.02), (-0.44, 0.02)], "#fffdf6")
    part([(-0.485, -0.09), (0.525, -0.09), (0.5, -0.055), (-0.47, -0.055)], RED)
    part(box(-0.4, -0.25, 0.34, -0.13), CREAM)
    part(box(-0.1, -0.34, 0.24, -0.24), "#fffdf6")
    part([(-0.3, -0.4), (-0.2, -0.4), (-0.18, -0.24), (-0.32, -0.24)], RED)
    part(box(-0.305, -0.38, -0.195, -0.35), GOLD)
    for number in range(8):
        part(oval(-0.34 + number * 0.085, -0.19, 0.022), NIGHT)
    part(box(-0.06, -0.315, 0.21, -0.275), NIGHT)


def fish_market(width: int, height: int) -> Image.Image:
    """Three silver fish on crushed ice below a striped awning, in a cream border."""
    c = Canvas("fish market advertisement", width, height)
    c.wash(["#12475a", "#1f6d78"])
    for number in range(14):
        left, wide = number * width / 14, width / 14
        colour = CREAM if number % 2 else RED
        c.fill(box(left, 0, left + wide + 1, height * 0.15), colour)
        c.fill(oval(left + wide / 2, height * 0.15, wide / 2), colour)
    c.fill(
        land(
            [(x * width, y * height) for x, y in ((-0.1, 0.6), (0.2, 0.5), (0.5, 0.47), (0.8, 0.5), (1.1, 0.6))],
            height + 10,
        ),
        "#dcecec",
    )
    c.fill(
        land([(x * width, y * height) for x, y in ((-0.1, 0.74), (0.3, 0.66), (0.7, 0.7), (1.1, 0.68))], height + 10),
        "#c3dcdf",
    )
    for x, y, size in ((0.28, 0.57, 0.36), (0.68, 0.54, 0.34), (0.49, 0.77, 0.42)):
        fish(c, width * x, height * y, width * size, ("#e3ebe8", "#4b7c8c", NIGHT))
    for x, y in ((0.14, 0.8), (0.84, 0.79)):
        lemon = oval(width * x, height * y, height * 0.085)
        c.fill(lemon, "#f1c33c")
        c.fill(oval(width * x, height * y, height * 0.068), "#fbe9a6")
        for turn in range(0, 180, 45):
            c.fill(oval(width * x, height * y, height * 0.066, 1.6, turn), "#f1c33c")
    lines = [("The Fish Hall", 0.5, 0.285, 0.085), ("Landed at six, sold at seven", 0.5, 0.375, 0.045)]
    return _lettered(_framed(c), lines, CREAM)


def _framed(c: Canvas) -> Image.Image:
    edge = round(min(c.width, c.height) * 0.03)
    for side in (
        box(0, 0, c.width, edge),
        box(0, c.height - edge, c.width, c.height),
        box(0, 0, edge, c.height),
        box(c.width - edge, 0, c.width, c.height),
    ):
        c.fill(side, CREAM)
    return c.finish()


def _lettered(picture: Image.Image, lines: Sequence[tuple[str, float, float, float]], colour: str) -> Image.Image:
    """Lines of text, each with the middle of its line and its size, as shares of the picture's width and height."""
    pen = ImageDraw.Draw(picture)
    for words, x, y, size in lines:
        font = ImageFont.load_default(size * picture.height)
        pen.text((x * picture.width, y * picture.height), words, colour, font, anchor="mm")
    return picture


DRAWN: dict[str, Callable[[int, int], Image.Image]] = {"ferry": ferry, "fish-market": fish_market}
