"""Small things several scenes share: houses, water lines, gulls, stars, clouds, people."""

from collections.abc import Sequence

from .brush import Canvas, Point, arc, box, oval, placed, smooth, stroke


def house(
    c: Canvas,
    x: float,
    ground: float,
    size: tuple[float, float],
    colours: tuple[str, str, str],
) -> None:
    """A gabled house, gable to the front: size (wide, tall px), wall, roof, window."""
    wide, tall = size
    wall, roof, pane = colours
    eaves = ground - tall * 0.62
    c.fill(box(x, eaves, x + wide, ground), wall)
    c.fill([(x, eaves), (x + wide / 2, ground - tall), (x + wide, eaves)], wall)
    peak: list[Point] = [
        (x - wide * 0.08, eaves + 4),
        (x + wide / 2, ground - tall - 4),
        (x + wide * 1.08, eaves + 4),
    ]
    c.line(peak, roof, wide * 0.1)
    c.stipple(box(x + wide / 2, eaves, x + wide, ground), roof, "right", 0.5)
    w = wide * 0.2
    for at in (0.2, 0.6):
        left = x + wide * at
        c.fill(box(left, eaves + w * 0.7, left + w, eaves + w * 2), pane)
    c.fill(box(x + wide * 0.4, ground - tall * 0.24, x + wide * 0.62, ground), roof)


def ripples(
    c: Canvas,
    area: tuple[float, float, float, float],
    colour: str,
    count: int,
    alpha: float = 0.5,
) -> None:
    """Flat dashes of water in x0, y0, x1, y1, longer and thicker towards the bottom."""
    x0, y0, x1, y1 = area
    for i in range(count):
        near = (i + c.rng.random()) / count
        y = y0 + (y1 - y0) * near
        half = (30 + 110 * near) * (0.5 + c.rng.random())
        x = c.rng.uniform(x0, x1)
        c.fill(oval(x, y, half, 1.4 + 3.4 * near), colour, alpha)


def glitter(
    c: Canvas,
    x: float,
    span: tuple[float, float],
    widths: tuple[float, float],
    colour: str,
    rows: int = 14,
) -> None:
    """A broken column of light on water, from top to bottom, from wide to wide px."""
    top, bottom = span
    for i in range(rows):
        t = i / (rows - 1)
        half = (widths[0] + (widths[1] - widths[0]) * t) * c.rng.uniform(0.55, 1)
        shift = c.rng.uniform(-0.25, 0.25) * half
        y = top + (bottom - top) * t
        c.fill(oval(x + shift, y, half, 2 + 5 * t), colour, 0.85 - 0.35 * t)


def gulls(c: Canvas, spots: Sequence[tuple[float, float, float]], colour: str) -> None:
    """Far birds as two wings: x, y and half span in px."""
    wing: list[Point] = [(-1, -0.1), (-0.5, -0.38), (0, 0.05), (0.5, -0.38), (1, -0.1)]
    for x, y, span in spots:
        line = placed(smooth(wing, closed=False), x, y, span)
        c.line(line, colour, max(2, span * 0.11))


def stars(c: Canvas, count: int, low: float, colour: str) -> None:
    """Small stars above `low` px."""
    for _ in range(count):
        r = c.rng.uniform(1.2, 3.2)
        x, y = c.rng.uniform(0, c.width), c.rng.uniform(0, low)
        c.fill(oval(x, y, r), colour, c.rng.uniform(0.4, 0.95))


def cloud(c: Canvas, x: float, y: float, size: float, colour: str, alpha: float) -> None:
    """A flat cloud of stacked bars about `size` px wide."""
    for dx, dy, part in ((0, 0, 1.0), (0.12, -0.08, 0.6), (-0.14, 0.08, 0.6)):
        half, high = size * part / 2, size * 0.04
        cx, cy = x + dx * size, y + dy * size
        c.fill(box(cx - half, cy - high, cx + half, cy + high, high), colour, alpha)


def figure(c: Canvas, x: float, ground: float, tall: float, colour: str, coat: str = "") -> None:
    """A standing person as a simple silhouette, coat in another colour if given."""
    head = tall * 0.085
    c.fill(box(x - tall * 0.075, ground - tall * 0.45, x - tall * 0.01, ground), colour)
    c.fill(box(x + tall * 0.01, ground - tall * 0.45, x + tall * 0.075, ground), colour)
    body = [(-0.1, -0.83), (0.1, -0.83), (0.16, -0.3), (-0.16, -0.3)]
    c.fill(smooth(placed(body, x, ground, tall)), coat or colour)
    c.fill(oval(x, ground - tall + head, head, head * 1.15), colour)


