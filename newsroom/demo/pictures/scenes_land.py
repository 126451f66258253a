"""The scenes of the hills and the shore: roads, fields, sport and benches."""

import math

from .brush import Canvas, Point, Scene, arc, box, cast, land, oval, placed, smooth, stroke, turned
from .motifs import cloud, glitter, gulls, ripples, tapered


def airport(c: Canvas) -> None:
    """A little plane above a short runway between hills and sea."""
    c.wash(["#5fa8bd", "#a9d3cb", "#f6e7c3"], 0, 560)
    c.glow(1240, 330, 460, "#fff3cd", 0.9)
    c.fill(oval(1240, 330, 96), "#fff6dc")
    cloud(c, 300, 150, 380, "#fdf8ea", 0.9)
    cloud(c, 1380, 180, 300, "#fdf8ea", 0.8)
    c.fill(
        land([(-20, 470), (220, 350), (460, 440), (700, 360), (960, 470), (1240, 410), (1640, 480)]),
        "#8db8ab",
    )
    c.fill(land([(-20, 520), (260, 450), (560, 530), (900, 480), (1300, 540), (1640, 470)]), "#5f9488")
    c.wash(["#4f9fae", "#2c7287"], 540, 640)
    ripples(c, (0, 550, 1600, 620), "#d6ebdd", 14, 0.6)
    turf = land([(-20, 640), (300, 600), (800, 592), (1300, 602), (1640, 650)])
    c.fill(turf, "#86a35c")
    c.stipple(turf, "#3f6a4d", "down", 0.8)
    c.fill([(742, 604), (858, 604), (1310, 1010), (290, 1010)], "#4a4a5f")
    c.stipple([(742, 604), (858, 604), (1310, 1010), (290, 1010)], "#8a7a8a", "up", 0.6)
    for side in (-1, 1):
        edge: list[Point] = [
            (800 + side * 52, 604),
            (800 + side * 470, 1010),
            (800 + side * 446, 1010),
            (800 + side * 48, 604),
        ]
        c.fill(edge, "#f6e7c3")
    for k in range(6):
        t0, t1 = ((k + 0.2) / 6) ** 1.9, ((k + 0.72) / 6) ** 1.9
        w0, w1 = 3 + 20 * t0, 3 + 20 * t1
        y0, y1 = 604 + 420 * t0, 604 + 420 * t1
        c.fill([(800 - w0, y0), (800 + w0, y0), (800 + w1, y1), (800 - w1, y1)], "#f6e7c3")
    c.fill(oval(790, 862, 250, 16), "#26263c", 0.5)
    c.fill(oval(800, 858, 70, 34), "#26263c", 0.5)
    _airport_hut(c)
    _plane(c, 780, 300, 1.25)


def _airport_hut(c: Canvas) -> None:
    """A windsock on the left and a small tower on the right."""
    c.fill(cast(box(1290, 668, 1420, 680), -220, 60), "#2b4a3f", 0.5)
    c.fill(box(1290, 560, 1460, 680), "#f3e3c0")
    c.fill(box(1400, 560, 1460, 680), "#b5432e", 0.5)
    c.fill(box(1320, 440, 1400, 560), "#b5432e")
    c.fill([(1296, 380), (1424, 380), (1406, 446), (1314, 446)], "#24465a")
    c.fill(box(1286, 364, 1434, 384, 6), "#f3e3c0")
    for x in (1310, 1360):
        c.fill(box(x, 600, x + 34, 636), "#24465a")
    c.line([(240, 760), (240, 520)], "#f3e3c0", 9)
    for k in range(4):
        x = 244 + k * 42
        sock: list[Point] = [(x, 518 + k * 5), (x + 42, 523 + k * 6), (x + 42, 566 - k * 2), (x, 574 - k * 3)]
        c.fill(sock, "#f6e7c3" if k % 2 else "#d9542f")


