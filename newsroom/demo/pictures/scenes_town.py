"""The scenes of the town: stalls, shelves, stages and streets."""

import math

from .brush import Canvas, Point, Scene, arc, box, cast, land, mix, oval, placed, smooth, stroke, turned
from .motifs import cloud, figure, mountain, ripples, rope, stars, tapered


def bell_tower(c: Canvas) -> None:
    """A wooden bell tower above a fjord under snow mountains."""
    c.wash(["#5fa3b5", "#a9d0c9", "#f6e6c2"], 0, 600)
    cloud(c, 300, 130, 330, "#fdf6e6", 0.9)
    cloud(c, 1380, 190, 300, "#fdf6e6", 0.8)
    for peak, base, rock in (
        ((1010, 240), (700, 1380, 600), "#7fa3b2"),
        ((250, 190), (-160, 660, 600), "#6f96aa"),
        ((1400, 150), (1020, 1760, 600), "#54809a"),
    ):
        mountain(c, peak, base, rock, "#fdf8ee")
    c.wash(["#a7cfc6", "#4f98a6", "#2a6c85"], 596, 1000)
    for x, wide in ((250, 300), (1400, 300), (1010, 200)):
        c.fade([(x - wide, 600), (x + wide, 600), (x, 820)], "#2f6680", "up", 0.5)
    ripples(c, (0, 620, 1600, 860), "#d8ebdd", 26, 0.6)
    c.fill(land([(-20, 830), (300, 800), (800, 850), (1200, 810), (1640, 840)]), "#6f9160")
    c.stipple(land([(-20, 830), (300, 800), (800, 850), (1200, 810), (1640, 840)]), "#d9c25f", "up", 0.5)
    c.fill([(640, 884), (860, 884), (1500, 1010), (1080, 1010)], "#33533f", 0.5)
    _bell_frame(c, 700)
    for x in (60, 180, 300, 1080, 1200, 1320, 1440, 1560):
        c.fill(box(x, 850, x + 18, 950, 4), "#7a4433")
    for y in (876, 912):
        c.fill(box(-20, y, 380, y + 12), "#8f5540")
        c.fill(box(1040, y, 1620, y + 12), "#8f5540")


def _bell_frame(c: Canvas, x: float) -> None:
    """The tower: a boarded foot, an open belfry with a bell, a steep roof."""
    foot: list[Point] = [(x - 110, 560), (x + 110, 560), (x + 150, 890), (x - 150, 890)]
    c.fill(foot, "#a5482f")
    for k in range(-3, 4):
        c.line([(x + k * 32, 564), (x + k * 42, 888)], "#7f3428", 5)
    c.stipple(foot, "#4a1f26", "right", 0.75)
    c.fill(box(x - 36, 750, x + 36, 890, 36), "#3a2030")
    c.fill(box(x - 136, 536, x + 136, 568, 4), "#f6e6c2")
    c.fill(box(x - 106, 300, x + 106, 538), "#3f7d92")
    c.fill(box(x - 106, 300, x + 106, 538), "#2b2540", 0.55)
    for dx in (-120, 92):
        c.fill(box(x + dx, 300, x + dx + 28, 540), "#a5482f")
    c.line([(x - 100, 500), (x + 100, 500)], "#8f3d2c", 14)
    c.line([(x - 96, 322), (x + 96, 322)], "#8f3d2c", 20)
    bell = smooth(
        [
            (x - 20, 340),
            (x + 20, 340),
            (x + 46, 380),
            (x + 56, 440),
            (x + 84, 478),
            (x, 486),
            (x - 84, 478),
            (x - 56, 440),
            (x - 46, 380),
        ]
    )
    c.fill(oval(x, 488, 20), "#6d4322")
    c.fill(bell, "#eab04a")
    c.stipple(bell, "#8f4f26", "right", 0.8)
    c.fill(box(x - 100, 456, x + 100, 466), "#b9762f", clip=bell)
    c.fill([(x - 160, 312), (x, 50), (x + 160, 312)], "#33495c")
    c.fill([(x, 50), (x + 160, 312), (x + 20, 312)], "#22324a")
    for t in (0.35, 0.55, 0.75, 0.93):
        c.line([(x - 156 * t, 50 + 262 * t), (x + 156 * t, 50 + 262 * t)], "#4d6a7a", 4)
    c.line([(x, 60), (x, -6)], "#33495c", 8)
    c.fill([(x, 4), (x + 60, 18), (x, 32)], "#eab04a")


