"""Six people of the paper: flat heads and shoulders on calm grounds, 800 x 800 px.

Faces are drawn about (400, 350); the light comes from the left.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .brush import Canvas, Point, arc, box, mix, oval, placed, smooth, stroke
from .motifs import tapered

FACE: Point = (400, 350)


@dataclass(frozen=True)
class Skin:
    """Tones of a face: lit, in shadow, and for drawn lines."""

    light: str
    shade: str
    line: str


def _ground(c: Canvas, flat: str, deep: str) -> None:
    """A calm ground with a large tone-on-tone disc behind the head."""
    c.wash([flat, flat])
    c.fill(oval(400, 400, 330), mix(flat, "#fff6e0", 0.2))
    c.stipple(box(0, 300, 800, 800), deep, "down", 0.6)


def _shoulders(c: Canvas, cloth: str, deep: str, half: float = 300) -> list[Point]:
    """Shoulders in one garment, `half` px wide to each side."""
    shape = smooth(
        [
            (-half, 480),
            (-half + 14, 350),
            (-half + 90, 270),
            (-110, 222),
            (0, 206),
            (110, 222),
            (half - 90, 270),
            (half - 14, 350),
            (half, 480),
            (0, 520),
        ]
    )
    shape = placed(shape, *FACE)
    c.fill(shape, cloth)
    c.stipple(shape, deep, "right", 0.6)
    return shape


def _neck(c: Canvas, skin: Skin, half: float = 56) -> None:
    """The neck with the chin's shadow on it."""
    neck: list[Point] = [
        (-half, 60),
        (half, 60),
        (half + 6, 220),
        (half + 40, 252),
        (0, 300),
        (-half - 40, 252),
        (-half - 6, 220),
    ]
    shape = placed(neck, *FACE)
    c.fill(shape, skin.light)
    c.fill(
        placed(smooth([(-half - 20, 90), (half + 30, 80), (half + 30, 240), (20, 200)]), *FACE),
        skin.shade,
        clip=shape,
    )


def _throat(c: Canvas, skin: Skin, half: float) -> None:
    """Bare skin in the V of an open collar."""
    c.fill(placed([(-half, 186), (half, 186), (0, 272)], *FACE), skin.light)
    c.fill(placed([(0, 210), (half, 186), (0, 272)], *FACE), skin.shade)


def _face(c: Canvas, skin: Skin, jaw: float = 84, wide: float = 116) -> list[Point]:
    """Head and ears, the right half in soft shadow."""
    for side in (-1, 1):
        c.fill(oval(FACE[0] + side * (wide + 2), FACE[1] + 12, 20, 34), skin.light if side < 0 else skin.shade)
    shape = smooth(
        [
            (0, -150),
            (78, -128),
            (wide, -50),
            (wide - 2, 30),
            (jaw, 108),
            (34, 152),
            (0, 158),
            (-34, 152),
            (-jaw, 108),
            (-wide + 2, 30),
            (-wide, -50),
            (-78, -128),
        ]
    )
    shape = placed(shape, *FACE)
    c.fill(shape, skin.light)
    dark = smooth([(40, -170), (60, -60), (46, 10), (66, 60), (40, 170), (220, 160), (220, -160)])
    c.fill(placed(dark, *FACE), skin.shade, 0.75, clip=shape)
    return shape