def _plane(c: Canvas, x: float, y: float, size: float) -> None:
    """A small high-wing propeller plane, nose to the right."""

    def at(points: list[Point]) -> list[Point]:
        return turned(placed(points, x, y, size), -8, (x, y))

    c.fill(at([(-190, -30), (-236, -120), (-190, -120), (-130, -34)]), "#d9542f")
    body = smooth(
        [
            (190, 6),
            (170, -34),
            (90, -58),
            (-20, -60),
            (-200, -34),
            (-226, -20),
            (-150, 20),
            (40, 48),
            (160, 40),
        ]
    )
    c.fill(at(body), "#fdf4df")
    c.stipple(at(body), "#7d8fa0", "down", 0.8)
    c.fill(at(box(-260, 0, 260, 16)), "#d9542f", clip=at(body))
    c.fill(at([(100, -54), (60, -84), (-20, -86), (-50, -58)]), "#24465a")
    c.fill(at([(40, -84), (26, -58), (16, -58), (28, -84)]), "#fdf4df")
    for k in range(3):
        c.fill(at(box(-150 + k * 34, -34, -130 + k * 34, -14, 8)), "#24465a")
    c.line(at([(20, 30), (-6, -84)]), "#7d8fa0", 7)
    c.fill(at([(120, -92), (140, -78), (-90, -70), (-130, -84), (-110, -100)]), "#d9542f")
    c.fill(at([(140, -78), (-90, -70), (-130, -84)]), "#8f2f2a")
    c.fill(at([(-230, -36), (-150, -34), (-170, -18), (-256, -24)]), "#8f2f2a")
    for dx in (-10, 110):
        c.line(at([(dx, 40), (dx + 4, 74)]), "#24465a", 8)
        c.fill(at(oval(dx + 4, 84, 20)), "#24465a")
    c.fill(at(oval(200, 4, 9, 92)), "#fdf4df", 0.7)
    c.fill(at(oval(194, 4, 16, 14)), "#24465a")


def red_bus(c: Canvas) -> None:
    """A red bus on a road that winds up green hills."""
    c.wash(["#f2b27c", "#f8dcae", "#fbeecf"], 0, 520)
    c.fill(oval(360, 250, 112), "#fff5da")
    cloud(c, 980, 120, 360, "#fdf3de", 0.9)
    c.fill(land([(-20, 380), (260, 300), (520, 370), (800, 250), (1100, 360), (1640, 260)]), "#9fb59a")
    c.fill(land([(-20, 450), (400, 390), (760, 440), (1150, 330), (1640, 430)]), "#7fa07c")
    far = land([(-20, 520), (300, 470), (700, 500), (1100, 430), (1640, 520)])
    c.fill(far, "#5f8a66")
    away: list[Point] = [
        (1200, 400),
        (1110, 450),
        (900, 490),
        (780, 530),
        (920, 580),
        (1230, 600),
        (1460, 640),
    ]
    c.fill(stroke(smooth(away, closed=False), 12, 52), "#f3dcae", clip=far)
    mid = land([(-20, 640), (300, 570), (700, 640), (1100, 600), (1640, 560)])
    c.fill(mid, "#456f55")
    c.stipple(mid, "#a9b45c", "up", 0.5)
    road = smooth(
        [(1300, 540), (1420, 600), (1470, 680), (1360, 750), (1000, 772), (600, 772), (-60, 820)],
        closed=False,
    )
    c.fill(stroke(road, 46, 170), "#f3dcae", clip=mid)
    c.fill(stroke(road, 2, 8), "#d9a866", clip=mid)
    for x, y, s in ((150, 560, 1.0), (240, 584, 0.8), (70, 590, 0.9), (1530, 540, 0.8)):
        c.fill(cast(oval(x, y + 4, 26 * s, 6), 90, 16), "#24453f", 0.5)
        c.fill(placed([(-30, 0), (0, -130), (30, 0)], x, y, s), "#2f5547")
        c.fill(placed([(0, -130), (30, 0), (4, 0)], x, y, s), "#1f3f3b")
    _bus(c, 660, 786)
    near = land([(-20, 900), (300, 880), (800, 940), (1640, 850)])
    c.fill(near, "#2c4f45")
    c.stipple(near, "#7f9a55", "up", 0.45)
    for k in range(10):
        x = 40 + k * 170
        post = 900 + 34 * math.sin(x / 200)
        c.fill(box(x, post - 60, x + 16, post + 40, 4), "#f3dcae")


