"""The shared drawing vocabulary: shapes as lists of points, and a canvas to paint them.

Every length is in picture pixels (the canvas paints at twice that and shrinks at the
end), every angle in degrees (0 = right, growing clockwise), every alpha from 0 to 1.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PIL import Image, ImageChops, ImageColor, ImageDraw

Point = tuple[float, float]
Points = Sequence[Point]
Side = Literal["down", "up", "left", "right"]

SCALE = 2  # supersampling
GRAIN_TILE = 256  # px
GRAIN_DEPTH = 5  # grey levels either way


@dataclass(frozen=True)
class Scene:
    """A drawable picture and the true alternative text of what it shows."""

    draw: Callable[["Canvas"], None]
    alt: str


# --- colours -----------------------------------------------------------------


def rgb(colour: str) -> tuple[int, int, int]:
    """The red, green and blue (0-255) of a #rrggbb colour."""
    red, green, blue, *_ = ImageColor.getrgb(colour)
    return red, green, blue


def mix(one: str, other: str, share: float) -> str:
    """A colour `share` (0-1) of the way from one to the other."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


# --- shapes ------------------------------------------------------------------


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """An open elliptical arc from `start` to `end` degrees."""
    steps = max(8, int(abs(end - start) / 5))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def oval(cx: float, cy: float, rx: float, ry: float | None = None, turn: float = 0) -> list[Point]:
    """An ellipse (a circle without `ry`), turned by `turn` degrees."""
    points = arc(cx, cy, rx, rx if ry is None else ry, 0, 357)
    return turned(points, turn, (cx, cy)) if turn else points


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> list[Point]:
    """A rectangle, its corners rounded by `radius` px."""
    if not radius:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    return [
        *arc(x0 + r, y0 + r, r, r, 180, 270),
        *arc(x1 - r, y0 + r, r, r, 270, 360),
        *arc(x1 - r, y1 - r, r, r, 0, 90),
        *arc(x0 + r, y1 - r, r, r, 90, 180),
    ]


def smooth(points: Points, closed: bool = True, steps: int = 10) -> list[Point]:
    """A soft curve (Catmull-Rom) through the points."""
    count = len(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        if closed:
            p0, p1, p2, p3 = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            ends = (max(i - 1, 0), i, i + 1, min(i + 2, count - 1))
            p0, p1, p2, p3 = (points[k] for k in ends)
        for s in range(steps):
            t = s / steps
            x, y = (_spline(p0[k], p1[k], p2[k], p3[k], t) for k in (0, 1))
            curve.append((x, y))
    if not closed:
        curve.append(points[-1])
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    """One coordinate of a Catmull-Rom curve, `t` (0-1) of the way from b to c."""
    bend = (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3
    return 0.5 * (2 * b + (c - a) * t + bend)


def turned(points: Points, degrees: float, about: Point) -> list[Point]:
    """The points turned clockwise about a point."""
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    ox, oy = about
    return [(ox + (x - ox) * cos - (y - oy) * sin, oy + (x - ox) * sin + (y - oy) * cos) for x, y in points]


def placed(points: Points, x: float, y: float, size: float = 1, flip: bool = False) -> list[Point]:
    """Points drawn about (0, 0), scaled, mirrored if `flip`, and set down at (x, y)."""
    side = -size if flip else size
    return [(x + px * side, y + py * size) for px, py in points]


def stroke(points: Points, start: float, end: float) -> list[Point]:
    """The outline of a line whose width tapers from `start` to `end` px."""
    left: list[Point] = []
    right: list[Point] = []
    last = len(points) - 1
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(i - 1, 0)], points[min(i + 1, last)]
        length = math.hypot(bx - ax, by - ay) or 1
        half = (start + (end - start) * i / last) / 2
        nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return left + right[::-1]


def land(points: Points, bottom: float = 1010) -> list[Point]:
    """A soft skyline through the points, filled down to `bottom`."""
    line = smooth(points, closed=False)
    return [*line, (line[-1][0], bottom), (line[0][0], bottom)]


def cast(points: Points, dx: float, dy: float) -> list[Point]:
    """The long shadow of a shape: its hull dragged by (dx, dy) px."""
    spots = sorted({*points, *((x + dx, y + dy) for x, y in points)})

    def half(run: Sequence[Point]) -> list[Point]:
        chain: list[Point] = []
        for p in run:
            while len(chain) > 1 and _cross(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(spots) + half(spots[::-1])


def _cross(a: Point, b: Point, c: Point) -> float:
    """Above 0 when a-b-c turns one way, below 0 the other."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


# --- grain -------------------------------------------------------------------


@lru_cache(maxsize=2)
def grain(width: int, height: int) -> Image.Image:
    """The same grey noise every time, tiled over width x height px."""
    rng = random.Random("grain")  # noqa: S311 - noise, no secret
    tile = Image.frombytes("L", (GRAIN_TILE, GRAIN_TILE), rng.randbytes(GRAIN_TILE * GRAIN_TILE))
    sheet = Image.new("L", (width, height))
    for x in range(0, width, GRAIN_TILE):
        for y in range(0, height, GRAIN_TILE):
            sheet.paste(tile, (x, y))
    return sheet


@lru_cache(maxsize=4)
def _ramp(side: Side) -> Image.Image:
    """A 256 px grey square growing light towards one side."""
    turns = {"down": 0, "right": 90, "up": 180, "left": 270}
    return Image.linear_gradient("L").rotate(turns[side])


# --- the canvas --------------------------------------------------------------