def _features(c: Canvas, skin: Skin, brow: str, smile: float = 10, blush: float = 0.28) -> None:
    """Brows, eyes, nose and mouth, `smile` px deep."""
    x, y = FACE
    for side in (-1, 1):
        ex = x + side * 48
        c.fill(oval(ex, y + 2, 9, 11), "#241a2a")
        c.fill(oval(ex - 3, y - 2, 2.6), "#fff8ea")
        c.line(arc(ex, y + 6, 20, 17, 205, 335), skin.line, 4)
        tapered(c, [(ex - side * 24, y - 34), (ex, y - 42), (ex + side * 28, y - 32)], (10, 5), brow)
        c.glow(ex + side * 14, y + 56, 44, "#e0563f", blush)
    nose: list[Point] = [
        (x + 6, y - 4),
        (x + 14, y + 34),
        (x + 17, y + 50),
        (x + 6, y + 58),
        (x - 10, y + 56),
    ]
    c.line(smooth(nose, closed=False), skin.line, 5)
    mouth: list[Point] = [
        (x - 36, y + 94),
        (x - 14, y + 94 + smile * 0.8),
        (x + 14, y + 94 + smile * 0.8),
        (x + 36, y + 93),
    ]
    c.line(smooth(mouth, closed=False), mix(skin.line, "#7a1f2c", 0.45), 6)
    c.line([(x - 12, y + 118), (x + 12, y + 118)], skin.line, 4)


def ada_pellow(c: Canvas) -> None:
    """Sixties: silver bob, round glasses, teal cardigan."""
    skin = Skin("#efc4a2", "#d99a7c", "#a8614f")
    _ground(c, "#d9b26a", "#a8743f")
    back = smooth(
        [
            (0, -186),
            (110, -160),
            (162, -60),
            (168, 70),
            (140, 150),
            (60, 168),
            (-60, 168),
            (-140, 150),
            (-168, 70),
            (-162, -60),
            (-110, -160),
        ]
    )
    c.fill(placed(back, *FACE), "#8d949c")
    _neck(c, skin)
    _shoulders(c, "#1f6570", "#123c4a")
    _throat(c, skin, 66)
    c.fill(placed([(-96, 214), (0, 330), (96, 214), (60, 196), (0, 260), (-60, 196)], *FACE), "#f5ead2")
    _face(c, skin, 80)
    fringe = smooth(
        [
            (-150, 120),
            (-166, 0),
            (-140, -120),
            (-40, -190),
            (70, -184),
            (146, -110),
            (168, 10),
            (152, 122),
            (122, 90),
            (124, -10),
            (100, -70),
            (20, -118),
            (-60, -84),
            (-112, -30),
            (-120, 90),
        ]
    )
    c.fill(placed(fringe, *FACE), "#c9ced0")
    c.stipple(placed(fringe, *FACE), "#6f7884", "right", 0.7)
    for k in range(3):
        c.line(
            placed(
                smooth([(20 - k * 40, -170), (-70 - k * 26, -120), (-136 - k * 5, -20 + k * 20)], closed=False),
                *FACE,
            ),
            "#e8eaea",
            5,
        )
    _features(c, skin, "#8d949c", 12)
    for dx in (-48, 48):
        c.line(arc(400 + dx, 352, 38, 36, 0, 360), "#6b2540", 7)
    c.line(arc(400, 350, 12, 10, 200, 340), "#6b2540", 7)
    for side in (-1, 1):
        c.line([(400 + side * 86, 348), (400 + side * 112, 342)], "#6b2540", 7)
    for side in (-1, 1):
        c.line(arc(400 + side * 34, 430, 22, 24, 90 - side * 70, 90 - side * 115), skin.line, 3)


