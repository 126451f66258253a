"""The scenes that lead the front page: lighthouse, ship, clock, swans, gull."""

import math

from .brush import Canvas, Point, Scene, arc, box, cast, land, mix, oval, placed, smooth, stroke
from .motifs import boat, cloud, figure, glitter, gulls, house, ripples, stars, tapered

# --- lighthouse --------------------------------------------------------------


def lighthouse(c: Canvas) -> None:
    """Dusk, a banded tower on a headland and its beam over the sea."""
    c.wash(["#26264a", "#4d3560", "#a24f62", "#ea8a5c", "#f6c274"], 0, 650)
    stars(c, 60, 260, "#fbe9c6")
    c.glow(420, 640, 460, "#ffe2a0", 0.8)
    c.fill(oval(420, 640, 105), "#fdeec2")
    for x, y, size in ((250, 420, 420), (760, 520, 520), (60, 540, 380)):
        cloud(c, x, y, size, "#c9636a", 0.55)
    c.wash(["#c9725f", "#5d4a66", "#23395b", "#152642"], 648, 1000)
    c.fill(land([(-20, 640), (120, 612), (240, 630), (330, 650)], 652), "#5a3a5c")
    c.fill(land([(560, 650), (690, 618), (830, 628), (960, 604), (1200, 600)], 652), "#4d3358")
    glitter(c, 420, (664, 990), (110, 210), "#fbc77c", 16)
    ripples(c, (0, 680, 1100, 1000), "#3f5577", 34, 0.55)
    _beam(c, (1130, 214))
    _headland(c)
    _tower(c, 1130)
    boat(c, 640, 726, 120, "#1d1f3d", "#b5432e")
    gulls(c, [(760, 300, 30), (850, 250, 22), (690, 240, 18)], "#26264a")


def _beam(c: Canvas, lamp: Point) -> None:
    """Two shafts of light from the lamp."""
    x, y = lamp
    c.fade([(x, y - 12), (-40, 60), (-40, 410), (x, y + 12)], "#ffedb0", "right", 0.85)
    c.fade([(x, y - 10), (1640, 90), (1640, 290), (x, y + 10)], "#ffedb0", "left", 0.7)
    c.glow(x, y, 260, "#fff3c4", 0.9)


def _headland(c: Canvas) -> None:
    """The dark cliff with a keeper's cottage."""
    shape = land(
        [
            (700, 1010),
            (760, 905),
            (860, 842),
            (900, 745),
            (985, 690),
            (1130, 668),
            (1330, 690),
            (1480, 668),
            (1640, 690),
        ]
    )
    c.fill(shape, "#1d1f3d")
    c.stipple(shape, "#7a4a6a", "up", 0.5)
    light = smooth([(745, 940), (800, 875), (866, 830), (900, 745), (985, 690), (950, 770), (920, 850), (850, 910)])
    c.fill(light, "#a9566a", 0.55)
    c.fill(land([(690, 1000), (800, 950), (1010, 905), (1300, 930), (1640, 880)]), "#14172f")
    c.fill(box(1310, 590, 1500, 694), "#e9cfae")
    c.fill(box(1410, 590, 1500, 694), "#8a6a7c", 0.7)
    c.fill([(1290, 596), (1335, 520), (1480, 520), (1522, 596)], "#8e3430")
    c.fill(box(1440, 486, 1466, 540), "#e9cfae")
    for x in (1336, 1384, 1436):
        c.fill(box(x, 622, x + 26, 660), "#ffd98a")
    c.fill(oval(770, 962, 74, 7), "#b9c3cf", 0.5)
    c.fill(oval(660, 984, 60, 6), "#b9c3cf", 0.4)


