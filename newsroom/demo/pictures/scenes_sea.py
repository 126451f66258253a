"""The scenes of the sea: ships, fish, fog, swimmers and tides."""

import math
from collections.abc import Callable

from .brush import Canvas, Point, Scene, arc, box, cast, land, mix, oval, placed, smooth, stroke, turned
from .motifs import boat, cloud, figure, fish, glitter, gulls, ripples, stars, tapered

Placer = Callable[[list[Point]], list[Point]]


def cable_ship(c: Canvas) -> None:
    """The sea in section, a ship laying a cable along its bottom."""
    c.wash(["#f3c98b", "#f8e6bd"], 0, 270)
    c.fill(oval(1330, 250, 90), "#fff4d3")
    cloud(c, 340, 120, 340, "#fdf3d8", 0.9)
    cloud(c, 1120, 90, 260, "#fdf3d8", 0.8)
    c.wash(["#3fa3a6", "#1f7a8c", "#155070", "#12305a", "#141f45"], 268, 1000)
    for x, wide in ((250, 90), (620, 150), (1120, 110)):
        ray: list[Point] = [(x, 270), (x + wide, 270), (x + wide + 60, 800), (x - 260, 800)]
        c.fade(ray, "#9fe0cf", "up", 0.3)
    c.fill(land([(-20, 760), (250, 800), (500, 740), (800, 820), (1150, 770), (1640, 830)]), "#1c3766", 0.8)
    _shoals(c)
    bed = land([(-20, 860), (250, 880), (520, 850), (860, 905), (1200, 870), (1640, 900)])
    c.fill(bed, "#3a2b55")
    c.stipple(bed, "#e08a5a", "up", 0.5)
    cable: list[Point] = [
        (492, 262),
        (420, 360),
        (392, 520),
        (404, 700),
        (480, 836),
        (640, 880),
        (900, 914),
        (1240, 890),
        (1640, 912),
    ]
    c.line(smooth(cable, closed=False), "#14193a", 17)
    c.line(smooth(cable, closed=False), "#f2a43c", 9)
    _weeds(c)
    _laying_ship(c)


def _shoals(c: Canvas) -> None:
    """Fish at three depths."""
    for x, y, size in ((900, 430, 90), (1010, 480, 80), (880, 520, 74), (1100, 420, 70), (780, 470, 76)):
        fish(c, x, y, size, ("#2c7f90", "#23708a", "#bfe6d6"))
    for x, y, size in ((1130, 640, 170), (1330, 600, 140), (1290, 720, 150)):
        fish(c, x, y, size, ("#f0d9a8", "#d9663f", "#141f45"), True)
    for x, y, size in ((170, 560, 120), (240, 660, 100), (110, 690, 90)):
        fish(c, x, y, size, ("#bfe0d2", "#4f9fa6", "#141f45"))


def _weeds(c: Canvas) -> None:
    """Weed and stones on the bottom."""
    for x, tall in ((90, 190), (130, 130), (1480, 210), (1530, 150), (1440, 120)):
        stem: list[Point] = [
            (x, 960),
            (x + 18, 960 - tall * 0.4),
            (x - 16, 960 - tall * 0.7),
            (x + 10, 960 - tall),
        ]
        tapered(c, stem, (26, 6), "#1f6b66")
    for x, y, r in ((720, 950, 60), (800, 965, 42), (1300, 960, 70)):
        c.fill(oval(x, y, r, r * 0.6), "#2a2048")
    c.fill(box(-20, 968, 1620, 1010), "#2a2048")


def _laying_ship(c: Canvas) -> None:
    """The cable ship afloat, bow to the right."""
    c.fill(box(700, 96, 880, 206), "#fdf3d8")
    c.fill(box(730, 54, 850, 100), "#fdf3d8")
    c.fill(box(740, 64, 840, 84), "#143450")
    for x in (716, 762, 808, 846):
        c.fill(oval(x + 8, 140, 11), "#143450")
    c.fill(box(640, 60, 692, 206), "#d9663f")
    c.fill(box(640, 84, 692, 108), "#fdf3d8")
    c.line([(900, 206), (900, 70), (980, 190)], "#143450", 6)
    c.fill(oval(580, 190, 52), "#f2a43c")
    c.fill(oval(580, 190, 30), "#b5562f")
    c.fill(oval(580, 190, 12), "#143450")
    hull: list[Point] = [(480, 200), (960, 200), (1090, 172), (1020, 300), (530, 300)]
    c.fill(hull, "#143450")
    c.fill(box(400, 276, 1200, 310), "#b5432e", clip=hull)
    c.fill(oval(494, 216, 34), "#fdf3d8")
    c.fill(oval(494, 216, 18), "#143450")
    c.fade(box(-20, 268, 1640, 300), "#9fe0cf", "up", 0.6)