def _bus(c: Canvas, x: float, ground: float) -> None:
    """The bus, 560 px long, front to the right."""
    c.fill(cast(box(x - 270, ground - 8, x + 280, ground + 4), 330, 50), "#7d5a4c", 0.5)
    shape = smooth([(x + 200, ground - 250), (x + 262, ground - 226), (x + 286, ground - 120)], closed=False)
    shape = [(x - 270, ground - 250), *shape, (x + 290, ground - 28), (x - 280, ground - 28)]
    c.fill(shape, "#cf3a2c")
    c.stipple(shape, "#6b1a2c", "down", 0.7)
    c.fill(box(x - 262, ground - 262, x + 200, ground - 244, 8), "#f6e7c3")
    for k in range(5):
        c.fill(box(x - 250 + k * 86, ground - 218, x - 178 + k * 86, ground - 136, 10), "#2b4a5f")
        c.fill(
            [
                (x - 240 + k * 86, ground - 136),
                (x - 206 + k * 86, ground - 218),
                (x - 186 + k * 86, ground - 218),
                (x - 220 + k * 86, ground - 136),
            ],
            "#6fa3ad",
        )
    c.fill(
        [(x + 186, ground - 218), (x + 240, ground - 214), (x + 266, ground - 130), (x + 186, ground - 130)],
        "#2b4a5f",
    )
    c.fill(box(x - 278, ground - 112, x + 288, ground - 96), "#f6e7c3", clip=shape)
    c.fill(oval(x + 276, ground - 70, 14), "#ffe9ae")
    for dx in (-160, 160):
        c.fill(oval(x + dx, ground - 28, 54), "#6b1a2c")
        c.fill(oval(x + dx, ground - 28, 44), "#23203a")
        c.fill(oval(x + dx, ground - 28, 18), "#d8cdb8")


def pumpkin(c: Canvas) -> None:
    """An enormous pumpkin among beds, a small shed behind."""
    c.wash(["#8fbcc0", "#d3dfc4", "#f8e3b4"], 0, 560)
    c.fill(oval(1330, 230, 90), "#fff4d3")
    cloud(c, 980, 130, 340, "#fdf6e3", 0.8)
    c.fill(land([(-20, 500), (400, 420), (800, 490), (1200, 410), (1640, 500)]), "#8ba888")
    _shed(c)
    c.fill(box(-20, 560, 1620, 1010), "#6f5140")
    for k in range(5):
        y0, y1 = 566 + 90 * k * (1 + k * 0.06), 600 + 90 * k * (1 + k * 0.08)
        c.fill(box(-20, y0, 1620, y1 + 14), "#573c36")
        for j in range(20):
            x = j * (72 + k * 12) - 60 + (k % 2) * 40
            s = 0.5 + 0.2 * k
            for turn in (-42, 0, 42):
                leaf = smooth([(0, 0), (-16, -30), (0, -66), (16, -30)])
                c.fill(turned(placed(leaf, x, y0 + 24, s), turn, (x, y0 + 24)), "#5d8a4f" if turn else "#86a956")
    c.stipple(box(-20, 560, 1620, 1010), "#2b2230", "down", 0.5)
    c.fill(cast(oval(850, 880, 420, 40), 420, 60), "#2b1f2c", 0.55)
    _giant(c, 850, 600)
    for x, flip in ((330, False), (1400, True)):
        leaf = smooth([(-120, 0), (-60, -80), (20, -110), (90, -60), (140, 10), (40, 40), (-60, 40)])
        c.fill(placed(leaf, x, 930, 1.1, flip), "#3f6b4a")
        c.line(placed([(-90, 0), (0, -20), (110, 4)], x, 930, 1.1, flip), "#86a956", 7)


def _shed(c: Canvas) -> None:
    """A small teal shed and a spade."""
    c.fill(box(120, 400, 330, 580), "#2f6f73")
    for x in range(140, 330, 28):
        c.line([(x, 404), (x, 578)], "#235a62", 4)
    c.fill([(96, 410), (225, 300), (354, 410)], "#8f3d30")
    c.fill(box(190, 450, 260, 580), "#24404c")
    c.fill(oval(248, 520, 5), "#f0c66a")
    c.line([(376, 580), (352, 400)], "#a8693c", 9)