def _tower(c: Canvas, x: float) -> None:
    """The lighthouse itself, 480 px tall."""
    body = [(x - 50, 268), (x + 50, 268), (x + 84, 690), (x - 84, 690)]
    c.fill(body, "#f7ead0")
    for top, low in ((330, 410), (490, 570), (640, 700)):
        c.fill(box(x - 100, top, x + 100, low), "#b5432e", clip=body)
    dark = [(x + 4, 268), (x + 50, 268), (x + 84, 690), (x + 10, 690)]
    c.fill(dark, "#3a2550", 0.42)
    c.stipple(body, "#3a2550", "right", 0.4)
    for y in (350, 450):
        c.fill(box(x - 14, y, x + 10, y + 36, 12), "#26264a")
    c.fill(box(x - 20, 636, x + 18, 692, 18), "#26264a")
    c.fill([(x - 80, 262), (x + 80, 262), (x + 58, 284), (x - 58, 284)], "#26264a")
    c.fill(box(x - 40, 180, x + 40, 262), "#ffe9a8")
    c.fill(oval(x, 220, 24, 30), "#ffffff")
    for dx in (-40, -14, 14, 40):
        c.line([(x + dx, 180), (x + dx, 262)], "#26264a", 5)
    for dx in (-76, -38, 0, 38, 76):
        c.line([(x + dx, 236), (x + dx, 262)], "#26264a", 3)
    c.line([(x - 78, 236), (x + 78, 236)], "#26264a", 4)
    c.fill([*arc(x, 184, 56, 62, 180, 360)], "#b5432e")
    c.fill([*arc(x, 184, 56, 62, 270, 360), (x, 184)], "#6f2a34", 0.7)
    c.line([(x, 122), (x, 84)], "#26264a", 5)
    c.fill(oval(x, 118, 10), "#26264a")


# --- container ship ----------------------------------------------------------


def container_ship(c: Canvas) -> None:
    """A giant bow towering over a very small harbour."""
    c.wash(["#8fc1c4", "#c9ddcc", "#f6e7c6"], 0, 720)
    c.glow(1330, 250, 420, "#fff6da", 0.9)
    c.fill(oval(1330, 250, 84), "#fff4d2")
    cloud(c, 1120, 160, 330, "#fdf6e3", 0.8)
    cloud(c, 1480, 420, 380, "#fdf6e3", 0.7)
    c.fill(land([(900, 640), (1130, 540), (1300, 590), (1460, 500), (1640, 560)]), "#86aaa0")
    c.fill(land([(1000, 690), (1250, 610), (1420, 650), (1640, 600)]), "#5f8c86")
    c.wash(["#6fa6a6", "#2f6f7c", "#174c60"], 690, 1000)
    _far_town(c)
    _cargo(c)
    _hull(c)
    ripples(c, (0, 820, 1600, 900), "#a8d0c8", 22, 0.5)
    _near_quay(c)
    gulls(c, [(1440, 120, 28), (1520, 170, 20), (1390, 60, 16)], "#1b3a4b")


def _far_town(c: Canvas) -> None:
    """The far shore's houses, right of the bow."""
    walls = ("#f3e3c0", "#c65a3e", "#e0a43c", "#f3e3c0", "#7d4a5c", "#c65a3e")
    for i, wall in enumerate(walls):
        high = 78 + (i * 37) % 34
        house(c, 1240 + i * 64, 716, (52, high), (wall, "#4a3040", "#24465a"))
    c.fill(box(1180, 712, 1640, 732), "#8b7868")


def _cargo(c: Canvas) -> None:
    """Stacks of containers and the bridge house."""
    tints = ("#c65a3e", "#e0a43c", "#2f7f86", "#7d4a5c", "#f0dcb4", "#2b5a7c", "#8aa35a")
    columns, wide, high = 11, 88, 46
    for col in range(columns):
        rows = 6 - (col % 4 == 2) - (col > 8) - (col > 9) * 2
        left = 190 + col * (wide + 4)
        for row in range(rows):
            top = 396 - (row + 1) * high
            tint = c.rng.choice(tints)
            c.fill(box(left, top, left + wide, top + high - 3), tint)
            for k in range(1, 6):
                x = left + k * wide / 6
                c.line([(x, top + 6), (x, top + high - 9)], mix(tint, "#1b2a3a", 0.25), 2)
            c.fill(box(left, top + high - 12, left + wide, top + high - 3), "#1b2a3a", 0.22)
    c.fill(box(30, 66, 170, 420), "#fbf3df")
    c.fill(box(110, 66, 170, 420), "#b9c4b8")
    c.fill(box(4, 84, 188, 128), "#fbf3df")
    c.fill(box(14, 96, 178, 116), "#1b3a4b")
    for y in range(160, 390, 44):
        for x in (46, 78):
            c.fill(box(x, y, x + 18, y + 16), "#1b3a4b")
    c.fill(box(70, 10, 120, 66), "#c65a3e")
    c.fill(box(70, 26, 120, 42), "#fbf3df")
    c.fade(box(190, 166, 930, 396), "#1b2a3a", "down", 0.3)