def herring(c: Canvas) -> None:
    """A silver shoal passing from the left."""
    c.wash(["#4fb0ab", "#1f7d8e", "#154e70", "#13294f"])
    for ray, wide in ((200, 160), (760, 240), (1250, 130)):
        c.fade([(ray, 0), (ray + wide, 0), (ray + wide - 160, 900), (ray - 380, 900)], "#c7f0dc", "up", 0.3)
    layers = (
        (34, 110, ("#2a7f92", "#216d86", "#a8dfd0")),
        (22, 190, ("#8fbfc4", "#2d6f8a", "#12253f")),
        (13, 300, ("#f2f0e2", "#25557a", "#12253f")),
    )
    for count, size, tints in layers:
        for i in range(count):
            t = (i + 0.5) / count
            x = 60 + 1480 * ((i * 0.618 + 0.13 * (size > 200)) % 1)
            y = 150 + 720 * t + 60 * math.sin(x / 240)
            fish(c, x, y, size * c.rng.uniform(0.9, 1.12), tints)
            if size > 150:
                c.line(
                    [(x - size * 0.24, y + size * 0.02), (x + size * 0.26, y + size * 0.03)],
                    "#ffffff",
                    size * 0.012,
                    0.8,
                )
    c.fade(box(0, 700, 1600, 1000), "#0e1c3e", "down", 0.7)
    for _ in range(26):
        spot = (c.rng.uniform(0, 1600), c.rng.uniform(40, 900))
        c.fill(oval(*spot, c.rng.uniform(3, 9)), "#d8f5e4", 0.4)


def ferry(c: Canvas) -> None:
    """A white electric ferry leaving its charging mast."""
    c.wash(["#74b9c4", "#b9dccd", "#f5edcc"], 0, 560)
    c.glow(420, 260, 380, "#fffbe4", 0.8)
    cloud(c, 360, 180, 360, "#fffaf0", 0.9)
    cloud(c, 960, 120, 300, "#fffaf0", 0.8)
    c.fill(
        land([(-20, 500), (240, 380), (430, 470), (680, 330), (900, 450), (1130, 400), (1640, 520)]),
        "#8fb3a6",
    )
    c.fill(land([(-20, 560), (300, 500), (620, 548), (980, 490), (1640, 560)]), "#52897f")
    c.wash(["#4a9aa6", "#1f6d86", "#164a6a"], 556, 1000)
    wake = smooth([(1000, 740), (1180, 716), (1640, 690), (1700, 780), (1640, 850), (1180, 800), (1000, 780)])
    c.fill(wake, "#e9f5e8", 0.9)
    for y, x in ((744, 1090), (776, 1160), (806, 1250)):
        c.fill(stroke([(x, y), (1640, y + (y - 764) * 0.6)], 3, 16), "#4a9aa6", 0.7)
    c.fill(stroke(smooth([(980, 800), (1180, 850), (1640, 950)], closed=False), 4, 22), "#e9f5e8", 0.6)
    ripples(c, (0, 620, 1600, 980), "#8ecdc9", 30, 0.5)
    _ferry_hull(c)
    _charging_mast(c)
    gulls(c, [(180, 320, 30), (260, 280, 20), (1120, 260, 22)], "#1d3d55")


def _ferry_hull(c: Canvas) -> None:
    """The ferry, bow to the left."""
    c.fill(oval(640, 786, 480, 26), "#123a56", 0.6)
    c.fill([(300, 560), (1010, 560), (1010, 660), (250, 660)], "#f3ede0")
    c.fill(box(430, 470, 900, 564, 10), "#fffdf6")
    c.fill([(480, 400), (640, 400), (660, 474), (456, 474)], "#fffdf6")
    c.fill([(478, 414), (634, 414), (644, 450), (466, 450)], "#1d3d55")
    c.fill(box(450, 496, 880, 532, 8), "#1d3d55")
    for x in range(500, 880, 54):
        c.line([(x, 496), (x, 532)], "#fffdf6", 6)
    for x in range(340, 980, 80):
        c.fill(box(x, 590, x + 50, 632, 8), "#1d3d55")
    c.fill(box(760, 420, 820, 474), "#2f9a86")
    hull: list[Point] = [(176, 640), (1040, 640), (1020, 792), (300, 792)]
    c.fill(hull, "#fffdf6")
    c.stipple(hull, "#7fa6b5", "right", 0.6)
    c.fill([(196, 664), (1038, 664), (1034, 692), (222, 692)], "#2f9a86")
    c.fill(box(100, 766, 1100, 800), "#1d3d55", clip=hull)
    _bolt(c, 700, 728, 0.5, "#e9a52f")
    c.fill(smooth([(196, 802), (270, 780), (330, 770), (420, 790), (620, 800), (400, 812)]), "#e9f5e8")