def night_market(c: Canvas) -> None:
    """Striped stalls under strings of lanterns."""
    c.wash(["#151a3f", "#2c2455", "#5b2f5f", "#a2495a"], 0, 760)
    stars(c, 70, 300, "#f8e6c0")
    x = -40
    for k in range(9):
        wide, top = 200, 330 + (k * 83) % 120
        c.fill(
            [(x, 800), (x, top), (x + wide / 2, top - 90), (x + wide, top), (x + wide, 800)],
            "#231c48" if k % 2 else "#2d2352",
        )
        for j in range(3):
            if (k + j) % 3:
                c.fill(box(x + 36 + j * 50, top + 50, x + 60 + j * 50, top + 86), "#d98a4c", 0.8)
        x += wide - 10
    c.wash(["#3c234c", "#1a1437"], 780, 1000)
    c.glow(800, 690, 900, "#ffb75e", 0.55)
    for left, tint in ((40, "#c5412f"), (570, "#2f8f8c"), (1100, "#e0a235")):
        _stall(c, left, tint)
    tints = ("#f4b13e", "#e8623c", "#f7d98a", "#3fa39a", "#d94f6b")
    for row, (y, sag) in enumerate(((60, 110), (150, 150))):
        for half in range(2):
            points = rope(c, (half * 800 - 20, y), (half * 800 + 820, y - 10), sag / 2, "#0f1130", 4)
            for k in range(2 + row, 20, 4):
                px, py = points[k]
                _lantern(c, px, py, 40 + row * 10, tints[(k // 4 + half + row * 2) % 5])
    for x0, tall, coat in (
        (200, 250, "#3b2458"),
        (470, 300, "#1f3a63"),
        (540, 270, "#7a2c4a"),
        (1010, 310, "#2b2050"),
        (1090, 190, "#a2403f"),
        (1440, 280, "#1f3a63"),
    ):
        c.fill(cast(oval(x0, 986, 34, 8), 30, 40), "#0d0b26", 0.6)
        figure(c, x0, 986, tall, "#120f2c", coat)


def _lantern(c: Canvas, x: float, y: float, r: float, tint: str) -> None:
    """A paper lantern hung at (x, y), `r` px in radius."""
    c.glow(x, y + r, r * 3, tint, 0.55)
    c.fill(oval(x, y + r, r * 0.92, r), tint)
    c.glow(x, y + r, r * 0.9, "#fff6d2", 0.9)
    for part in (0.36, 0.7):
        c.line(arc(x, y + r, r * part, r * 0.98, 90, 270), mix(tint, "#5a1f3a", 0.4), 2)
        c.line(arc(x, y + r, r * part, r * 0.98, -90, 90), mix(tint, "#5a1f3a", 0.4), 2)
    c.fill(box(x - r * 0.35, y - 3, x + r * 0.35, y + r * 0.12, 3), "#241a3f")
    c.fill(box(x - r * 0.35, y + r * 1.9, x + r * 0.35, y + r * 2.04, 3), "#241a3f")


def _stall(c: Canvas, left: float, tint: str) -> None:
    """A lit stall with goods and a scalloped, striped awning."""
    c.fill(box(left + 20, 560, left + 440, 860), "#f2a65a")
    c.stipple(box(left + 20, 560, left + 440, 860), "#8a2f3f", "down", 0.6)
    c.glow(left + 230, 640, 210, "#fff0bd", 0.9)
    figure(c, left + 230, 880, 250, "#3a1c3a", mix(tint, "#3a1c3a", 0.5))
    c.fill(box(left, 780, left + 460, 900), "#5a2a3f")
    c.fill(box(left - 10, 766, left + 470, 790), "#c98a55")
    for k in range(8):
        tone = ("#e8623c", "#f4d27a", "#6f9a58")[k % 3]
        c.fill(oval(left + 50 + k * 52, 752, 30, 24), tone)
    for k in range(8):
        x0, x1 = left - 20 + k * 62.5, left + 42.5 + k * 62.5
        tone = tint if k % 2 else "#fbe9c6"
        mid, half = left + 230, 190
        top0, top1 = mid - half + k * 47.5, mid - half + (k + 1) * 47.5
        c.fill([(top0, 480), (top1, 480), (x1, 590), (x0, 590)], tone)
        c.fill(oval((x0 + x1) / 2, 590, 31, 26), tone)
    c.fade(box(left - 20, 560, left + 480, 616), "#3a1238", "down", 0.35)


def library(c: Canvas) -> None:
    """Shelves of dark spines and one old book that glows."""
    c.wash(["#2a1f3f", "#1d1833"])
    tints = ("#2b5a6c", "#7a3548", "#3f6a58", "#a85a3a", "#38406e", "#5e4a72", "#8a7a4a")
    for shelf in range(3):
        base = 330 + shelf * 320
        x = -10.0
        while x < 1610:
            wide, tall = c.rng.uniform(34, 74), c.rng.uniform(190, 262)
            if shelf == 1 and x + wide > 560 and x < 1040:
                x = 1040
                continue
            _spine(c, x, base, wide, tall, c.rng.choice(tints))
            x += wide + 2
        c.fill(box(-10, base, 1610, base + 38), "#6a3f35")
        c.fill(box(-10, base, 1610, base + 8), "#a3663f")
        c.fade(box(-10, base + 38, 1610, base + 110), "#0d0a1e", "up", 0.75)
    c.fade(box(0, 0, 420, 1000), "#100c22", "left", 0.75)
    c.fade(box(1180, 0, 1600, 1000), "#100c22", "right", 0.75)
    c.glow(800, 490, 640, "#ffb84d", 0.75)
    c.glow(800, 490, 340, "#fff2c0", 0.8)
    _old_book(c, 800, 650)
    for _ in range(26):
        a, r = c.rng.uniform(0, 6.28), c.rng.uniform(190, 460)
        c.fill(oval(800 + r * math.cos(a), 470 + r * 0.62 * math.sin(a), c.rng.uniform(2, 6)), "#fff2c0", 0.8)


def _spine(c: Canvas, x: float, base: float, wide: float, tall: float, tint: str) -> None:
    """One book's back, with bands."""
    c.fill(box(x, base - tall, x + wide, base, 4), tint)
    c.fill(box(x + wide * 0.72, base - tall, x + wide, base), "#120e24", 0.35)
    for part in (0.14, 0.2, 0.82):
        y = base - tall * (1 - part)
        c.fill(box(x + 3, y, x + wide - 3, y + 5), mix(tint, "#f2d79a", 0.55))


def _old_book(c: Canvas, x: float, base: float) -> None:
    """A thick upright book with clasps and a star on its cover."""
    c.fill([(x + 120, base - 296), (x + 166, base - 272), (x + 166, base - 6), (x + 120, base)], "#fbeec4")
    for k in range(4):
        c.line([(x + 130 + k * 9, base - 284 + k * 5), (x + 130 + k * 9, base - 6)], "#c99b58", 2)
    cover = box(x - 130, base - 300, x + 124, base, 10)
    c.fill(cover, "#e39a35")
    c.stipple(cover, "#a8432f", "left", 0.75)
    c.fill(box(x - 130, base - 300, x - 96, base, 8), "#8f3a2c")
    for x0, y0, x1, y1 in (
        (-76, -280, 104, -272),
        (-76, -30, 104, -22),
        (-76, -280, -68, -22),
        (96, -280, 104, -22),
    ):
        c.fill(box(x + x0, base + y0, x + x1, base + y1), "#fdeab0")
    star = [
        (
            x + 14 + r * math.cos(math.radians(k * 22.5 - 90)),
            base - 151 + r * math.sin(math.radians(k * 22.5 - 90)),
        )
        for k, r in ((k, (74, 26)[k % 2]) for k in range(16))
    ]
    c.fill(star, "#fff6d2")
    for y in (-236, -84):
        c.fill(box(x + 96, base + y, x + 172, base + y + 24, 6), "#6d4a2c")


def pots(c: Canvas) -> None:
    """Five vases in a deep blue glaze on a shelf."""
    c.wash(["#f3dfbd", "#ecc99c"])
    c.fade([(-20, -20), (700, -20), (1640, 800), (1640, 1010), (900, 1010)], "#fff6df", "up", 0.8)
    c.fill(box(-20, 770, 1620, 822), "#8f5a3f")
    c.fill(box(-20, 770, 1620, 784), "#b9784f")
    c.fade(box(-20, 822, 1620, 940), "#8a5a4a", "up", 0.6)
    profiles = (
        (210, 1.0, [(44, -330), (36, -280), (96, -200), (112, -110), (60, 0)]),
        (500, 1.0, [(30, -520), (22, -420), (34, -330), (92, -200), (104, -90), (62, 0)]),
        (810, 1.0, [(92, -300), (74, -270), (140, -180), (152, -110), (80, 0)]),
        (1120, 1.0, [(54, -570), (32, -500), (40, -420), (112, -310), (104, -150), (64, 0)]),
        (1410, 1.0, [(120, -220), (132, -160), (116, -70), (56, 0)]),
    )
    for i, (x, size, side) in enumerate(profiles):
        _vase(c, x, [(px * size, py * size) for px, py in side], i)


def _vase(c: Canvas, x: float, side: list[Point], number: int) -> None:
    """A vase from its right-hand profile, glaze run over bare clay."""
    right = smooth(side, closed=False)
    outline = placed([*right, *((-px, py) for px, py in reversed(right))], x, 772)
    top, lip = 772 + side[0][1], side[0][0]
    c.fill(cast(box(x - side[-1][0], 764, x + side[-1][0], 772), 220, -130), "#a8714f", 0.4)
    c.fill(outline, "#c98257")
    drip: list[Point] = [(x - 200, top - 20), (x + 200, top - 20)]
    low = top + (772 - top) * (0.74 + 0.06 * (number % 2))
    drip.extend((x + 200 - k * 50, low + (34 if (k + number) % 2 else -10)) for k in range(9))
    c.fill(
        [drip[0], drip[1], *smooth(drip[2:], closed=False)],
        ("#1f4fa3", "#17408f", "#2a63b8")[number % 3],
        clip=outline,
    )
    c.stipple(outline, "#0c1f55", "right", 0.85)
    c.fade(outline, "#7fc3e0", "left", 0.35)
    shine: list[Point] = [(px * -0.62, py) for px, py in right[len(right) // 3 : len(right) * 3 // 4]]
    c.fill(stroke(placed(shine, x, 772), 4, 16), "#d7eef5", 0.75)
    c.fill(oval(x, top, lip, lip * 0.2), "#3f7fd0")
    c.fill(oval(x, top + 1, lip * 0.82, lip * 0.14), "#0c1f55")


def opera(c: Canvas) -> None:
    """A singer in a spotlight among fish crates, between red curtains."""
    c.wash(["#3a1030", "#5a1736", "#2a0d2c"])
    c.fade([(760, -20), (900, -20), (1200, 860), (460, 860)], "#ffe2a6", "up", 0.75)
    c.fill(land([(-20, 800), (800, 780), (1640, 800)]), "#7a4a3a")
    c.stipple(land([(-20, 800), (800, 780), (1640, 800)]), "#2a0d2c", "down", 0.85)
    c.fill(oval(830, 868, 380, 66), "#ffd98a")
    c.stipple(oval(830, 868, 380, 66), "#e08a4c", "down", 0.5)
    for x, y in ((290, 868), (450, 868), (370, 756), (1180, 880), (1330, 880), (1255, 768), (1255, 656)):
        _crate(c, x, y)
    _singer(c, 820, 890)
    for side in (-1, 1):
        for k in range(6):
            x0 = 800 + side * (840 - k * 62)
            sway = side * (40 + k * 6)
            fold = smooth(
                [
                    (x0, -60),
                    (x0 - side * 84, -60),
                    (x0 - side * 60 - sway * 0.2, 420),
                    (x0 - side * 70 + sway, 960),
                    (x0 + side * 20, 980),
                    (x0 + side * 16, 400),
                ]
            )
            c.fill(fold, ("#b3252f", "#8c1a2e")[k % 2])
            c.stipple(fold, "#3d0a22", "left", 0.55)
    for k in range(10):
        x = -20 + k * 164
        c.fill([(x, -10), (x + 164, -10), *arc(x + 82, 60, 82, 84, 0, 180)], ("#c9303a", "#a31f33")[k % 2])
        c.line(arc(x + 82, 60, 82, 84, 0, 180), "#eab04a", 9)


def _crate(c: Canvas, x: float, y: float) -> None:
    """A slatted crate with fish tails over its rim; x, y is the middle of its foot."""
    for k in (-40, 0, 40):
        tail: list[Point] = [(0, 0), (-12, -40), (-32, -68), (0, -54), (30, -70), (12, -40)]
        c.fill(placed(tail, x + k, y - 90), "#8fb9c4" if k else "#c9dcd8")
    for k in range(3):
        c.fill(box(x - 70, y - 100 + k * 36, x + 70, y - 70 + k * 36), "#c98a4f")
    c.fill(box(x + 10, y - 100, x + 70, y + 2), "#3a1030", 0.35)
    for dx in (-70, 54):
        c.fill(box(x + dx, y - 104, x + dx + 16, y + 4), "#9c5f38")


def _singer(c: Canvas, x: float, y: float) -> None:
    """A woman in a long gown, arms wide, head back; feet at y."""
    dark = "#1f0b26"
    c.fill(oval(x + 20, y + 4, 190, 20), "#7a3a34", 0.7)
    gown = smooth(
        [
            (-34, -350),
            (34, -350),
            (46, -240),
            (90, -120),
            (190, 0),
            (0, 16),
            (-190, 0),
            (-90, -120),
            (-46, -240),
        ]
    )
    c.fill(placed(gown, x, y), dark)
    c.fill(
        placed(smooth([(-30, -360), (30, -360), (64, -430), (20, -452), (-20, -452), (-64, -430)]), x, y),
        dark,
    )
    c.fill(placed(stroke([(0, -420), (-4, -480)], 30, 24), x, y), dark)
    c.fill(oval(x + 2, y - 508, 36, 42, 14), dark)
    c.fill(oval(x - 34, y - 536, 26), dark)
    for side in (-1, 1):
        tapered(c, placed([(side * 50, -428), (side * 130, -420), (side * 196, -500)], x, y), (34, 16), dark)
    c.fill(
        placed(smooth([(12, -346), (34, -346), (46, -240), (90, -120), (190, 0), (120, 6), (50, -150)]), x, y),
        "#8c1a4a",
    )


def brass(c: Canvas) -> None:
    """A tuba bell, a trumpet and a horn, gold on deep red."""
    c.wash(["#8f1f2e", "#5c1226"])
    c.fill(oval(1010, 470, 640), "#a52a33", 0.6)
    c.fill(cast(oval(1090, 450, 330), -130, 210), "#3d0a1e", 0.55)
    for r, tint in (
        (346, "#9c5a1f"),
        (336, "#f6cf6b"),
        (300, "#e0a036"),
        (240, "#c07a26"),
        (170, "#8f4f1e"),
        (100, "#4a2016"),
    ):
        c.fill(oval(1090 - (336 - r) * 0.06, 450 + (336 - r) * 0.08, r), tint)
    c.stipple(oval(1090, 450, 300), "#5c1226", "right", 0.5)
    c.line(arc(1090, 450, 318, 318, 190, 265), "#fff2c0", 12)
    _french_horn(c, 370, 580)
    _trumpet(c)


def _tube(c: Canvas, points: list[Point], width: float) -> None:
    """A shining brass tube through the points."""
    for dx, part, tint in ((0, 1.0, "#9c5a1f"), (0, 0.8, "#e3a63c"), (-width * 0.14, 0.26, "#fbe6a0")):
        c.line([(x + dx, y + dx) for x, y in points], tint, width * part)


def _french_horn(c: Canvas, x: float, y: float) -> None:
    """Coils of tube with a flared bell."""
    c.fill(oval(x + 30, y + 50, 250), "#3d0a1e", 0.4)
    c.fill(oval(x, y, 190), "#741829")
    for r, width in ((214, 40), (150, 30), (94, 26)):
        _tube(c, arc(x, y, r, r, 0, 360), width)
    for k in (-50, 0, 50):
        c.fill(oval(x + k, y + 10, 22), "#9c5a1f")
        c.fill(oval(x + k - 3, y + 7, 16), "#fbe6a0")
    _tube(
        c,
        smooth([(x - 200, y - 60), (x - 150, y - 220), (x - 60, y - 330), (x + 20, y - 420)], closed=False),
        26,
    )
    c.fill(stroke([(x + 16, y - 412), (x + 40, y - 450)], 26, 40), "#fbe6a0")
    for r, tint in ((160, "#9c5a1f"), (152, "#f6cf6b"), (120, "#d08c2c"), (70, "#4a2016")):
        c.fill(oval(x - 130, y + 170, r, r * 0.8, -30), tint)


def _trumpet(c: Canvas) -> None:
    """A trumpet slanting up across the sheet."""

    def at(points: list[Point]) -> list[Point]:
        return turned(points, -16, (960, 760))

    c.fill([(x + 40, y + 60) for x, y in at(box(540, 730, 1480, 850, 40))], "#3d0a1e", 0.45)
    _tube(c, at([*arc(760, 790, 60, 60, 270, 90), *arc(1160, 790, 60, 60, 90, -90)]), 26)
    _tube(c, at([(470, 730), (1290, 730)]), 26)
    c.fill(at([(452, 712), (476, 722), (476, 738), (452, 748), (430, 752), (430, 708)]), "#fbe6a0")
    for k in range(3):
        x = 870 + k * 78
        c.fill(at(box(x + 18, 620, x + 32, 700)), "#9c5a1f")
        c.fill(at(box(x + 2, 610, x + 48, 628, 8)), "#fff2c0")
        c.fill(at(box(x - 6, 690, x + 56, 880, 12)), "#9c5a1f")
        c.fill(at(box(x, 694, x + 48, 874, 10)), "#e3a63c")
        c.fill(at(box(x + 6, 700, x + 16, 868, 5)), "#fbe6a0")
    bell = at(
        [
            *smooth([(1220, 718), (1330, 708), (1410, 676), (1470, 600)], closed=False),
            *smooth([(1470, 860), (1410, 784), (1330, 752), (1220, 742)], closed=False),
        ]
    )
    c.fill(bell, "#e3a63c")
    c.stipple(bell, "#9c5a1f", "down", 0.7)
    c.fill(at(oval(1470, 730, 36, 132)), "#f6cf6b")
    c.fill(at(oval(1472, 730, 26, 112)), "#5a2a18")


def cinema(c: Canvas) -> None:
    """A picture house at night, its canopy lit, people queuing."""
    c.wash(["#141a44", "#2b2560", "#5b3470"], 0, 800)
    stars(c, 60, 360, "#f8e6c0")
    for x0, x1, top in ((-20, 330, 360), (1270, 1640, 320)):
        c.fill(box(x0, top, x1, 830), "#1d1a44")
        for wx in range(int(x0) + 50, int(x1) - 40, 92):
            for wy in range(int(top) + 50, 740, 130):
                c.fill(box(wx, wy, wx + 40, wy + 66), "#e0a24c" if (wx * 7 + wy) % 5 < 2 else "#2b2860")
    c.wash(["#2f2348", "#15122f"], 820, 1000)
    for x0, x1, top, tint in (
        (330, 1270, 300, "#2f7f86"),
        (470, 1130, 190, "#37919a"),
        (610, 990, 90, "#2f7f86"),
    ):
        c.fill(box(x0, top, x1, 830), tint)
        c.fill(box(x0, top, x1, top + 16), "#f6dfae")
    c.stipple(box(330, 318, 1270, 830), "#1b1f4c", "up", 0.5)
    for x in (520, 580, 1020, 1080):
        c.fill(box(x - 9, 230, x + 9, 520, 9), "#f28a5c")
    c.fill(box(700, 20, 900, 500, 18), "#c0334a")
    c.fill(box(716, 36, 884, 484, 12), "#8c1f42")
    for k in range(5):
        c.glow(800, 90 + k * 88, 90, "#ffcf6b", 0.6)
        _bulb_star(c, 800, 90 + k * 88, 42)
    c.glow(800, 690, 760, "#ffc766", 0.6)
    c.fill(box(350, 640, 1250, 830), "#ffdf94")
    _doors(c)
    c.fill([(250, 520), (1350, 520), (1300, 640), (300, 640)], "#c0334a")
    c.fill([(286, 540), (1314, 540), (1286, 620), (314, 620)], "#fff3cf")
    for x in range(270, 1340, 40):
        c.fill(oval(x, 530, 9), "#ffe9a0")
        c.fill(oval(300 + (x - 270) * 0.935, 632, 9), "#ffe9a0")
    for x in range(340, 1250, 70):
        c.fill(
            [(x, 832), (x + 50, 832), (800 + (x + 50 - 800) * 1.7, 1010), (800 + (x - 800) * 1.7, 1010)],
            "#ffc766",
            0.3,
        )
    for x, tall, coat in (
        (420, 196, "#2b2560"),
        (500, 210, "#8c1f42"),
        (566, 150, "#1f5a66"),
        (1120, 204, "#5b3470"),
        (1190, 190, "#1f4a6a"),
        (900, 200, "#3a1f4a"),
    ):
        c.fill(cast(oval(x, 858, 26, 6), (x - 800) * 0.3, 90), "#0f0d26", 0.5)
        figure(c, x, 858, tall, "#15122f", coat)


def _bulb_star(c: Canvas, x: float, y: float, r: float) -> None:
    """A five-pointed star of light."""
    points: list[Point] = []
    for k in range(10):
        a, reach = math.radians(k * 36 - 90), (r, r * 0.42)[k % 2]
        points.append((x + reach * math.cos(a), y + reach * math.sin(a)))
    c.fill(points, "#fff0b8")


def _doors(c: Canvas) -> None:
    """Four dark doors and two poster frames."""
    for k in range(4):
        x = 640 + k * 82
        c.fill(box(x, 660, x + 74, 830), "#7a2c3f")
        c.fill(box(x + 12, 676, x + 62, 780), "#f2b35a")
    for x, tone in ((390, "#2f7f86"), (1080, "#5b3470")):
        c.fill(box(x, 664, x + 130, 806), "#3a1f38")
        c.fill(box(x + 12, 676, x + 118, 794), tone)
        c.fill(oval(x + 65, 726, 32), "#f6dfae")
        c.fill([(x + 12, 794), (x + 60, 740), (x + 118, 794)], "#c0334a")


def umbrellas(c: Canvas) -> None:
    """Rows of coloured umbrellas on a wet square, from above."""
    c.wash(["#7f93a3", "#5f7789"])
    for k in range(-4, 22):
        c.line([(k * 100, -20), (k * 100 - 300, 1020)], "#6d8496", 3)
    for k in range(11):
        c.line([(-20, k * 100), (1620, k * 100)], "#6d8496", 3)
    pairs = (
        ("#d9482f", "#f6e6c6"),
        ("#e9ab35", "#f7d98f"),
        ("#1f7d86", "#8fcabf"),
        ("#6b2f5e", "#b9728f"),
        ("#f6e6c6", "#c9b58f"),
        ("#23496f", "#6d9fbd"),
        ("#d9482f", "#f28f5c"),
    )
    spots = []
    for row in range(4):
        for col in range(6):
            jitter = c.rng.uniform(-16, 16)
            spots.append((col * 300 + (row % 2) * 150 - 20 + jitter, row * 290 + 66 - jitter, row * 5 + col * 3))
    for x, y, k in spots:
        c.fill(cast(_octagon(x + 16, y + 24, 124, k * 9), 52, 72), "#2b3f55", 0.55)
    for x, y, k in spots:
        _umbrella(c, x, y, 138, k * 9, pairs[k % 7])


def _octagon(x: float, y: float, r: float, turn: float) -> list[Point]:
    """Eight corners round (x, y)."""
    return [
        (x + r * math.cos(math.radians(turn + k * 45)), y + r * math.sin(math.radians(turn + k * 45))) for k in range(8)
    ]


def _umbrella(c: Canvas, x: float, y: float, r: float, turn: float, pair: tuple[str, str]) -> None:
    """An open umbrella from above, with scalloped edges."""
    tips = _octagon(x, y, r, turn)
    for k in range(8):
        a, b = tips[k], tips[(k + 1) % 8]
        mid = ((a[0] + b[0]) / 2 * 0.94 + x * 0.06, (a[1] + b[1]) / 2 * 0.94 + y * 0.06)
        tone = pair[k % 2]
        side = math.cos(math.radians(turn + k * 45 + 22 - 45))
        shade = mix(tone, "#1d2440", 0.3 * max(0.0, side))
        c.fill([(x, y), a, *smooth([a, mid, b], closed=False), b], shade)
    for tip in tips:
        c.line([(x, y), tip], mix(pair[0], "#1d2440", 0.45), 2)
    c.fill(oval(x, y, 9), "#1d2440")
    c.fill(oval(x - 2, y - 2, 4), "#f6e6c6")


def chess(c: Canvas) -> None:
    """Two kings alone on a board, a child's chair with a cushion behind."""
    c.wash(["#2f6f73", "#4f9088", "#a9c4a0"], 0, 560)
    c.fade([(950, -20), (1400, -20), (900, 560), (300, 560)], "#f6e6b8", "up", 0.45)
    _small_chair(c, 860)
    c.wash(["#a35a3c", "#6b3434"], 520, 1000)
    board: list[Point] = [(430, 545), (1170, 545), (1560, 960), (40, 960)]
    c.fill([(20, 972), (1580, 972), (1580, 1010), (20, 1010)], "#3a1d2e")
    c.fill([(412, 535), (1188, 535), (1590, 975), (10, 975)], "#4f2838")
    c.fill(board, "#f3e0b6")
    for row in range(8):
        for col in range(8):
            if (row + col) % 2:
                c.fill(
                    [
                        _square(col, row),
                        _square(col + 1, row),
                        _square(col + 1, row + 1),
                        _square(col, row + 1),
                    ],
                    "#7a3a4a",
                )
    for col, row, size, tones in ((6, 2, 1.02, ("#2b1f3d", "#6b4f78")), (2, 5, 1.36, ("#fbf0d4", "#b58f6a"))):
        x, y = _square(col + 0.5, row + 0.5)
        c.fill(cast(oval(x, y, 70 * size, 22 * size), 330 * size, 70 * size), "#2b1f3d", 0.5)
        _king(c, x, y, size, tones)


def _square(col: float, row: float) -> Point:
    """Where a corner of the board falls, columns and rows 0 to 8."""
    t = row / 8
    depth = t / (t + (1 - t) * 2.0)
    y = 545 + 415 * depth
    left, right = 430 - 390 * depth, 1170 + 390 * depth
    return (left + (right - left) * col / 8, y)


def _king(c: Canvas, x: float, y: float, size: float, tones: tuple[str, str]) -> None:
    """A chess king standing at (x, y), 430 px tall at size 1."""
    light, dark = tones
    side: list[Point] = [
        (50, -330),
        (62, -290),
        (30, -276),
        (26, -240),
        (34, -150),
        (60, -70),
        (74, -40),
        (78, 0),
    ]
    curve = smooth(side, closed=False)
    body = [*curve, *arc(0, 0, 78, 22, 0, 180), *((-px, py) for px, py in reversed(curve))]
    shape = placed(body, x, y, size)
    c.fill(shape, light)
    c.fill(placed(smooth([(-46, -326), (0, -350), (46, -326), (0, -316)]), x, y, size), light)
    for low, wide in ((-52, 76), (-276, 56), (-300, 66)):
        c.fill(placed(box(-wide, low - 9, wide, low + 9, 9), x, y, size), dark)
    for part in (box(-9, -430, 9, -330), box(-34, -404, 34, -384)):
        c.fill(placed(part, x, y, size), light)
    c.stipple(shape, dark, "right", 0.8)
    c.fill(placed([*curve[8:], (30, 10), (4, -150), (4, -276)], x, y, size), dark, 0.4)


def _small_chair(c: Canvas, x: float) -> None:
    """A child's chair pushed to the table, a red cushion on its seat."""
    for dx in (-130, 106):
        c.fill(box(x + dx, 190, x + dx + 24, 560, 8), "#d99a3d")
    for y in (230, 300, 370):
        c.fill(box(x - 130, y, x + 130, y + 32, 12), "#e9b252")
    c.fill(box(x - 150, 470, x + 150, 530, 26), "#c5412f")
    c.fill(box(x - 140, 425, x + 140, 478, 24), "#e26a4a")
    c.stipple(box(x - 150, 425, x + 150, 530, 26), "#6b1f2e", "down", 0.5)


def train(c: Canvas) -> None:
    """A little train at an evening platform with a station clock."""
    c.wash(["#2b3a6b", "#7a5488", "#e08a72", "#f8cf8e"], 0, 640)
    c.fill(oval(1130, 520, 90), "#fff0c4")
    cloud(c, 420, 200, 420, "#a86a8c", 0.6)
    cloud(c, 1360, 330, 380, "#d98a86", 0.6)
    c.fill(land([(-20, 560), (260, 470), (560, 560), (860, 480), (1200, 570), (1640, 500)]), "#5a4476")
    c.fill(land([(-20, 640), (400, 590), (900, 630), (1300, 590), (1640, 640)]), "#3d3560")
    c.fill(box(-20, 690, 1620, 860), "#4f3a52")
    for k in range(30):
        c.fill(box(k * 58 - 20, 768, k * 58 + 12, 784), "#2b2240")
    c.fill(box(-20, 754, 1620, 764), "#c9b5a0")
    _carriages(c)
    c.fill(box(-20, 800, 1620, 1010), "#8f6a66")
    c.fill(box(-20, 800, 1620, 820), "#f3dcae")
    c.stipple(box(-20, 820, 1620, 1010), "#2b2240", "down", 0.75)
    for x in (250, 1420):
        c.fill(cast(box(x - 10, 900, x + 10, 912), -260, 90), "#2b2240", 0.45)
    _platform_clock(c, 250)
    c.fill(box(1412, 470, 1428, 910), "#1f1a38")
    c.glow(1420, 470, 190, "#ffe2a0", 0.8)
    c.fill([(1380, 440), (1460, 440), (1444, 500), (1396, 500)], "#ffedb8")
    c.fill([(1370, 442), (1420, 404), (1470, 442)], "#1f1a38")
    c.fill(cast(oval(1180, 930, 26, 6), -170, 50), "#2b2240", 0.45)
    figure(c, 1180, 930, 220, "#1f1a38", "#2f7f86")
    c.fill(box(1220, 870, 1284, 932, 8), "#b5432e")
    c.line(arc(1252, 872, 16, 16, 180, 360), "#1f1a38", 5)


def _carriages(c: Canvas) -> None:
    """Two carriages, the front to the left."""
    for x0, x1 in ((360, 860), (880, 1380)):
        for wx in (x0 + 90, x1 - 90):
            c.fill(oval(wx - 34, 750, 26), "#1f1a38")
            c.fill(oval(wx + 34, 750, 26), "#1f1a38")
        shape = box(x0, 490, x1, 742, 30)
        if x0 == 360:
            shape = [
                *smooth([(340, 640), (372, 520), (430, 490)], closed=False),
                (860, 490),
                (860, 742),
                (350, 742),
            ]
        c.fill(shape, "#b5432e")
        c.fill(box(x0 - 30, 640, x1, 672), "#f3dcae", clip=shape)
        c.stipple(shape, "#4a1a30", "down", 0.5)
        c.fill(box(x0 + 60, 474, x1 - 40, 494, 8), "#3a2a4a")
        for wx in range(int(x0) + 90, int(x1) - 70, 84):
            c.fill(box(wx, 530, wx + 62, 612, 10), "#ffdf94")
    c.fill([(366, 612), (386, 530), (430, 530), (430, 612)], "#24365c")
    c.fill(oval(364, 694, 15), "#fff0c4")
    c.glow(350, 694, 110, "#fff0c4", 0.6)


def _platform_clock(c: Canvas, x: float) -> None:
    """A double-faced clock on an iron post, at ten past seven."""
    c.fill(box(x - 9, 330, x + 9, 910), "#1f1a38")
    c.fill(box(x - 34, 890, x + 34, 914, 6), "#1f1a38")
    c.glow(x, 270, 230, "#ffe9b8", 0.5)
    c.fill(oval(x, 270, 118), "#1f1a38")
    c.fill(oval(x, 270, 100), "#fdf1d2")
    for k in range(12):
        a = math.radians(k * 30)
        c.line(
            [(x + 90 * math.sin(a), 270 - 90 * math.cos(a)), (x + 74 * math.sin(a), 270 - 74 * math.cos(a))],
            "#1f1a38",
            7,
        )
    for turn, reach, wide in ((60, 72, 9), (215, 48, 13)):
        a = math.radians(turn)
        c.line([(x, 270), (x + reach * math.sin(a), 270 - reach * math.cos(a))], "#1f1a38", wide)
    c.fill(oval(x, 270, 11), "#b5432e")


SCENES: dict[str, Scene] = {
    "bell-tower": Scene(
        bell_tower,
        "A red wooden tower with a golden bell in its open belfry stands beside a fjord under snow-capped mountains.",
    ),
    "night-market": Scene(
        night_market,
        "Strings of bright paper lanterns hang over three stalls with "
        "striped awnings while shoppers stand in the dark in front.",
    ),
    "library": Scene(
        library, "On dark shelves full of old spines one thick golden book with a star on its cover glows."
    ),
    "pots": Scene(pots, "Five vases of different shapes in a deep blue glaze over bare clay stand on a wooden shelf."),
    "opera": Scene(
        opera,
        "A singer in a long gown stands arms wide in a spotlight between red curtains, among crates of fish.",
    ),
    "brass": Scene(brass, "A gold trumpet, a coiled horn and the great bell of a tuba lie on deep red."),
    "cinema": Scene(
        cinema,
        "A teal picture house glows at night, its blank canopy ringed "
        "with bulbs and a few people waiting at the doors.",
    ),
    "umbrellas": Scene(
        umbrellas, "Rows of open umbrellas in many colours fill a paved square, seen from straight above."
    ),
    "chess": Scene(
        chess,
        "A white king and a dark king stand alone on a chessboard, and "
        "behind the table waits a small chair with a red cushion.",
    ),
    "train": Scene(
        train,
        "A short red train stands at an evening platform with a round "
        "station clock, a lamp and one traveller with a suitcase.",
    ),
}