def tomasz_krol(c: Canvas) -> None:
    """Forties: brown beard, swept hair, wound scarf."""
    skin = Skin("#e8b48d", "#c98664", "#8f4f3c")
    _ground(c, "#7fa5a0", "#3f6a6f")
    _neck(c, skin)
    _shoulders(c, "#2b3a55", "#18233c")
    _face(c, skin, 90)
    beard = smooth(
        [
            (-122, 0),
            (-104, 60),
            (-66, 74),
            (-40, 70),
            (0, 62),
            (40, 70),
            (66, 74),
            (104, 60),
            (122, 0),
            (112, 110),
            (60, 186),
            (0, 200),
            (-60, 186),
            (-112, 110),
        ]
    )
    c.fill(placed(beard, *FACE), "#5a3627")
    c.stipple(placed(beard, *FACE), "#2b1820", "right", 0.7)
    c.fill(placed(smooth([(-46, 78), (0, 68), (46, 78), (40, 122), (0, 132), (-40, 122)]), *FACE), "#5a3627")
    hair = smooth(
        [
            (-126, 10),
            (-138, -80),
            (-110, -160),
            (-20, -204),
            (80, -196),
            (134, -140),
            (132, -60),
            (124, 4),
            (108, -50),
            (84, -92),
            (10, -104),
            (-70, -86),
            (-106, -40),
        ]
    )
    c.fill(placed(hair, *FACE), "#5a3627")
    c.stipple(placed(hair, *FACE), "#2b1820", "right", 0.7)
    c.line(placed(smooth([(-90, -90), (-40, -150), (60, -170)], closed=False), *FACE), "#7d5138", 6)
    _features(c, skin, "#4a2a20", 8)
    c.fill(placed(smooth([(-36, 90), (0, 94), (36, 90), (20, 112), (-20, 112)]), *FACE), "#c4705c")
    c.line(placed(smooth([(-36, 92), (0, 98), (36, 91)], closed=False), *FACE), "#6b2a2a", 5)
    scarf = smooth(
        [
            (-150, 230),
            (-120, 176),
            (-60, 196),
            (0, 206),
            (60, 196),
            (120, 176),
            (150, 230),
            (120, 300),
            (0, 326),
            (-120, 300),
        ]
    )
    c.fill(placed(scarf, *FACE), "#c5492f")
    c.stipple(placed(scarf, *FACE), "#6b1f2a", "right", 0.6)
    for dy in (0, 34):
        c.line(
            placed(smooth([(-136, 226 + dy), (0, 256 + dy), (136, 222 + dy)], closed=False), *FACE),
            "#f0c98f",
            7,
        )
    c.fill(placed([(30, 296), (106, 284), (130, 460), (40, 460)], *FACE), "#c5492f")
    c.fill(placed([(76, 288), (106, 284), (130, 460), (96, 460)], *FACE), "#8f2f2a")
    for y in (350, 400):
        c.line(placed([(36, y + 4), (112, y - 4)], *FACE), "#f0c98f", 7)


def priya_nair(c: Canvas) -> None:
    """Thirties: long dark hair, mustard jacket."""
    skin = Skin("#b87a52", "#965a3e", "#6b3628")
    _ground(c, "#8fb3b5", "#4a7c88")
    back = smooth(
        [
            (0, -196),
            (120, -160),
            (160, -50),
            (170, 100),
            (196, 250),
            (150, 350),
            (0, 330),
            (-150, 350),
            (-200, 250),
            (-170, 100),
            (-160, -50),
            (-120, -160),
        ]
    )
    c.fill(placed(back, *FACE), "#241726")
    _neck(c, skin, 50)
    _shoulders(c, "#dba52f", "#9c5f1f", 280)
    c.fill(placed([(-80, 210), (0, 420), (80, 210), (46, 200), (0, 260), (-46, 200)], *FACE), "#f6ead0")
    c.fill(placed([(-54, 190), (54, 190), (0, 300)], *FACE), skin.light)
    c.fill(placed([(6, 200), (54, 190), (0, 300)], *FACE), skin.shade)
    for side in (-1, 1):
        lapel: list[Point] = [
            (side * 60, 206),
            (side * 118, 216),
            (side * 128, 310),
            (side * 84, 316),
            (0, 440),
        ]
        c.fill(placed(lapel, *FACE), "#c48a24" if side < 0 else "#a86f1f")
    c.line([(400, 780), (400, 800)], "#9c5f1f", 5)
    _face(c, skin, 74, 110)
    for side in (-1, 1):
        lock = smooth(
            [
                (side * 4, -168),
                (side * 90, -158),
                (side * 148, -60),
                (side * 160, 90),
                (side * 184, 230),
                (side * 150, 330),
                (side * 112, 250),
                (side * 118, 90),
                (side * 112, -30),
                (side * 66, -100),
            ]
        )
        c.fill(placed(lock, *FACE), "#2f1f30")
        c.stipple(placed(lock, *FACE), "#6b4658", "left", 0.35)
    _features(c, skin, "#241726", 13)
    for side in (-1, 1):
        c.fill(oval(400 + side * 112, 408, 8), "#f0c66a")