def _bolt(c: Canvas, x: float, y: float, size: float, colour: str) -> None:
    """A lightning bolt, 160 px tall at size 1."""
    shape: list[Point] = [(16, -80), (-46, 14), (-4, 14), (-18, 80), (48, -20), (6, -20)]
    c.fill(placed(shape, x, y, size), colour)


def _charging_mast(c: Canvas) -> None:
    """The quay with a tall charging mast on the right."""
    c.fill([(1270, 830), (1640, 800), (1640, 1010), (1240, 1010)], "#4a4458")
    c.fill([(1256, 816), (1640, 786), (1640, 830), (1262, 852)], "#c9b999")
    for x in (1290, 1400, 1510):
        c.fill(box(x, 860, x + 24, 1000), "#322d42")
    c.fill(box(1396, 190, 1444, 822, 8), "#e8dfca")
    c.fill(box(1424, 190, 1444, 822), "#9aa3a6")
    c.fill(box(1220, 214, 1444, 250, 12), "#e8dfca")
    tapered(c, [(1246, 246), (1238, 330), (1256, 420), (1232, 500)], (12, 12), "#2b2a3c")
    c.fill(box(1212, 490, 1252, 560, 10), "#2f9a86")
    c.fill(oval(1420, 420, 104), "#1d3d55")
    c.fill(oval(1420, 420, 92), "#e9a52f")
    _bolt(c, 1420, 420, 0.9, "#fffdf6")
    c.fill(box(1366, 740, 1474, 826, 10), "#c5492f")


def oysters(c: Canvas) -> None:
    """Six oysters and a lemon on a plate, from above."""
    c.wash(["#26697a", "#1b4f66"])
    for x in range(-40, 1700, 130):
        c.fill([(x, 0), (x + 34, 0), (x + 34, 1000), (x, 1000)], "#f3ead2", 0.1)
    c.fill([(1050, -20), (1640, -20), (1640, 1010), (1180, 1010)], "#d9b98a")
    c.stipple([(1050, -20), (1640, -20), (1640, 1010), (1180, 1010)], "#a4644a", "right", 0.5)
    c.fill(cast(oval(740, 500, 430), 130, 110), "#0e2f44", 0.6)
    c.fill(oval(740, 500, 436), "#f7efdc")
    c.stipple(oval(740, 500, 436), "#a9b5b5", "down", 0.3)
    c.fill(oval(740, 500, 350), "#dfe6da")
    c.fill(oval(740, 500, 338), "#eef0e2")
    for k in range(6):
        a = math.radians(k * 60 - 90)
        _oyster(c, 740 + 232 * math.cos(a), 500 + 232 * math.sin(a), k * 60)
    _lemon(c, 740, 500, 98)
    _fork(c, 1370)
    _lemon(c, 1500, 780, 84)


def _oyster(c: Canvas, x: float, y: float, turn: float) -> None:
    """An open oyster, its narrow end towards the plate's heart."""

    def at(points: list[Point]) -> list[Point]:
        return turned(placed(points, x, y), turn, (x, y))

    shell = smooth(
        [
            (0, 118),
            (-62, 74),
            (-96, 0),
            (-84, -74),
            (-40, -108),
            (6, -100),
            (52, -112),
            (88, -64),
            (94, 14),
            (60, 80),
        ]
    )
    c.fill(cast(at(shell), 24, 20), "#7b8f98", 0.6)
    c.fill(at(shell), "#5a5366")
    inner = [(px * 0.84, py * 0.84 + 2) for px, py in shell]
    c.fill(at(inner), "#fbf6ea")
    c.stipple(at(inner), "#6d84a8", "right", 0.5)
    meat = smooth([(-4, 76), (-50, 30), (-54, -36), (-10, -66), (44, -50), (56, 10), (30, 58)])
    c.fill(at(meat), "#b9aea6")
    c.fill(at(smooth([(-2, 52), (-32, 14), (-34, -26), (0, -44), (34, -28), (34, 10)])), "#d9cfc0")
    c.fill(at(oval(-14, -18, 16, 9)), "#ffffff", 0.9)


def _lemon(c: Canvas, x: float, y: float, radius: float) -> None:
    """A slice of lemon."""
    c.fill(oval(x + 10, y + 10, radius), "#7b8f98", 0.5)
    c.fill(oval(x, y, radius), "#efb62f")
    c.fill(oval(x, y, radius * 0.9), "#fdf3c8")
    for k in range(8):
        piece = [(x, y), *arc(x, y, radius * 0.8, radius * 0.8, k * 45 + 4, k * 45 + 41)]
        c.fill(piece, "#f7d04e")