def _hull(c: Canvas) -> None:
    """The ship's side, bow to the right."""
    hull = [
        (-20, 392),
        (1150, 392),
        (1210, 330),
        (1330, 318),
        (1268, 470),
        (1210, 640),
        (1188, 840),
        (-20, 840),
    ]
    c.fill(hull, "#1f3550")
    c.stipple(hull, "#0f1f33", "left", 0.75)
    c.stipple(hull, "#3d6c86", "right", 0.55)
    c.fill(box(-20, 740, 1400, 850), "#b4452f", clip=hull)
    c.fill(box(-20, 728, 1400, 742), "#f6e7c6", clip=hull)
    c.stipple(box(-20, 742, 1200, 850), "#4a1d26", "down", 0.7, clip=hull)
    c.fill(
        [
            (-20, 392),
            (1150, 392),
            (1210, 330),
            (1330, 318),
            (1324, 336),
            (1218, 348),
            (1160, 412),
            (-20, 412),
        ],
        "#f6e7c6",
    )
    for y in (490, 570, 650):
        c.fill(box(-20, y, 1300, y + 3), "#0f1f33", 0.45, clip=hull)
    for x in range(110, 1200, 180):
        c.fill(box(x, 412, x + 3, 728), "#0f1f33", 0.35)
    for y in range(560, 830, 30):
        c.fill(box(1140, y, 1164, y + 8), "#f6e7c6")
    c.line([(1196, 440), (1196, 530)], "#0f1f33", 8)
    c.fill(arc(1196, 512, 30, 34, 0, 180), "#0f1f33")
    c.fill(arc(1196, 502, 20, 24, 0, 180), "#21384f")
    c.line([(1330, 318), (1330, 262)], "#1f3550", 6)
    for x in range(80, 1120, 130):
        c.fill(oval(x, 470, 9), "#f0c66a")
    foam = [(1120, 846), (1160, 818), (1205, 806), (1250, 826), (1330, 846)]
    c.fill(smooth(foam), "#eef3e4", 0.9)
    c.fill(box(-20, 836, 1180, 846), "#cfe4dc", 0.8)


def _near_quay(c: Canvas) -> None:
    """Little houses in the ship's shadow, a boat and onlookers."""
    c.fill(land([(-20, 930), (300, 926), (900, 934), (1280, 940), (1300, 1010)]), "#57424a")
    c.fill(box(-20, 930, 1284, 944), "#c9b493")
    walls = ("#c65a3e", "#f3e3c0", "#e0a43c", "#f3e3c0", "#5d8f8a", "#c65a3e", "#f3e3c0", "#e0a43c")
    for i, wall in enumerate(walls):
        high = 118 + (i * 53) % 48
        house(c, 40 + i * 106, 934, (84, high), (wall, "#3a2638", "#ffd987"))
    for x, tall, coat in (
        (930, 44, "#c65a3e"),
        (964, 40, "#e0a43c"),
        (1000, 46, "#2f7f86"),
        (1130, 42, "#f3e3c0"),
    ):
        figure(c, x, 932, tall, "#251c2c", coat)
    c.line([(1240, 934), (1240, 868)], "#251c2c", 6)
    c.fill(box(1228, 852, 1252, 876, 6), "#ffd987")
    boat(c, 1430, 872, 190, "#7d2f2e", "#f3e3c0")
    c.fill(oval(1430, 876, 120, 5), "#0f3a4c", 0.5)


# --- clock tower -------------------------------------------------------------


