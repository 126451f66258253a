"""What stands beside a link to a page that has no picture of its own, where links show one: the paper's nameplate."""

import hashlib
import io
import textwrap
from collections.abc import Iterator

from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont, ImageOps

from newsroom.lib import icons, images

WIDTH, HEIGHT = 1200, 630  # pixels: what Open Graph's readers cut everything else to
_PAPER, _INK, _QUIET = "#fffdf8", "#1a1a1a", "#5f5b55"  # of static/newsroom/site.css
_WIDE, _HIGH = 1040, 320  # pixels, for logo or name
_LARGEST, _SMALLEST, _TAGLINE = 150, 36, 34  # pixels, of letters
_LEADING = 1.12


def of_picture(picture: Image.Image) -> bytes:
    """The editors' own, cut to size, as JPEG."""
    fitted = ImageOps.fit(picture, (WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return images.encoded(fitted, "JPEG", quality=85, progressive=True, optimize=True)


def of_logo(logo: Image.Image, tagline: str) -> Image.Image:
    plate = ImageOps.contain(logo.convert("RGBA"), (_WIDE, _HIGH), Image.Resampling.LANCZOS)
    return _set(plate, tagline)


def of_name(name: str, tagline: str) -> Image.Image:
    """In type; of a name in letters that the font has not, the paper's icon."""
    if name.strip() and _has_letters(name):
        plate = _typed(name)
    else:
        plate = icons.of_name(name).resize((_HIGH, _HIGH), Image.Resampling.LANCZOS).convert("RGBA")
    return _set(plate, tagline)


def store(picture: Image.Image) -> str:
    """Keep it under a name made of its content. Returns that name."""
    name = f"paper/link-{hashlib.sha256(picture.tobytes()).hexdigest()[:12]}.png"
    if not default_storage.exists(name):
        written = io.BytesIO()
        picture.quantize(64).save(written, "PNG", optimize=True)
        images.store(name, written.getvalue())
    return name


def _set(plate: Image.Image, tagline: str) -> Image.Image:
    """Between the rules of a masthead, the tagline below."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    for y, height in ((48, 5), (57, 2), (HEIGHT - 59, 2), (HEIGHT - 53, 5)):
        draw.rectangle((80, y, WIDTH - 81, y + height - 1), fill=_INK)
    lines = textwrap.wrap(tagline, 60)[:2] if _has_letters(tagline) else []
    below = 24 + _TAGLINE * _LEADING * len(lines) if lines else 0.0
    top = (HEIGHT - plate.height - below) / 2
    picture.paste(plate, ((WIDTH - plate.width) // 2, round(top)), plate)
    for number, line in enumerate(lines):
        start = top + plate.height + 24 + number * _TAGLINE * _LEADING
        draw.text((WIDTH / 2, start), line, fill=_QUIET, font=_font(_TAGLINE), anchor="ma")
    return picture


def _typed(name: str) -> Image.Image:
    """As large as there is room, in as many lines as that takes."""
    size, lines = next(_settings(name))
    plate = Image.new("RGBA", (_WIDE, round(len(lines) * size * _LEADING)))
    draw = ImageDraw.Draw(plate)
    for number, line in enumerate(lines):
        draw.text((_WIDE / 2, number * size * _LEADING), line, fill=_INK, font=_font(size), anchor="ma", stroke_width=1)
    return plate


def _settings(name: str) -> Iterator[tuple[int, list[str]]]:
    for size in range(_LARGEST, _SMALLEST, -6):
        lines = textwrap.wrap(name, round(_WIDE / size * 1.9), break_long_words=False)
        wide = max(_font(size).getlength(line) for line in lines)
        if wide <= _WIDE and len(lines) * size * _LEADING <= _HIGH:
            yield size, lines
    yield _SMALLEST, textwrap.wrap(name, _WIDE // _SMALLEST)


def _has_letters(words: str) -> bool:
    """The font that Pillow brings has those of Latin alone."""
    font = _font(_TAGLINE)
    missing = bytes(font.getmask("\uffff"))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in words)


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101  # for the type checker
    return font