def _fork(c: Canvas, x: float) -> None:
    """A small fork lying on the board."""
    for dx, dy, tint in ((24, 20, "#7d4a3c"), (0, 0, "#f3ead2")):
        for k in (-24, 0, 24):
            c.line([(x + k + dx, 190 + dy), (x + k + dx, 320 + dy)], tint, 12)
        c.fill(box(x - 30 + dx, 310 + dy, x + 30 + dx, 376 + dy, 28), tint)
        c.fill(stroke([(x + dx, 360 + dy), (x + dx, 800 + dy)], 16, 34), tint)
        c.fill(oval(x + dx, 800 + dy, 17), tint)


def foghorn(c: Canvas) -> None:
    """A great red horn on a cliff house, fog below."""
    c.wash(["#a9bfc4", "#d5dcd3", "#efe6d2"])
    c.fill(oval(190, 190, 96), "#faf3df")
    c.glow(190, 190, 300, "#fffaf0", 0.6)
    far = land([(-20, 700), (150, 640), (330, 690), (600, 720), (900, 760), (1640, 800)])
    c.fill(far, "#a9bcbc")
    c.fade(box(-20, 580, 1620, 1010), "#efe9da", "down", 1)
    for k in range(3):
        r = 150 + 110 * k
        c.line(arc(690, 400, r, r, 148, 212), "#fffaf0", 20 - 3 * k, 0.85 - 0.2 * k)
    cliff = land([(700, 1010), (760, 900), (830, 840), (850, 720), (960, 650), (1200, 636), (1640, 650)])
    c.fill(cliff, "#3d4f5e")
    c.stipple(cliff, "#9db0b0", "left", 0.6)
    c.fill(land([(872, 700), (960, 648), (1200, 632), (1640, 646)], 690), "#6f8a68")
    _horn_house(c)
    for y, x0, x1, tint in (
        (760, 1180, 1700, "#dfe2da"),
        (812, -80, 620, "#dfe2da"),
        (848, 960, 1500, "#e9e7dc"),
        (900, -80, 1010, "#f1ecdf"),
        (936, 820, 1700, "#f1ecdf"),
        (988, -80, 1700, "#faf5e8"),
    ):
        c.fill(box(x0, y - 44, x1, y + 44, 44), tint)
    gulls(c, [(180, 470, 26), (270, 520, 18)], "#4b6170")


def _horn_house(c: Canvas) -> None:
    """The white house and its horn, aimed out to sea."""
    c.fill(box(1090, 410, 1440, 650), "#faf1de")
    c.fill(box(1330, 410, 1440, 650), "#b3b8b4")
    c.fill([(1060, 420), (1130, 290), (1400, 290), (1470, 420)], "#33475a")
    c.fill(box(1340, 220, 1384, 320), "#a5402f")
    for x in (1140, 1240):
        c.fill(box(x, 480, x + 56, 550), "#f2c25b")
        c.line([(x + 28, 480), (x + 28, 550)], "#33475a", 5)
    c.fill(box(1356, 510, 1414, 650), "#33475a")
    c.fill(box(930, 470, 962, 660), "#33475a")
    c.fill(box(1000, 440, 1030, 650), "#33475a")
    horn: list[Point] = [
        (1120, 372),
        (1000, 362),
        (900, 340),
        (810, 290),
        (740, 222),
        (740, 578),
        (810, 510),
        (900, 460),
        (1000, 438),
        (1120, 428),
    ]
    c.fill(smooth(horn[:5], closed=False) + smooth(horn[5:], closed=False), "#c63f2e")
    low = [(740, 420), *smooth(horn[5:], closed=False), (1120, 408)]
    c.fill(low, "#8f2a2c", 0.75)
    c.fill(oval(740, 400, 62, 182), "#e25b3e")
    c.fill(oval(736, 400, 46, 150), "#5c1c28")
    c.stipple(oval(736, 400, 46, 150), "#c63f2e", "right", 0.6)
    for x, half in ((930, 74), (1050, 44)):
        c.fill(box(x - 12, 400 - half, x + 12, 400 + half, 8), "#f2c25b")