class Canvas:
    """A sheet `width` x `height` px that is painted from back to front."""

    def __init__(self, name: str, width: int = 1600, height: int = 1000) -> None:
        self.width = width
        self.height = height
        self.rng = random.Random(name)  # noqa: S311 - a drawing, no secret
        self._sheet = Image.new("RGB", (width * SCALE, height * SCALE))
        self._pen = ImageDraw.Draw(self._sheet)

    def wash(self, colours: Sequence[str], top: float = 0, bottom: float | None = None) -> None:
        """A full-width upright gradient through evenly spaced colours."""
        low = self.height if bottom is None else bottom
        strip = Image.new("RGB", (1, 256))
        span = len(colours) - 1
        for y in range(256):
            at = min(int(y / 255 * span), span - 1)
            shade = mix(colours[at], colours[at + 1], y / 255 * span - at)
            strip.putpixel((0, y), rgb(shade))
        tall = round((low - top) * SCALE)
        sheet = strip.resize((1, tall), Image.Resampling.BILINEAR)
        self._sheet.paste(sheet.resize((self.width * SCALE, tall)), (0, round(top * SCALE)))

    def fill(
        self,
        points: Points,
        colour: str,
        alpha: float = 1,
        clip: Points | None = None,
    ) -> None:
        """Paint a shape flat, only inside `clip` if given."""
        if alpha >= 1 and clip is None:
            self._pen.polygon([(x * SCALE, y * SCALE) for x, y in points], colour)
            return
        corner, mask = self._mask(points, clip)
        if mask is not None:
            if alpha < 1:
                mask = mask.point([round(v * alpha) for v in range(256)])
            self._sheet.paste(colour, corner, mask)

    def line(self, points: Points, colour: str, width: float, alpha: float = 1) -> None:
        """A line `width` px thick with round ends."""
        if alpha < 1:
            self.fill(stroke(points, width, width), colour, alpha)
            return
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        thick = max(1, round(width * SCALE))
        self._pen.line(scaled, colour, thick, joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            r = thick / 2
            self._pen.ellipse((x - r, y - r, x + r, y + r), colour)

    def fade(
        self,
        points: Points,
        colour: str,
        toward: Side,
        alpha: float = 1,
        clip: Points | None = None,
    ) -> None:
        """Paint a shape with a smooth gradient, densest (`alpha`) at one side."""
        corner, mask = self._mask(points, clip)
        if mask is None:
            return
        ramp = _ramp(toward).point([round(v * alpha) for v in range(256)])
        mask = ImageChops.multiply(mask, ramp.resize(mask.size, Image.Resampling.BILINEAR))
        self._sheet.paste(colour, corner, mask)

    def stipple(
        self,
        points: Points,
        colour: str,
        toward: Side,
        alpha: float = 0.6,
        clip: Points | None = None,
    ) -> None:
        """Shade a shape with sprayed dots that thicken towards one side."""
        corner, mask = self._mask(points, clip)
        if mask is None:
            return
        small = (max(1, mask.width // SCALE), max(1, mask.height // SCALE))
        curve = [round(255 * alpha * (v / 255) ** 1.6) for v in range(256)]
        ramp = _ramp(toward).resize(small, Image.Resampling.BILINEAR).point(curve)
        left, top = corner[0] // SCALE, corner[1] // SCALE
        noise = grain(self.width, self.height)
        noise = noise.crop((left, top, left + small[0], top + small[1]))
        dots = ImageChops.subtract(ramp, noise).point([0, *[255] * 255])
        dots = dots.resize(mask.size, Image.Resampling.NEAREST)
        self._sheet.paste(colour, corner, ImageChops.multiply(mask, dots))

    def glow(self, cx: float, cy: float, radius: float, colour: str, alpha: float = 0.6) -> None:
        """A soft round light, `alpha` at its heart and nothing at `radius` px."""
        side = max(2, round(radius * 2 * SCALE))
        curve = [round(255 * alpha * max(0.0, 1 - v / 180) ** 2) for v in range(256)]
        light = Image.radial_gradient("L").point(curve)
        mask = light.resize((side, side), Image.Resampling.BILINEAR)
        corner = (round((cx - radius) * SCALE), round((cy - radius) * SCALE))
        self._sheet.paste(colour, (*corner, corner[0] + side, corner[1] + side), mask)

    def finish(self, crop: float = 0) -> Image.Image:
        """The picture at its true size under a gentle grain, `crop` px in all round."""
        left = top = crop * SCALE
        right, bottom = self._sheet.width - left, self._sheet.height - top
        picture = self._sheet.resize(
            (self.width, self.height),
            Image.Resampling.LANCZOS,
            (left, top, right, bottom),
            reducing_gap=2.0,
        )
        levels = [round(v / 255 * 2 * GRAIN_DEPTH) for v in range(256)]
        noise = grain(self.width, self.height).point(levels)
        return ImageChops.add(picture, Image.merge("RGB", [noise] * 3), 1, -GRAIN_DEPTH)

    def _mask(self, points: Points, clip: Points | None) -> tuple[tuple[int, int], Image.Image | None]:
        """The corner (supersampled px) and mask of a shape's visible box."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        right = min(self.width, math.ceil(max(xs)))
        bottom = min(self.height, math.ceil(max(ys)))
        corner = (left * SCALE, top * SCALE)
        if right <= left or bottom <= top:
            return corner, None
        size = ((right - left) * SCALE, (bottom - top) * SCALE)
        mask = _cut(points, corner, size)
        if clip is not None:
            mask = ImageChops.multiply(mask, _cut(clip, corner, size))
        return corner, mask


def _cut(points: Points, corner: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    """A white shape on black, `corner` and `size` in supersampled px."""
    mask = Image.new("L", size)
    shape = [(x * SCALE - corner[0], y * SCALE - corner[1]) for x, y in points]
    ImageDraw.Draw(mask).polygon(shape, 255)
    return mask