def bram_okafor(c: Canvas) -> None:
    """Fifties: knitted cap, dark skin, grey stubble, oilskin jacket."""
    skin = Skin("#7a4a36", "#5c3329", "#381c1c")
    _ground(c, "#d98a62", "#9c4a3a")
    _neck(c, skin, 64)
    _shoulders(c, "#e6c261", "#a8762f", 310)
    c.fill(
        placed(
            smooth([(-130, 216), (-70, 180), (0, 220), (70, 180), (130, 216), (90, 290), (0, 320), (-90, 290)]),
            *FACE,
        ),
        "#2b4a5f",
    )
    c.fill(placed(smooth([(-84, 186), (84, 186), (60, 240), (0, 256), (-60, 240)]), *FACE), "#1f3a4c")
    c.line([(400, 664), (400, 800)], "#a8762f", 7)
    for y in (710, 770):
        c.fill(oval(424, y, 9), "#5c3329")
    face = _face(c, skin, 94, 120)
    stubble = smooth(
        [
            (-122, 20),
            (-100, 62),
            (-52, 72),
            (0, 64),
            (52, 72),
            (100, 62),
            (122, 20),
            (108, 110),
            (44, 166),
            (-44, 166),
            (-108, 110),
        ]
    )
    c.fill(placed(stubble, *FACE), "#a39a98", 0.4, clip=face)
    c.stipple(placed(stubble, *FACE), "#d5cfca", "down", 0.35, clip=face)
    _features(c, skin, "#8f8784", 10, 0.1)
    for side in (-1, 1):
        c.line([(400 + side * 84, 354), (400 + side * 98, 346)], skin.line, 3)
    cap = smooth([(-132, -50), (-138, -130), (-84, -206), (0, -226), (84, -206), (138, -130), (132, -50), (0, -70)])
    c.fill(placed(cap, *FACE), "#1f5a66")
    for k in range(-4, 5):
        c.line(placed(smooth([(k * 12, -222), (k * 24, -160), (k * 29, -80)], closed=False), *FACE), "#174550", 5)
    band = placed(smooth([(-142, -44), (-140, -96), (0, -116), (140, -96), (142, -44), (0, -66)]), *FACE)
    c.fill(band, "#2f7f86")
    c.stipple(placed(cap, *FACE), "#0f2f3d", "right", 0.65)
    c.stipple(band, "#0f2f3d", "right", 0.65)


def linnea_sato(c: Canvas) -> None:
    """Thirties: black fringe, plum polo neck."""
    skin = Skin("#f0cba8", "#d9a283", "#a3654f")
    _ground(c, "#a9b58a", "#6b7f58")
    back = smooth(
        [
            (0, -192),
            (116, -160),
            (158, -50),
            (160, 80),
            (150, 176),
            (90, 190),
            (-90, 190),
            (-150, 176),
            (-160, 80),
            (-158, -50),
            (-116, -160),
        ]
    )
    c.fill(placed(back, *FACE), "#17121f")
    _neck(c, skin, 50)
    _shoulders(c, "#6b2a58", "#3a1538", 270)
    roll = smooth([(-84, 170), (0, 184), (84, 170), (96, 236), (0, 262), (-96, 236)])
    c.fill(placed(roll, *FACE), "#7f386a")
    c.stipple(placed(roll, *FACE), "#3a1538", "right", 0.6)
    c.line(placed(smooth([(-92, 234), (0, 258), (92, 234)], closed=False), *FACE), "#4f1d45", 5)
    _face(c, skin, 76, 112)
    for side in (-1, 1):
        panel = smooth(
            [
                (side * 60, -170),
                (side * 140, -130),
                (side * 160, 0),
                (side * 152, 170),
                (side * 112, 176),
                (side * 106, 60),
                (side * 104, -60),
            ]
        )
        c.fill(placed(panel, *FACE), "#1f1828")
    fringe: list[Point] = [
        (-124, -40),
        (-126, -110),
        (-70, -176),
        (0, -190),
        (70, -176),
        (126, -110),
        (124, -40),
        (60, -54),
        (0, -58),
        (-60, -54),
    ]
    shape = smooth(fringe)
    _features(c, skin, "#17121f", 10)
    c.fill(placed(shape, *FACE), "#1f1828")
    c.line(placed(smooth([(-90, -120), (-10, -150), (80, -128)], closed=False), *FACE), "#4a4560", 8)
    c.line(placed(smooth([(-64, -98), (0, -116), (50, -104)], closed=False), *FACE), "#37324a", 6)