def seals(c: Canvas) -> None:
    """Seals hauled out on skerries in the evening."""
    c.wash(["#6d93ad", "#e6b9a0", "#f8dfb4"], 0, 470)
    c.fill(oval(1160, 420, 110), "#fff0cd")
    cloud(c, 420, 170, 400, "#f9e6cb", 0.7)
    c.fill(land([(-20, 450), (260, 380), (520, 430), (800, 470)], 474), "#7d7f9a")
    c.wash(["#d9a992", "#5f8796", "#2b6077", "#1b4460"], 468, 1000)
    glitter(c, 1160, (486, 760), (110, 160), "#fdeac0", 12)
    ripples(c, (0, 520, 1600, 980), "#9cc2bf", 26, 0.5)
    _skerry(c, [(930, 690), (1040, 600), (1240, 580), (1420, 610), (1530, 690)], 700)
    _seal(c, 1230, 612, 0.62, True, "#93848a")
    _skerry(c, [(0, 900), (120, 770), (420, 738), (760, 750), (1040, 800), (1160, 900)], 910)
    _seal(c, 870, 796, 0.96, False, "#83747f")
    _seal(c, 280, 784, 0.9, True, "#bfb0a4")
    c.fill(arc(1330, 862, 58, 72, 180, 360), "#463c50")
    c.fill(oval(1330, 862, 110, 9), "#cfe3d6", 0.8)
    for x in (1312, 1348):
        c.fill(oval(x, 826, 6), "#16131f")
    c.fill(oval(1330, 844, 12, 8), "#16131f")


def _skerry(c: Canvas, top: list[Point], foot: float) -> None:
    """A low rock with foam round its foot."""
    rock = land(top, foot + 20)
    c.fill(oval((top[0][0] + top[-1][0]) / 2, foot + 12, (top[-1][0] - top[0][0]) / 2 + 40, 20), "#e6efdf", 0.85)
    c.fill(rock, "#4a4257")
    c.stipple(rock, "#d98f78", "up", 0.65)


def _seal(c: Canvas, x: float, y: float, size: float, flip: bool, fur: str) -> None:
    """A seal on its belly, head up to the right; belly line at y."""

    def at(points: list[Point]) -> list[Point]:
        return placed(points, x, y, size, flip)

    body = smooth(
        [
            (196, -206),
            (236, -182),
            (240, -156),
            (206, -128),
            (190, -60),
            (150, 4),
            (40, 18),
            (-120, 10),
            (-220, -30),
            (-290, -84),
            (-226, -72),
            (-130, -84),
            (0, -118),
            (90, -150),
            (140, -204),
        ]
    )
    c.fill(at(body), fur)
    c.stipple(at(body), "#f2dcc0", "up", 0.35)
    c.stipple(at(body), "#231c33", "down", 0.4)
    c.fill(at(smooth([(-250, -60), (-320, -120), (-330, -60), (-300, -30)])), mix(fur, "#231c33", 0.25))
    c.fill(at(smooth([(96, -36), (150, -10), (190, 34), (120, 26)])), mix(fur, "#231c33", 0.45))
    for px, py, r in (
        (-60, -50, 12),
        (10, -76, 9),
        (-120, -40, 8),
        (60, -60, 8),
        (-10, -30, 7),
        (-90, -66, 7),
    ):
        c.fill(at(oval(px, py, r, r * 0.7)), mix(fur, "#231c33", 0.4))
    c.fill(at(oval(196, -172, 10)), "#16131f")
    c.fill(at(oval(199, -176, 3)), "#ffffff")
    c.fill(at(oval(236, -170, 10, 8)), "#16131f")
    for dy in (-8, 2, 12):
        c.line(at([(218, -156 + dy / 3), (252, -146 + dy)]), "#f2dcc0", 2.5 * size)


def rowing(c: Canvas) -> None:
    """An eight from above, oars out."""
    c.wash(["#2f9a9c", "#217a8c", "#1b5f7c"])
    for k in range(9):
        y = 60 + k * 120
        line = smooth([(-40, y), (300, y - 40), (700, y + 24), (1100, y - 26), (1640, y + 20)], closed=False)
        c.fill(stroke(line, 4, 14), "#5fbdb3", 0.35)
    tilt = -13

    def at(points: list[Point]) -> list[Point]:
        return turned(placed(points, 800, 500), tilt, (800, 500))

    c.fill(at([(-830, -6), (-560, -14), (-560, 14), (-830, 30)]), "#d7f0e2", 0.6)
    shell = at(
        smooth(
            [
                (-690, 0),
                (-560, -24),
                (-200, -38),
                (250, -38),
                (560, -22),
                (740, 0),
                (560, 22),
                (250, 38),
                (-200, 38),
                (-560, 24),
            ]
        )
    )
    c.fill([(x + 44, y + 60) for x, y in shell], "#0f3f5c", 0.55)
    for k in range(8):
        side = -1 if k % 2 else 1
        _oar(c, at, 430 - k * 122, side)
    c.fill(shell, "#f8efd8")
    c.fill(at(smooth([(-600, 0), (-200, -22), (250, -22), (520, 0), (250, 22), (-200, 22)])), "#c7743f")
    for k in range(8):
        _rower(c, at, 430 - k * 122, -1 if k % 2 else 1)
    c.fill(at(oval(-568, 0, 32, 24)), "#2b2a4c")
    c.fill(at(oval(-560, 0, 19)), "#f2b84b")
    c.fill(at(oval(740, 0, 9)), "#c5412f")