def clock_tower(c: Canvas) -> None:
    """A lit town clock at blue dusk, its hands at eleven minutes to four."""
    c.wash(["#17224a", "#2f3a6e", "#75568a", "#d9826e", "#f3b877"], 0, 900)
    stars(c, 80, 380, "#fdf0cf")
    c.fill([*arc(1340, 210, 74, 74, 21, 269.5), *arc(1366, 192, 62, 62, 244.6, 46)], "#fbeec8")
    cloud(c, 260, 300, 460, "#8f6492", 0.5)
    cloud(c, 1300, 480, 520, "#b06f86", 0.5)
    _roofs(c, 700, ("#6b4a78", "#5d4170"), 130)
    _roofs(c, 800, ("#43305e", "#4c3565"), 170)
    _clock_body(c, 720)
    _roofs(c, 965, ("#241c42", "#2c2049"), 230)
    c.glow(720, 410, 430, "#ffe6a6", 0.28)


def _roofs(c: Canvas, base: float, walls: tuple[str, str], wide: float) -> None:
    """A row of gabled roofs across the picture with a few lit windows."""
    x = -60.0
    i = 0
    while x < 1660:
        w = wide * c.rng.uniform(0.75, 1.2)
        top = base - w * c.rng.uniform(0.35, 0.9)
        peak = top - w * c.rng.uniform(0.4, 0.6)
        wall = walls[i % 2]
        c.fill([(x, 1010), (x, top), (x + w / 2, peak), (x + w, top), (x + w, 1010)], wall)
        c.fill([(x + w / 2, peak), (x + w, top), (x + w, 1010), (x + w / 2, 1010)], "#120f2c", 0.3)
        chimney = x + w * 0.7
        c.fill(box(chimney, peak - 4, chimney + w * 0.1, top), wall)
        s = w * 0.12
        for k in range(6):
            if c.rng.random() < 0.5:
                wx, wy = x + w * (0.16 + 0.26 * (k % 3)), top + w * (0.12 + 0.3 * (k // 3))
                c.fill(box(wx, wy, wx + s, wy + s * 1.4), "#ffcf7a")
        x += w
        i += 1


def _clock_body(c: Canvas, x: float) -> None:
    """The brick tower and its big dial."""
    c.fill([(x - 236, 190), (x + 236, 190), (x + 236, 1010), (x - 236, 1010)], "#a04a3c")
    for y in range(660, 1000, 34):
        for k in range(-3, 4):
            dx = k * 68 + (y // 34 % 2) * 34
            c.fill(box(x + dx - 24, y, x + dx + 24, y + 22), "#b65a45", 0.5)
    c.fill(box(x - 262, 176, x + 262, 208), "#e7c79a")
    c.fill([(x - 250, 176), (x - 120, 46), (x + 120, 46), (x + 250, 176)], "#27506a")
    c.fill([(x, 46), (x + 120, 46), (x + 250, 176), (x, 176)], "#1b3852")
    c.fill(box(x - 120, 34, x + 120, 50), "#e7c79a")
    c.line([(x, 40), (x, -10)], "#e7c79a", 8)
    for dx in (-110, 70):
        c.fill(box(x + dx, 720, x + dx + 44, 830, 22), "#2a1b3f")
    c.stipple(box(x - 236, 208, x + 236, 1010), "#2b1846", "down", 0.75)
    c.fill(box(x - 252, 640, x + 252, 668), "#c99a84")
    c.fill(box(x + 120, 208, x + 236, 1010), "#2b1846", 0.4)
    c.fill(box(x + 120, 176, x + 262, 208), "#2b1846", 0.3)
    _dial(c, (x, 424), 196)


def _dial(c: Canvas, centre: Point, radius: float) -> None:
    """A dial that says 3:49."""
    x, y = centre
    c.fill(oval(x, y, radius + 16), "#3a1f38")
    c.fill(oval(x, y, radius + 6), "#e0a94e")
    c.fill(oval(x, y, radius - 8), "#fff1cd")
    c.stipple(oval(x, y, radius - 8), "#eab765", "down", 0.5)
    for i in range(60):
        long = 34 if i % 15 == 0 else 26 if i % 5 == 0 else 8
        wide = 15 if i % 15 == 0 else 9 if i % 5 == 0 else 3
        a = math.radians(i * 6)
        outer, inner = radius - 22, radius - 22 - long
        c.line(
            [
                (x + outer * math.sin(a), y - outer * math.cos(a)),
                (x + inner * math.sin(a), y - inner * math.cos(a)),
            ],
            "#2a1b3f",
            wide,
        )
    for minutes, length, wide in ((49 / 60 * 360, 148, 13), ((3 + 49 / 60) * 30, 100, 21)):
        a = math.radians(minutes)
        tip = (x + length * math.sin(a), y - length * math.cos(a))
        tail = (x - 34 * math.sin(a), y + 34 * math.cos(a))
        c.fill(stroke([tail, tip], wide * 1.2, wide * 0.5), "#2a1b3f")
        c.fill(oval(*tail, wide * 0.7), "#2a1b3f")
    c.fill(oval(x, y, 20), "#2a1b3f")
    c.fill(oval(x, y, 8), "#e0a94e")


# --- swans on the bridge -----------------------------------------------------


def swans_bridge(c: Canvas) -> None:
    """Swans standing across a stone bridge, a van waiting behind them."""
    c.wash(["#7fb6bd", "#bcd6c6", "#f4e3b8"], 0, 520)
    c.glow(300, 270, 400, "#fff3cf", 0.9)
    c.fill(oval(300, 270, 84), "#fff8e2")
    cloud(c, 1150, 130, 400, "#fbf5e4", 0.85)
    cloud(c, 640, 200, 260, "#fbf5e4", 0.8)
    gulls(c, [(900, 230, 26), (970, 190, 18)], "#2b4a5a")
    c.fill(
        land([(-20, 400), (240, 300), (520, 370), (800, 280), (1160, 360), (1400, 300), (1640, 380)]),
        "#8db39a",
    )
    c.fill(land([(-20, 450), (300, 400), (640, 440), (1000, 390), (1640, 450)]), "#5f8f7c")
    walls = ("#c65a3e", "#f3e3c0", "#d99a3d", "#f3e3c0", "#7d4a5c")
    for i in range(13):
        if not 4 < i < 8:
            house(c, 20 + i * 122, 506, (88, 110 + (i * 47) % 50), (walls[i % 5], "#4a3342", "#2b4a5a"))
    c.wash(["#5f9aa0", "#2f6b7a", "#1f5163"], 500, 1000)
    ripples(c, (0, 540, 400, 960), "#a9d2c8", 12, 0.6)
    ripples(c, (1200, 540, 1600, 960), "#a9d2c8", 12, 0.6)
    _deck(c)
    _van(c, 800, 508)
    for x, y, size, flip in ((540, 652, 0.62, True), (1010, 640, 0.6, False)):
        _swan(c, x, y, size, flip)
    for x, y, size, flip in ((400, 866, 1.06, True), (1190, 858, 1.06, False), (812, 930, 1.22, True)):
        _swan(c, x, y, size, flip)


def _deck(c: Canvas) -> None:
    """The bridge in perspective between two parapets."""
    c.fill([(690, 470), (910, 470), (1500, 1010), (100, 1010)], "#d8bf97")
    c.stipple([(690, 470), (910, 470), (1500, 1010), (100, 1010)], "#8d6a63", "up", 0.6)
    for k in range(7):
        t = (k + 0.3) / 7
        y = 470 + 540 * t**1.8
        half = 110 + 590 * t**1.8
        c.line([(800 - half, y), (800 + half, y)], "#b79b7a", 2 + 4 * t)
    for side in (-1, 1):
        x0, x1 = 800 + side * 110, 800 + side * 700
        wall: list[Point] = [(x0, 470), (x0, 432), (x1, 770), (x1, 1010)]
        c.fill(wall, "#8f7f86")
        c.stipple(wall, "#4d3d55", "up", 0.6)
        c.fill([(x0, 432), (x0 + side * 34, 430), (x1 + side * 150, 752), (x1, 770)], "#c8b8ab")
        c.fill([(x1, 770), (x1 + side * 150, 752), (x1 + side * 150, 1010), (x1, 1010)], "#75666f")
        for t in (0.18, 0.36, 0.58, 0.82):
            x = x0 + (x1 - x0) * t
            top, low = 432 + 338 * t, 470 + 540 * t
            c.line([(x, top), (x, low)], "#6d5e68", 2 + 3 * t)
        c.line([(x0, 451), (x1, 890)], "#6d5e68", 3)


def _van(c: Canvas, x: float, ground: float) -> None:
    """A small red van, seen from the front, that cannot get by."""
    c.fill(oval(x, ground, 92, 10), "#4d3d55", 0.6)
    c.fill(box(x - 76, ground - 150, x + 76, ground - 8, 22), "#c0442f")
    c.fill(box(x - 60, ground - 136, x + 60, ground - 80, 12), "#24465a")
    c.fill([(x - 40, ground - 136), (x, ground - 136), (x - 30, ground - 80), (x - 60, ground - 80)], "#5f97a5")
    c.fill(arc(x + 30, ground - 80, 26, 26, 180, 360), "#122a38")
    c.fill(oval(x + 30, ground - 112, 15), "#122a38")
    c.fill(box(x - 76, ground - 36, x + 76, ground - 18), "#7c2a2c")
    for dx in (-54, 54):
        c.fill(oval(x + dx, ground - 52, 15), "#ffe9ae")
        c.fill(box(x + dx - 14, ground - 14, x + dx + 14, ground + 4, 4), "#2a2233")


def _swan(c: Canvas, x: float, y: float, size: float, flip: bool) -> None:
    """A standing swan facing right, feet at y."""

    def at(points: list[Point]) -> list[Point]:
        return placed(points, x, y, size, flip)

    c.fill(at(cast(oval(0, 2, 90, 12), -150, 46)), "#5d4660", 0.4)
    for dx in (-14, 26):
        c.line(at([(dx, -62), (dx + 2, 0)]), "#2d2a35", 9 * size)
        c.fill(at([(dx - 8, 2), (dx + 30, 4), (dx + 4, -10)]), "#2d2a35")
    body = smooth(
        [
            (118, -138),
            (96, -72),
            (10, -48),
            (-80, -68),
            (-168, -142),
            (-110, -150),
            (-50, -178),
            (40, -186),
            (96, -172),
        ]
    )
    c.fill(at(body), "#fffaf0")
    c.stipple(at(body), "#8c9fb5", "down", 0.75)
    neck: list[Point] = [(78, -120), (124, -172), (112, -250), (84, -310), (104, -360), (146, -366)]
    curve = smooth(neck, closed=False)
    c.fill(at(stroke(curve, 66, 30)), "#fffaf0")
    c.fill(at(smooth([(116, -374), (148, -388), (180, -374), (186, -352), (160, -342), (124, -346)])), "#fffaf0")
    c.fill(at([(170, -380), (196, -362), (222, -342), (190, -338), (172, -346)]), "#e8823a")
    c.fill(at(smooth([(160, -368), (180, -384), (190, -366), (176, -350)])), "#22202c")
    wing = smooth([(60, -160), (70, -110), (0, -84), (-90, -104), (-176, -152), (-70, -176), (10, -182)])
    c.fill(at(wing), "#ffffff")
    c.stipple(at(wing), "#a9b7c6", "left", 0.6)
    for k in range(3):
        feather = smooth(
            [(20 - k * 8, -140 + k * 20), (-50, -118 + k * 14), (-120 + k * 14, -130 + k * 12)], closed=False
        )
        c.line(at(feather), "#b7c3cf", 4 * size)


# --- gull --------------------------------------------------------------------


def gull(c: Canvas) -> None:
    """A gull's head, very close, with a chip across its beak."""
    c.wash(["#1f7f8a", "#3f9d9d", "#86c0ac"])
    c.fill(oval(1120, 400, 330), "#ee7a55")
    c.stipple(oval(1120, 400, 330), "#c63f43", "down", 0.8)
    c.fill(land([(-20, 860), (500, 846), (1000, 862), (1640, 850)]), "#145563")
    ripples(c, (700, 870, 1600, 990), "#4fa3a3", 14, 0.6)
    _gull_body(c)
    _gull_beak(c)
    _gull_eye(c, (700, 372))


def _gull_body(c: Canvas) -> None:
    """White head and breast, grey back."""
    shape = smooth(
        [
            (-60, 1060),
            (-40, 720),
            (120, 600),
            (300, 520),
            (400, 390),
            (470, 260),
            (600, 182),
            (740, 190),
            (838, 268),
            (876, 366),
            (860, 470),
            (810, 560),
            (820, 680),
            (880, 830),
            (900, 1060),
        ]
    )
    c.fill(shape, "#fffaf0")
    c.stipple(shape, "#9fb3bd", "left", 0.85)
    c.stipple(shape, "#9fb3bd", "down", 0.4)
    back = smooth([(-80, 1060), (-60, 700), (120, 596), (290, 560), (420, 690), (470, 880), (440, 1060)])
    c.fill(back, "#6f8796")
    c.stipple(back, "#35505f", "down", 0.8)
    for k in range(3):
        c.line(
            smooth([(-20, 760 + k * 80), (180, 700 + k * 84), (400, 790 + k * 70)], closed=False),
            "#4d6675",
            9,
        )


def _gull_beak(c: Canvas) -> None:
    """A strong yellow beak clamped on a chip."""
    lower = smooth([(836, 440), (960, 452), (1090, 452), (1180, 452), (1150, 500), (1060, 532), (940, 520), (846, 500)])
    c.fill(lower, "#e89a2c")
    c.fill(oval(1100, 492, 30, 22), "#cf3f2c")
    chip: list[Point] = [(960, 690), (1040, 220), (1126, 232), (1046, 702)]
    c.fill(chip, "#fbe09a")
    c.fill([(1098, 228), (1126, 232), (1046, 702), (1018, 698)], "#e2a94c")
    c.stipple(chip, "#c9822f", "down", 0.45)
    c.fill([(1040, 220), (1126, 232), (1142, 206), (1060, 194)], "#fff0bf")
    upper = smooth(
        [
            (830, 330),
            (930, 338),
            (1060, 362),
            (1170, 392),
            (1228, 448),
            (1222, 520),
            (1186, 482),
            (1110, 452),
            (980, 446),
            (850, 446),
        ]
    )
    c.fill(upper, "#f6b93b")
    c.stipple(upper, "#e08326", "down", 0.6)
    c.line(smooth([(800, 452), (900, 452), (1050, 450), (1150, 466), (1190, 486)], closed=False), "#8a4a1e", 6)
    c.fill(oval(962, 388, 26, 8, 10), "#8a4a1e")


def _gull_eye(c: Canvas, centre: Point) -> None:
    """A pale, unrepentant eye."""
    x, y = centre
    c.fill(oval(x, y, 52), "#d9573a")
    c.fill(oval(x, y, 43), "#fbe08a")
    c.fill(oval(x + 5, y, 23), "#1b2a33")
    c.fill(oval(x + 13, y - 10, 7), "#ffffff")
    brow = smooth([(x - 66, y - 52), (x, y - 60), (x + 78, y - 18), (x + 20, y - 34), (x - 30, y - 38)])
    c.fill(brow, "#fffaf0")
    tapered(c, [(x - 62, y - 42), (x, y - 46), (x + 72, y - 12)], (5, 8), "#5e7482")


SCENES: dict[str, Scene] = {
    "lighthouse": Scene(
        lighthouse,
        "A red and white lighthouse on a dark headland sweeps its beam over the sea at dusk, "
        "a half-set sun and a small boat to its left.",
    ),
    "container-ship": Scene(
        container_ship,
        "A giant container ship fills a tiny harbour, its hull and stacked "
        "containers towering over a row of little gabled houses.",
    ),
    "clock-tower": Scene(
        clock_tower,
        "A brick clock tower stands lit above dark rooftops at dusk, its dial showing eleven minutes to four.",
    ),
    "swans-bridge": Scene(
        swans_bridge,
        "Five white swans stand across a stone bridge while a red van waits behind them.",
    ),
    "gull": Scene(
        gull,
        "A gull seen very close, its pale eye wide, holds a chip across its yellow beak in front of a coral sun.",
    ),
}
