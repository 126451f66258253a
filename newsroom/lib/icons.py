"""The paper's icons, for browsers, home screens and feed readers: squares of its logo, or of its first letter."""

import hashlib
import io
import unicodedata

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

SIDES = (180, 192, 512)  # pixels: Apple's home screen, tabs and small tiles, large tiles
_LARGE = SIDES[-1]
_PAPER, _ACCENT = "#fffdf8", "#9b1c2e"


def of_logo(logo: Image.Image) -> Image.Image:
    """The whole logo on paper, with the edge that round masks cut off left empty."""
    inner = round(_LARGE * 0.8)
    icon = Image.new("RGB", (_LARGE, _LARGE), ImageColor.getrgb(_PAPER))
    small = ImageOps.contain(logo.convert("RGBA"), (inner, inner), Image.Resampling.LANCZOS)
    icon.paste(small, ((_LARGE - small.width) // 2, (_LARGE - small.height) // 2), small)
    return icon


def of_name(name: str) -> Image.Image:
    """Its first letter; of a name in letters that the font has not, a printed page."""
    icon = Image.new("RGB", (_LARGE, _LARGE), ImageColor.getrgb(_ACCENT))
    draw = ImageDraw.Draw(icon)
    letter = unicodedata.normalize("NFKD", name.strip())[:1].upper()
    if letter.isascii() and letter.isalnum():
        draw.text((_LARGE / 2, _LARGE / 2), letter, fill=_PAPER, font=ImageFont.load_default(330), anchor="mm")
    else:
        _draw_page(draw)
    return icon


def _draw_page(draw: ImageDraw.ImageDraw) -> None:
    """The drawing of static/newsroom/icon.svg, sixteen times as large."""
    for box in ((112, 116, 400, 140), (112, 164, 400, 188), (112, 248, 240, 392)):
        draw.rectangle(box, fill=_PAPER)
    for y in (252, 316, 372):
        draw.rectangle((288, y, 400, y + 24), fill=_PAPER)


def store(icon: Image.Image) -> str:
    """Keep it in all sizes, under a name made of its content. Returns that name, for address()."""
    name = f"paper/icon-{hashlib.sha256(icon.tobytes()).hexdigest()[:12]}"
    for side in SIDES:
        if not default_storage.exists(file := _file(name, side)):
            default_storage.save(file, _png(icon.resize((side, side), Image.Resampling.LANCZOS)))
    return name


def address(name: str, side: int) -> str:
    return default_storage.url(_file(name, side))


def _file(name: str, side: int) -> str:
    return f"{name}-{side}.png"


def _png(picture: Image.Image) -> ContentFile:
    written = io.BytesIO()
    picture.quantize(256).save(written, "PNG", optimize=True)
    return ContentFile(written.getvalue())