def _oar(c: Canvas, at: Placer, x: float, side: int) -> None:
    """One oar, its blade and the puddle it leaves."""
    for k in range(3):
        c.fill(
            at(oval(x - 150 - k * 120, side * (292 + k * 4), 40 - k * 9, 18 - k * 4)),
            "#bfe8da",
            0.45 - k * 0.1,
        )
    c.fill(
        [(px + 30, py + 44) for px, py in at(stroke([(x, side * 30), (x - 70, side * 290)], 8, 8))],
        "#0f3f5c",
        0.4,
    )
    c.line(at([(x + 8, side * 10), (x - 62, side * 268)]), "#f8efd8", 8)
    c.fill(
        at([(x - 54, side * 236), (x - 84, side * 236), (x - 96, side * 322), (x - 56, side * 326)]),
        "#c5412f",
    )
    c.fill(
        at([(x - 74, side * 290), (x - 92, side * 290), (x - 96, side * 322), (x - 76, side * 324)]),
        "#f2b84b",
    )


def _rower(c: Canvas, at: Placer, x: float, side: int) -> None:
    """One rower from above: legs, shoulders, cap."""
    for dy in (-10, 10):
        c.line(at([(x, dy), (x - 62, dy)]), "#3a2a4a", 13)
    for reach in (10, 26):
        c.line(at([(x + 4, side * reach), (x - 22, side * (reach + 24))]), "#8a4f3a", 11)
    c.fill(at(oval(x + 8, 0, 22, 42)), "#2b2a4c")
    c.fill(at(oval(x + 2, 0, 17)), "#f8efd8")
    c.fill(at(oval(x - 10, 0, 12, 11)), "#e6d3ae")


def swimmers(c: Canvas) -> None:
    """Swimmers rounding orange buoys in a green sea."""
    c.wash(["#f6dfae", "#f9efd0"], 0, 210)
    c.fill(land([(-20, 200), (300, 120), (600, 180), (1000, 100), (1300, 170), (1640, 130)], 260), "#7fa58f")
    bands = ("#8cc7ab", "#5fae97", "#3d9485", "#277a73", "#1a6266", "#124b57")
    rows = (
        (560, 290, 0.34),
        (1100, 320, 0.38),
        (300, 420, 0.5),
        (880, 430, 0.52),
        (1480, 520, 0.6),
        (620, 610, 0.8),
        (160, 690, 0.86),
        (1040, 790, 1.1),
        (430, 880, 1.15),
    )
    edges = [204, 300, 410, 545, 700, 860]
    for i, (tint, y) in enumerate(zip(bands, edges, strict=True)):
        crest = [(-20 + k * 166, y + (12 + i * 5) * math.sin(k * 1.9 + i * 1.3)) for k in range(11)]
        c.fill(land([(x, py) for x, py in crest]), tint)
        c.fill(stroke(smooth([(x, py + 14) for x, py in crest], closed=False), 3 + i, 6 + i), "#e9f4dc", 0.35)
        low = edges[i + 1] if i < 5 else 1200
        for x, sy, size in rows:
            if y <= sy < low:
                _swimmer(c, x, sy, size)
        for x, by, size in ((820, 300, 0.4), (1220, 440, 0.66), (1330, 830, 1.5)):
            if y <= by < low:
                _buoy(c, x, by, size)


def _buoy(c: Canvas, x: float, y: float, size: float) -> None:
    """An orange cone-shaped buoy with a white band."""
    c.fill(oval(x + 50 * size, y + 6, 130 * size, 14 * size), "#0d3b48", 0.45)
    cone: list[Point] = [(-22, -210), (22, -210), (92, 0), (60, 22), (-60, 22), (-92, 0)]
    c.fill(placed(cone, x, y, size), "#f0702e")
    c.fill(placed([(-47, -136), (47, -136), (67, -76), (-67, -76)], x, y, size), "#fdf3dc")
    c.fill(placed([(8, -210), (22, -210), (92, 0), (60, 22), (30, 22)], x, y, size), "#8d2f2c", 0.4)
    c.line(placed([(0, -210), (0, -250)], x, y, size), "#3a2a3a", 8 * size)
    c.fill(oval(x, y + 14 * size, 100 * size, 12 * size), "#e9f4dc", 0.8)