def _giant(c: Canvas, x: float, y: float) -> None:
    """The pumpkin, 900 px wide, its ribs painted from the sides inwards."""
    for dx, rx, ry, tint in (
        (-300, 170, 230, "#c9541f"),
        (300, 170, 230, "#a8401f"),
        (-200, 190, 282, "#dd6a24"),
        (200, 190, 282, "#bf4e20"),
        (-96, 180, 306, "#ec8430"),
        (104, 180, 306, "#d96424"),
        (0, 130, 314, "#f29a3c"),
    ):
        rib = oval(x + dx, y, rx, ry)
        c.fill(rib, tint)
        c.stipple(rib, "#7d2422", "down", 0.55)
        c.stipple(rib, "#8f2f22", "right", 0.35)
    c.fill(
        smooth([(x - 340, y - 60), (x - 320, y - 140), (x - 290, y - 180), (x - 300, y - 110)]),
        "#fbd08a",
        0.7,
    )
    stem = smooth(
        [
            (x - 50, y - 292),
            (x - 30, y - 340),
            (x - 60, y - 410),
            (x + 4, y - 430),
            (x + 24, y - 350),
            (x + 64, y - 290),
            (x, y - 276),
        ]
    )
    c.fill(stem, "#4f7346")
    c.stipple(stem, "#23402f", "right", 0.8)
    tapered(c, [(x + 10, y - 320), (x + 130, y - 380), (x + 190, y - 330), (x + 250, y - 370)], (14, 5), "#4f7346")