def fish(
    c: Canvas,
    x: float,
    y: float,
    size: float,
    colours: tuple[str, str, str],
    flip: bool = False,
) -> None:
    """A fish `size` px long facing right: belly, back and eye colours."""
    belly, back, eye = colours
    body = smooth([(-0.38, 0), (-0.1, -0.1), (0.22, -0.11), (0.5, 0.0), (0.22, 0.115), (-0.1, 0.1)])
    tail = [(-0.3, 0), (-0.52, -0.16), (-0.45, 0), (-0.52, 0.16)]
    top = smooth([(-0.4, 0.01), (-0.2, -0.3), (0.3, -0.3), (0.54, 0.01), (0.1, -0.03)])
    fin = [(-0.06, -0.09), (0.0, -0.17), (0.12, -0.1)]
    for shape, colour in ((tail, back), (fin, back), (body, belly)):
        c.fill(placed(shape, x, y, size, flip), colour)
    c.fill(placed(top, x, y, size, flip), back, clip=placed(body, x, y, size, flip))
    side = -1 if flip else 1
    c.fill(oval(x + side * size * 0.36, y - size * 0.012, size * 0.024), eye)
    gill = arc(0.23, 0, 0.05, 0.085, -80, 80)
    c.line(placed(gill, x, y, size, flip), back, max(1, size * 0.012))


def boat(c: Canvas, x: float, y: float, size: float, hull: str, trim: str) -> None:
    """A small fishing boat `size` px long, keel line at y."""
    c.fill(placed([(0.1, -0.2), (0.1, -0.62), (0.13, -0.62), (0.13, -0.2)], x, y, size), hull)
    c.fill(placed([(-0.28, -0.15), (-0.28, -0.4), (0, -0.4), (0.04, -0.15)], x, y, size), trim)
    c.fill(placed([(-0.22, -0.26), (-0.22, -0.35), (-0.04, -0.35), (-0.02, -0.26)], x, y, size), hull)
    body = [(-0.5, -0.2), (0.3, -0.2), (0.55, -0.3), (0.38, 0), (-0.42, 0)]
    c.fill(placed(body, x, y, size), hull)
    rail = [(-0.5, -0.2), (0.3, -0.2), (0.55, -0.3), (0.53, -0.25), (0.3, -0.15), (-0.49, -0.15)]
    c.fill(placed(rail, x, y, size), trim)


def mountain(c: Canvas, peak: Point, base: tuple[float, float, float], rock: str, snow: str) -> None:
    """A faceted mountain: base is left x, right x and foot y; light from the left."""
    left, right, foot = base
    x, y = peak
    ridge: list[Point] = [(x, y), (x + 26, y + (foot - y) * 0.35), (x - 14, foot)]
    c.fill([(left, foot), peak, (right, foot)], rock)
    cap = [peak]
    for t, d in ((0.42, 0), (0.3, 0.1), (0.46, 0.25), (0.28, 0.4), (0.4, 0.55)):
        depth = y + (foot - y) * t
        span_left = x + (left - x) * t
        span_right = x + (right - x) * t
        cap.append((span_left + (span_right - span_left) * d * 1.8, depth))
    c.fill(cap, snow, clip=[(left, foot), peak, (right, foot)])
    c.stipple([*ridge, (right, foot)], rock, "down", 0.75)
    c.fill([*ridge, (right, foot)], rock, 0.35)


def rope(c: Canvas, start: Point, end: Point, sag: float, colour: str, width: float) -> list[Point]:
    """A hanging line between two points; its points from start to end."""
    (ax, ay), (bx, by) = start, end
    points = []
    for i in range(21):
        t = i / 20
        points.append((ax + (bx - ax) * t, ay + (by - ay) * t + sag * 4 * t * (1 - t)))
    c.line(points, colour, width)
    return points


def tapered(c: Canvas, points: Sequence[Point], widths: tuple[float, float], colour: str) -> None:
    """A soft line through the points, from one width to another in px."""
    curve = smooth(points, closed=False)
    c.fill(stroke(curve, *widths), colour)
    for (x, y), w in ((curve[0], widths[0]), (curve[-1], widths[1])):
        c.fill(oval(x, y, w / 2), colour)