def _swimmer(c: Canvas, x: float, y: float, size: float) -> None:
    """A swimmer to the right: cap, raised arm and splash."""
    skins = ("#c98a62", "#8a5540", "#e3b08a")
    caps = ("#c5412f", "#f2b84b", "#f6efe0", "#6b3a68")
    skin, cap = c.rng.choice(skins), c.rng.choice(caps)
    c.fill(oval(x - 70 * size, y + 4, 130 * size, 16 * size), "#e9f4dc", 0.5)
    arm = smooth([(-70, 0), (-52, -92), (6, -128), (70, -84), (104, -40)], closed=False)
    c.fill(placed(stroke(arm, 36, 18), x, y, size), skin)
    c.fill(oval(x + 104 * size, y - 40 * size, 14 * size), skin)
    c.fill(placed(smooth([(-190, 4), (-120, -26), (-30, -18), (0, 10)]), x, y, size), skin)
    c.fill(oval(x + 4 * size, y - 22 * size, 42 * size, 36 * size), skin)
    c.fill(placed(arc(0, -26, 45, 40, 160, 340), x, y, size), cap)
    c.fill(placed(smooth([(-60, 20), (0, 4), (60, 10), (110, 24), (40, 34)]), x, y, size), "#e9f4dc", 0.9)


def pier(c: Canvas) -> None:
    """A long pier, its near half painted a shocking pink."""
    c.wash(["#f2c793", "#f8e4bd", "#d8e2cb"], 0, 520)
    c.fill(oval(330, 300, 110), "#fff3d0")
    cloud(c, 620, 150, 360, "#fdf1d9", 0.9)
    c.fill(land([(900, 520), (1150, 450), (1360, 490), (1640, 420)], 526), "#8aa5a4")
    c.wash(["#8fbfb8", "#3f8f9c", "#1f6279"], 518, 1000)
    ripples(c, (0, 560, 1600, 900), "#cfe6d6", 30, 0.5)
    for k in range(12):
        t = (k / 11) ** 1.5
        x, y = 330 + 1300 * t, 512 + 90 * t
        tint = "#d42b7b" if k > 6 else "#6d5a5c"
        for dx in (0, 40 + 50 * t):
            c.fill(
                stroke([(x + dx, y), (x + dx, y + 50 + 350 * t)], 9 + 22 * t, 11 + 26 * t),
                tint if not dx else mix(tint, "#2b2340", 0.35),
            )
        c.fill(oval(x + 20, y + 52 + 350 * t, 40 + 60 * t, 4 + 6 * t), "#e9f4dc", 0.6)
    deck: list[Point] = [(250, 486), (1640, 500), (1640, 640), (250, 512)]
    c.fill(deck, "#a98f7c")
    c.fill(box(930, 400, 1700, 700), "#ff4fa0", clip=deck)
    c.fill([(250, 504), (1640, 590), (1640, 650), (250, 516)], "#6d5a5c")
    c.fill(box(930, 400, 1700, 700), "#d42b7b", clip=[(250, 504), (1640, 590), (1640, 650), (250, 516)])
    _railing(c)
    c.fill(box(210, 410, 350, 492), "#f6e9cd")
    c.fill([(190, 414), (280, 340), (370, 414)], "#3c6a78")
    c.line([(280, 340), (280, 300)], "#3c6a78", 6)
    for x in (236, 302):
        c.fill(box(x, 436, x + 24, 470), "#24465a")
    _paint_pot(c)


def _railing(c: Canvas) -> None:
    """Posts and a handrail, pink from the middle on."""
    for k in range(17):
        t = (k / 16) ** 1.4
        x = 360 + 1270 * t
        tint = "#ff4fa0" if x > 930 else "#83706c"
        c.line([(x, 488 + 14 * t), (x, 450 - 70 * t)], tint, 5 + 11 * t)
    c.fill(stroke([(352, 450), (930, 417)], 7, 12), "#83706c")
    c.fill(stroke([(930, 417), (1640, 378)], 12, 20), "#ff4fa0")
    figure(c, 884, 492, 96, "#2b2340", "#3c6a78")
    c.line([(900, 424), (934, 440)], "#2b2340", 9)