def cricket(c: Canvas) -> None:
    """Stumps and a bat on the sand, the tide on its way."""
    c.wash(["#6fb3bd", "#bfdcc9", "#f8e6bc"], 0, 380)
    c.fill(oval(330, 230, 90), "#fff6dc")
    cloud(c, 1180, 120, 380, "#fdf8ea", 0.9)
    c.fill(land([(760, 376), (1000, 300), (1240, 340), (1640, 260)], 384), "#7fa39c")
    c.wash(["#3f98a5", "#2b7a90", "#5fb0ab"], 376, 640)
    ripples(c, (0, 400, 1600, 540), "#d9efe2", 20, 0.6)
    for i, (tint, y) in enumerate((("#fdf8ea", 540), ("#8fc7bb", 552), ("#fdf8ea", 596), ("#b9a988", 610))):
        crest: list[Point] = [
            (-20, y + 26),
            (260, y - 6 + 10 * (i // 2)),
            (600, y + 30),
            (960, y - 4),
            (1300, y + 30),
            (1640, y - 10),
        ]
        c.fill(land(crest), tint)
    sand = land([(-20, 690), (300, 650), (640, 690), (1000, 650), (1320, 690), (1640, 640)])
    c.fill(sand, "#ecca8d")
    c.stipple(sand, "#b9774f", "down", 0.6)
    for x in (930, 1000, 1070):
        c.fill(cast(oval(x, 866, 14, 5), 360, 84), "#7d5a4f", 0.55)
    c.fill(cast(oval(640, 900, 50, 8), 330, 90), "#7d5a4f", 0.5)
    for x in (930, 1000, 1070):
        c.fill(box(x - 15, 330, x + 15, 872, 12), "#f3e0b6")
        c.fill(box(x + 3, 330, x + 15, 872, 8), "#b5804f")
        c.fill(oval(x, 872, 34, 10), "#b9774f")
    for x in (932, 1004):
        c.fill(box(x, 314, x + 64, 334, 9), "#c5412f")
    _bat(c)
    c.fill(cast(oval(400, 916, 40, 8), 200, 40), "#7d5a4f", 0.5)
    c.fill(oval(400, 884, 46), "#b3252f")
    c.stipple(oval(400, 884, 46), "#4a1020", "down", 0.8)
    c.line(arc(388, 884, 24, 44, -80, 80), "#f6dfae", 4)
    gulls(c, [(560, 190, 30), (650, 150, 22), (480, 130, 18)], "#24465a")


def _bat(c: Canvas) -> None:
    """A bat leaning on the stumps."""

    def at(points: list[Point]) -> list[Point]:
        return turned(points, 24, (650, 900))

    c.fill(at(box(588, 400, 706, 900, 26)), "#f0c583")
    c.fill(at(box(664, 400, 706, 900, 20)), "#b9774f")
    c.stipple(at(box(588, 400, 706, 900, 26)), "#8f5a3f", "down", 0.5)
    c.fill(at([(600, 412), (696, 412), (664, 350), (632, 350)]), "#f0c583")
    c.fill(at(box(630, 190, 666, 366, 12)), "#24465a")
    for y in range(210, 350, 26):
        c.line(at([(632, y), (664, y + 12)]), "#5f97a5", 5)
    c.fill(at(box(600, 560, 694, 590)), "#c5412f")
    c.fill(at(box(600, 604, 694, 616)), "#2f7f86")


def hill_race(c: Canvas) -> None:
    """Runners in a line up a ridge against the sun."""
    c.wash(["#e8734a", "#f2a35c", "#f8d08c", "#fbe9c0"], 0, 760)
    c.fill(oval(960, 380, 270), "#fdeec0")
    c.stipple(oval(960, 380, 270), "#f2a35c", "down", 0.6)
    cloud(c, 340, 190, 400, "#fbe0ae", 0.9)
    cloud(c, 1380, 280, 340, "#fbe0ae", 0.8)
    for points, tint in (
        ([(-20, 560), (220, 470), (480, 560), (760, 500), (1060, 590), (1640, 480)], "#d98a6c"),
        ([(-20, 660), (300, 580), (640, 680), (1000, 600), (1640, 680)], "#a8647a"),
    ):
        c.fill(land(points), tint)
        c.stipple(land(points), "#fbe0ae", "down", 0.4)
    ridge: list[Point] = [
        (-20, 800),
        (200, 740),
        (460, 680),
        (700, 590),
        (940, 500),
        (1150, 400),
        (1290, 350),
        (1420, 400),
        (1640, 520),
    ]
    c.fill(land(ridge), "#4a2f5c")
    c.stipple(land(ridge), "#8f4a6c", "up", 0.5)
    c.fill(
        stroke(
            smooth([(1290, 360), (1240, 460), (1330, 580), (1180, 700), (1300, 840), (1080, 1010)], closed=False),
            6,
            60,
        ),
        "#c9706c",
        0.6,
    )
    line = smooth(ridge, closed=False)
    coats = ("#f6e7c3", "#e8a33c", "#c5412f", "#2f8f8c", "#d9542f", "#2f8f8c", "#c5412f")
    for k, at in enumerate((12, 20, 27, 34, 41, 47, 54)):
        x, y = line[at]
        _runner(c, x, y + 4, 0.8, coats[k])
    c.line([(1296, 352), (1296, 210)], "#2b1f3d", 8)
    c.fill([(1296, 214), (1390, 240), (1296, 268)], "#c5412f")
    near = land([(-20, 900), (300, 860), (700, 940), (1200, 1000), (1640, 960)])
    c.fill(near, "#2b1f3d")
    for x, y, r in ((120, 900, 60), (200, 912, 40), (520, 930, 46)):
        c.fill(oval(x, y, r, r * 0.6), "#20162e")


def _runner(c: Canvas, x: float, y: float, size: float, vest: str) -> None:
    """A runner climbing to the right, feet about (x, y), 190 px tall at size 1."""
    dark = "#3a1d3f"

    def limb(points: list[Point], w0: float, w1: float) -> None:
        line = placed(points, x, y, size)
        c.fill(stroke(line, w0 * size, w1 * size), dark)
        for (px, py), w in zip(line, (w0, (w0 + w1) / 2, w1), strict=True):
            c.fill(oval(px, py, w * size / 2), dark)

    limb([(0, -84), (-28, -48), (-66, -34)], 24, 13)
    limb([(4, -84), (42, -62), (30, -4)], 24, 13)
    limb([(14, -138), (-22, -118), (-30, -84)], 15, 10)
    c.fill(placed(smooth([(-14, -84), (18, -80), (36, -138), (22, -154), (2, -148)]), x, y, size), vest)
    limb([(24, -142), (40, -106), (72, -118)], 15, 10)
    limb([(18, -146), (26, -156), (32, -168)], 14, 12)
    c.fill(oval(x + 36 * size, y - 176 * size, 19 * size, 22 * size), dark)


def leaves(c: Canvas) -> None:
    """A bare tree, heaps of leaves and a rake."""
    c.wash(["#a9b9b4", "#e3d9bd", "#f6dda6"], 0, 720)
    c.fill(oval(1180, 300, 130), "#fdf0cc")
    c.fill(land([(-20, 600), (300, 540), (700, 600), (1100, 530), (1640, 600)]), "#a8a892")
    for x in range(30, 1640, 96):
        c.fill(box(x, 560, x + 62, 740, 6), "#8f8478")
        c.fill([(x, 566), (x + 31, 534), (x + 62, 566)], "#8f8478")
    c.fill(box(-20, 620, 1620, 640), "#776a66")
    ground = land([(-20, 720), (500, 700), (1100, 716), (1640, 700)])
    c.fill(ground, "#7d8a52")
    c.stipple(ground, "#3a4a3a", "down", 0.75)
    _bare_tree(c)
    tints = ("#d9542f", "#e8933c", "#b5382c", "#f0b84b", "#8f3040")
    for x, y, wide, high in ((1040, 900, 330, 200), (250, 850, 220, 120), (1440, 800, 160, 90)):
        _heap(c, x, y, wide, high, tints)
    _rake(c)
    for _ in range(70):
        spot = (c.rng.uniform(0, 1600), c.rng.uniform(150, 990))
        _leaf(c, *spot, c.rng.uniform(10, 20), c.rng.uniform(0, 360), c.rng.choice(tints))


def _leaf(c: Canvas, x: float, y: float, size: float, turn: float, tint: str) -> None:
    """One pointed leaf."""
    shape: list[Point] = [(-1, 0), (-0.3, -0.5), (0.4, -0.4), (1, 0), (0.4, 0.4), (-0.3, 0.5)]
    c.fill(turned(placed(shape, x, y, size), turn, (x, y)), tint)


def _heap(c: Canvas, x: float, y: float, wide: float, high: float, tints: tuple[str, ...]) -> None:
    """A mound of leaves, its foot at y."""
    c.fill(cast(oval(x, y, wide, 20), -wide * 0.8, 50), "#2b3433", 0.5)
    mound = [*arc(x, y, wide, high, 180, 360), *arc(x, y, wide, 34, 0, 180)]
    c.fill(mound, "#b5482c")
    c.stipple(mound, "#5a1f30", "down", 0.8)
    for _ in range(int(wide * 0.75)):
        a, r = c.rng.uniform(math.pi, 2 * math.pi), math.sqrt(c.rng.random())
        _leaf(
            c,
            x + wide * r * math.cos(a),
            y + 14 + high * r * math.sin(a),
            c.rng.uniform(15, 28),
            c.rng.uniform(0, 360),
            c.rng.choice(tints),
        )


def _bare_tree(c: Canvas) -> None:
    """A dark tree without leaves on the left."""
    bark = "#3a2a3a"
    c.fill(cast(oval(520, 800, 60, 10), -420, 120), "#2b3433", 0.45)
    c.fill(
        smooth(
            [
                (430, 824),
                (480, 740),
                (484, 560),
                (500, 440),
                (550, 440),
                (560, 560),
                (566, 740),
                (620, 824),
                (520, 808),
            ]
        ),
        bark,
    )
    for points, widths in (
        ([(520, 480), (470, 380), (360, 300), (240, 270)], (48, 8)),
        ([(380, 312), (300, 220), (270, 120)], (20, 4)),
        ([(300, 286), (220, 330), (130, 320)], (16, 4)),
        ([(530, 480), (540, 330), (500, 200), (520, 60)], (52, 7)),
        ([(520, 270), (440, 180), (400, 70)], (22, 4)),
        ([(535, 460), (620, 360), (740, 300), (860, 290)], (46, 7)),
        ([(650, 342), (690, 240), (680, 130)], (22, 4)),
        ([(740, 300), (820, 220), (850, 130)], (18, 4)),
        ([(516, 210), (590, 150), (620, 60)], (16, 4)),
        ([(790, 292), (860, 350), (930, 360)], (12, 3)),
    ):
        tapered(c, points, widths, bark)


def _rake(c: Canvas) -> None:
    """A long rake stuck in the big heap."""
    c.fill(stroke([(1230, 850), (1440, 250)], 18, 16), "#c98a4f")
    c.fill(oval(1440, 250, 9), "#c98a4f")
    head = turned(box(1120, 838, 1340, 862, 8), 19, (1230, 850))
    c.fill(head, "#2f5f6b")
    for k in range(8):
        tooth = turned(box(1126 + k * 28, 860, 1138 + k * 28, 920, 4), 19, (1230, 850))
        c.fill(tooth, "#2f5f6b")


def bench(c: Canvas) -> None:
    """A bench on a cliff path above a wide evening sea."""
    c.wash(["#2f7f92", "#7fb8b0", "#f4dca6", "#f2ab74"], 0, 500)
    c.fill(oval(500, 450, 110), "#fff3d0")
    for x, y, s in ((300, 170, 420), (1080, 250, 380), (760, 110, 240)):
        cloud(c, x, y, s, "#f9e9c6", 0.85)
    c.wash(["#e3a483", "#4f9aa3", "#226a85", "#174a6b"], 498, 1000)
    glitter(c, 500, (512, 800), (110, 200), "#fff0c6", 13)
    ripples(c, (0, 540, 1500, 860), "#8fc4bd", 22, 0.5)
    c.fill(land([(900, 504), (1040, 450), (1220, 478), (1400, 420), (1640, 440)], 504), "#51758a")
    c.fill([(600, 492), (640, 420), (646, 420), (646, 492)], "#fdf3dc")
    c.fill([(586, 492), (690, 492), (672, 510), (604, 510)], "#b5432e")
    cliff = land([(-20, 860), (300, 820), (620, 800), (900, 770), (1200, 700), (1640, 640)])
    c.fill(cliff, "#5f8550")
    c.stipple(cliff, "#24453f", "down", 0.8)
    c.stipple(cliff, "#d9b95a", "up", 0.4)
    path: list[Point] = [(1640, 690), (1340, 760), (1080, 830), (760, 880), (380, 920), (-60, 1000)]
    c.fill(stroke(smooth(path, closed=False), 46, 150), "#e9cd96")
    _bent_tree(c)
    _seat(c, 880, 850)
    for k in range(26):
        x = 20 + k * 62
        root = 1000 - 30 * math.sin(x / 260)
        for dx in (-14, 0, 14):
            c.fill([(x - 7, root + 20), (x + dx, root - 60 - (x * 7) % 40), (x + 7, root + 20)], "#1f3f3b")
    gulls(c, [(860, 330, 30), (950, 380, 22), (720, 300, 18)], "#1d3d55")


def _seat(c: Canvas, x: float, ground: float) -> None:
    """A slatted bench seen from behind."""
    c.fill(cast(oval(x, ground, 190, 8), 200, 80), "#24352f", 0.5)
    for dx in (-170, 150):
        c.fill(box(x + dx, ground - 214, x + dx + 20, ground + 4, 5), "#3a2233")
    for k, tint in enumerate(("#b5432e", "#a33a2c", "#8f302b")):
        c.fill(box(x - 200, ground - 206 + k * 42, x + 200, ground - 176 + k * 42, 8), tint)
    c.fill(box(x - 206, ground - 78, x + 206, ground - 54, 6), "#5a2430")
    c.fill(box(x - 26, ground - 158, x + 26, ground - 140, 3), "#f0c66a")


def _bent_tree(c: Canvas) -> None:
    """A thorn tree bent by the wind, on the right."""
    tapered(c, [(1440, 780), (1424, 640), (1370, 530), (1270, 450)], (54, 16), "#3a2233")
    tapered(c, [(1400, 580), (1440, 480), (1400, 400)], (26, 10), "#3a2233")
    for cx, cy, rx, ry, tint in (
        (1290, 400, 190, 70, "#2c5a4f"),
        (1150, 430, 140, 48, "#356a58"),
        (1400, 350, 150, 62, "#24493f"),
        (1240, 350, 130, 50, "#3f7a5f"),
    ):
        c.fill(oval(cx, cy, rx, ry, 8), tint)
        c.stipple(oval(cx, cy, rx, ry, 8), "#d9b95a", "left", 0.3)


SCENES: dict[str, Scene] = {
    "airport": Scene(
        airport,
        "A small red and white plane flies low over a short empty runway with a "
        "windsock, a little control tower, hills and a strip of sea.",
    ),
    "red-bus": Scene(red_bus, "A red bus drives along a pale road that winds through green hills under a peach sky."),
    "pumpkin": Scene(
        pumpkin,
        "An enormous orange pumpkin sits among rows of green leaves, far bigger than the teal shed behind it.",
    ),
    "cricket": Scene(
        cricket,
        "Three stumps, a leaning bat and a red ball stand on a beach as the foam of the tide comes in behind them.",
    ),
    "hill-race": Scene(hill_race, "Seven runners climb a dark ridge towards a red flag, a large pale sun behind them."),
    "leaves": Scene(
        leaves, "A bare tree stands over heaps of orange and red leaves, a rake stuck in the largest heap."
    ),
    "bench": Scene(
        bench,
        "An empty red bench faces a wide evening sea from a cliff path, beside a tree bent by the wind.",
    ),
}