def joan_hask(c: Canvas) -> None:
    """Fifties: short ginger hair, red track top with a zip."""
    skin = Skin("#f2c6a5", "#dd9b7c", "#ad6049")
    _ground(c, "#5f8a96", "#2f5668")
    _neck(c, skin, 54)
    _shoulders(c, "#c23a34", "#6f1a2c", 290)
    for side in (-1, 1):
        for k in range(2):
            line: list[Point] = [
                (side * (130 + k * 34), 236 + k * 14),
                (side * (196 + k * 34), 300 + k * 12),
                (side * (226 + k * 30), 470),
            ]
            c.line(placed(smooth(line, closed=False), *FACE), "#f6ead0", 9)
    _throat(c, skin, 66)
    collar: list[Point] = [
        (-92, 176),
        (-60, 190),
        (0, 262),
        (60, 190),
        (92, 176),
        (106, 226),
        (0, 320),
        (-106, 226),
    ]
    c.fill(placed(collar, *FACE), "#f6ead0")
    c.fill(placed([(0, 262), (60, 190), (92, 176), (106, 226), (0, 320)], *FACE), "#d3c3ad")
    c.line([(400, 664), (400, 800)], "#f6ead0", 8)
    c.fill(box(392, 672, 408, 704, 5), "#e0b24a")
    _face(c, skin, 84, 114)
    hair = smooth(
        [
            (-126, 52),
            (-146, -20),
            (-146, -110),
            (-100, -186),
            (-10, -216),
            (84, -204),
            (142, -140),
            (148, -40),
            (128, 52),
            (112, 20),
            (112, -40),
            (92, -96),
            (40, -74),
            (-30, -70),
            (-100, -84),
            (-112, -30),
            (-110, 24),
        ]
    )
    c.fill(placed(hair, *FACE), "#cf6a2c")
    c.stipple(placed(hair, *FACE), "#7d2f1f", "right", 0.7)
    for points in (
        [(-120, -90), (-80, -150), (0, -186)],
        [(-80, -96), (0, -110), (84, -150)],
        [(-10, -84), (60, -100), (104, -132)],
    ):
        c.fill(stroke(placed(smooth(points, closed=False), *FACE), 9, 3), "#eb9850")
    _features(c, skin, "#a8501f", 15)
    for side in (-1, 1):
        c.line([(400 + side * 80, 352), (400 + side * 94, 346)], skin.line, 3)
        c.line([(400 + side * 80, 360), (400 + side * 94, 362)], skin.line, 3)
        c.line(arc(400 + side * 34, 430, 22, 24, 90 - side * 70, 90 - side * 115), skin.line, 3)
        c.fill(oval(400 + side * 118, 404, 7), "#f6ead0")


PORTRAITS: dict[str, Callable[[Canvas], None]] = {
    "ada-pellow": ada_pellow,
    "tomasz-krol": tomasz_krol,
    "priya-nair": priya_nair,
    "bram-okafor": bram_okafor,
    "linnea-sato": linnea_sato,
    "joan-hask": joan_hask,
}