def _paint_pot(c: Canvas) -> None:
    """A big paint pot with a brush on a wall in front."""
    c.fill(box(-20, 880, 1620, 1010), "#4a3b52")
    c.fill(box(-20, 880, 1620, 904), "#c8ae8f")
    c.fill(cast(oval(420, 892, 120, 16), 190, 40), "#2b2340", 0.5)
    c.fill([(290, 664), (530, 664), (516, 890), (304, 890)], "#e6e3d8")
    c.stipple([(290, 664), (530, 664), (516, 890), (304, 890)], "#5d6a7c", "right", 0.75)
    c.line(arc(410, 680, 118, 190, 190, 350), "#5d6a7c", 6)
    c.fill(oval(410, 664, 120, 34), "#b9bdb8")
    c.fill(oval(410, 666, 106, 27), "#ff4fa0")
    for x, low in ((316, 770), (352, 724), (392, 810), (436, 740)):
        c.line([(x, 690), (x, low)], "#ff4fa0", 26)
    c.fill(smooth([(300, 670), (330, 694), (410, 704), (490, 692), (460, 712), (330, 712)]), "#ff4fa0")
    c.fill(turned(box(620, 846, 860, 876, 14), -4, (740, 860)), "#c7743f")
    c.fill(turned(box(850, 836, 890, 886), -4, (740, 860)), "#8a8f96")
    c.fill(turned([(888, 832), (960, 842), (960, 880), (888, 890)], -4, (740, 860)), "#ff4fa0")


def moon_tide(c: Canvas) -> None:
    """A huge moon over the sea and the tide's lines on the sand."""
    c.wash(["#141b42", "#26316a", "#4c4a86", "#8d6f9c"], 0, 560)
    stars(c, 90, 420, "#f6edd4")
    c.glow(800, 340, 620, "#f7e3b4", 0.55)
    moon = oval(800, 340, 292)
    c.fill(moon, "#fbeecb")
    for x, y, r in ((700, 250, 62), (880, 400, 88), (760, 460, 40), (930, 230, 34), (640, 400, 30)):
        c.fill(oval(x, y, r, r * 0.9), "#ecd3a0")
    c.stipple(moon, "#d9976f", "down", 0.75)
    cloud(c, 1130, 450, 460, "#6a5a90", 0.85)
    cloud(c, 420, 300, 360, "#5a5390", 0.7)
    c.wash(["#6d6495", "#33497f", "#1d2f60"], 556, 1000)
    glitter(c, 800, (572, 760), (240, 330), "#fbe7b4", 13)
    sands = (
        ("#e9f0e2", 724),
        ("#5b6a98", 736),
        ("#dfe6dc", 792),
        ("#6d6f95", 802),
        ("#d9d9cf", 858),
        ("#8a7a92", 868),
    )
    for i, (tint, y) in enumerate(sands):
        shift = i // 2
        edge: list[Point] = [
            (-20, y + 70),
            (260, y + 18 - shift * 10),
            (560, y + 44),
            (860, y),
            (1180, y + 40 + shift * 10),
            (1640, y - 20),
        ]
        c.fill(land(edge), tint)
    beach = land([(-20, 940), (260, 876), (560, 902), (860, 868), (1180, 940), (1640, 850)])
    c.stipple(beach, "#2b2450", "down", 0.85)
    c.fill(oval(1240, 948, 150, 12), "#1a1740", 0.6)
    boat(c, 1240, 950, 270, "#1a1740", "#c5574a")
    figure(c, 470, 920, 104, "#1a1740", "#c5574a")
    c.fill(cast(oval(470, 920, 12, 4), -26, 74), "#1a1740", 0.5)


SCENES: dict[str, Scene] = {
    "cable-ship": Scene(
        cable_ship,
        "A ship on the surface pays out an orange cable that runs down "
        "through fish-filled water and along the sea bed.",
    ),
    "herring": Scene(herring, "A shoal of silver herring swims through blue-green water shot with light."),
    "ferry": Scene(
        ferry,
        "A white electric ferry trails a bright wake beside a quay with a charging mast marked by a lightning bolt.",
    ),
    "oysters": Scene(
        oysters,
        "Six open oysters ring a slice of lemon on a white plate, seen "
        "from above, with a fork and a second slice beside it.",
    ),
    "foghorn": Scene(
        foghorn, "An enormous red horn points out to sea from a white house on a cliff while fog lies below."
    ),
    "seals": Scene(seals, "Three seals lie on rocks in the evening light and a fourth looks up from the water."),
    "rowing": Scene(
        rowing,
        "A rowing eight and its cox cross teal water, seen from above, red-tipped oars spread on both sides.",
    ),
    "swimmers": Scene(swimmers, "Swimmers in bright caps raise their arms among orange buoys in a green sea."),
    "pier": Scene(
        pier,
        "The near half of a long pier is painted shocking pink; a small figure stands where the "
        "paint ends, and a dripping pot of it waits in front with a brush.",
    ),
    "moon-tide": Scene(
        moon_tide,
        "A huge moon hangs over the sea and its light reaches the tide lines on "
        "a beach, where a person stands and a boat lies aground.",
    ),
}
