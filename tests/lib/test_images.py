"""What comes in: 70 uploads, ordinary, odd and hostile, each with what becomes of it."""

import io
import struct
import zipfile
import zlib

import hypothesis
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from newsroom.lib import images
from newsroom.lib.images import check_picture
from tests.factories import make_author, picture_file

# Pillow warns of broken metadata and of very large pictures; in production a warning is a line of the log.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")


def picture(mode="RGB", size=(40, 30)):
    return Image.effect_noise(size, 60).convert("RGB").convert(mode)


def written(kind, drawn=None, **options):
    file = io.BytesIO()
    (drawn or picture()).save(file, kind, **options)
    return file.getvalue()


def upload(name, content):
    return SimpleUploadedFile(name, content, content_type="image/png")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_with(*chunks):
    """A good PNG with more chunks after its header."""
    content = written("PNG")
    return content[:33] + b"".join(chunks) + content[33:]


def png_of(width, height):
    """A PNG of a few bytes that says it is that large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def jpeg_of(width, height):
    content = bytearray(written("JPEG"))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def jpeg_with_segment(marker, data, times=1):
    content = written("JPEG")
    return content[:2] + (b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data) * times + content[2:]


def flat(mode, colour, size=(40, 30)):
    return Image.new(mode, size, colour)


def archive():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("harm.txt", "harm")
    return file.getvalue()


def palette_with_transparency():
    drawn = flat("P", 0)
    drawn.putpalette([0, 128, 128, 255, 0, 0])
    drawn.paste(1, (0, 0, 20, 30))
    return written("PNG", drawn, transparency=1)


def animated(kind):
    return written(kind, flat("RGB", "red"), save_all=True, append_images=[flat("RGB", "blue")], lossless=True)


def two_in_one():
    return written("MPO", picture(), save_all=True, append_images=[picture()])


def turned():
    exif = Image.Exif()
    exif[0x0112] = 6  # by 90 degrees
    return written("JPEG", exif=exif)


SIXTEEN_BITS = Image.frombytes("I;16", (40, 30), struct.pack("<H", 0x8080) * 1200)
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

# name, content, then what pages get: size, mode, and the colour at the upper left if it is sure.
TAKEN = {
    "jpeg": ("a.jpg", written("JPEG"), (40, 30), "RGB", None),
    "jpeg in capitals": ("A.JPEG", written("JPEG"), (40, 30), "RGB", None),
    "jpeg, progressive": ("a.jpg", written("JPEG", progressive=True), (40, 30), "RGB", None),
    "jpeg of a telephone, two in one": ("a.jpg", two_in_one(), (40, 30), "RGB", None),
    "jpeg, grey": ("a.jpg", written("JPEG", flat("L", 128)), (40, 30), "RGB", (128, 128, 128)),
    "jpeg in printing colours": (
        "a.jpg",
        written("JPEG", flat("CMYK", (0, 0, 0, 0))),
        (40, 30),
        "RGB",
        (255, 255, 255),
    ),
    "jpeg, turned": ("a.jpg", turned(), (30, 40), "RGB", None),
    "jpeg with broken exif": ("a.jpg", jpeg_with_segment(0xE1, b"Exif\0\0II*\0" + b"\xff" * 40), (40, 30), "RGB", None),
    "jpeg with a broken profile": ("a.jpg", written("JPEG", icc_profile=b"no profile"), (40, 30), "RGB", None),
    "jpeg with a profile of other colours": ("a.jpg", written("JPEG", icc_profile=LAB), (40, 30), "RGB", None),
    "jpeg with 5 MB of comments": ("a.jpg", jpeg_with_segment(0xFE, b"x" * 65000, 80), (40, 30), "RGB", None),
    "jpeg with a film behind it": (
        "a.jpg",
        written("JPEG") + b"\0\0\0\x18ftypmp42" + b"\x80" * 9000,
        (40, 30),
        "RGB",
        None,
    ),
    "jpeg with zeros behind it": ("a.jpg", written("JPEG") + bytes(4096), (40, 30), "RGB", None),
    "png": ("a.png", written("PNG", flat("RGB", "teal")), (40, 30), "RGB", (0, 128, 128)),
    "png of 16 bits": ("a.png", written("PNG", SIXTEEN_BITS), (40, 30), "RGB", (128, 128, 128)),
    "png of 1 bit": ("a.png", written("PNG", flat("1", 1)), (40, 30), "RGB", (255, 255, 255)),
    "png, palette with transparency": ("a.png", palette_with_transparency(), (40, 30), "RGBA", (255, 0, 0, 0)),
    "png, grey with transparency": ("a.png", written("PNG", flat("LA", (9, 0))), (40, 30), "RGBA", (9, 9, 9, 0)),
    "png, transparent nowhere": ("a.png", written("PNG", flat("RGBA", "teal")), (40, 30), "RGB", (0, 128, 128)),
    "png, animated": ("a.png", animated("PNG"), (40, 30), "RGB", (255, 0, 0)),
    "png with a thousand texts": ("a.png", png_with(*[chunk(b"tEXt", b"k\0v")] * 1000), (40, 30), "RGB", None),
    "webp": ("a.webp", written("WEBP"), (40, 30), "RGB", None),
    "webp, animated": ("a.webp", animated("WEBP"), (40, 30), "RGB", (255, 0, 0)),
    "avif": ("a.avif", written("AVIF"), (40, 30), "RGB", None),
    "heic": ("IMG_0001.HEIC", written("HEIF"), (40, 30), "RGB", None),
    "heic with transparency": ("a.heif", written("HEIF", flat("RGBA", (0, 0, 0, 0))), (40, 30), "RGBA", None),
    "gif": ("a.gif", written("GIF", flat("P", 0)), (40, 30), "RGB", None),
    "gif, animated": ("a.gif", animated("GIF"), (40, 30), "RGB", (255, 0, 0)),
    "name with NUL": ("a\0b.png", written("PNG"), (40, 30), "RGB", None),
    "name of 300 letters": ("x" * 300 + ".png", written("PNG"), (40, 30), "RGB", None),
    "name out of this folder": ("../../etc/passwd.png", written("PNG"), (40, 30), "RGB", None),
    "name in other letters": ("порт 🚢.jpg", written("JPEG"), (40, 30), "RGB", None),
    "panorama": ("a.jpg", written("JPEG", picture(size=(1000, 80))), (1000, 80), "RGB", None),
}

ADVICE = " Upload a JPEG, PNG, WebP, AVIF, HEIC or GIF picture."
SVG = "This is an SVG drawing, which may carry scripts. Export it as PNG, then upload that."
NONE = "This file is not a picture we can read." + ADVICE
BROKEN = "This picture is damaged or cut short. Export it again, then upload it."
TWO = "Something other than a picture hides in this file. Open it in a picture editor and export it again."
TEXT_BOMB = chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(50_000_000)))

REFUSED = {
    "nothing": ("a.png", b"", NONE),
    "words": ("a.png", b"no picture at all", NONE),
    "noise": ("a.jpg", bytes(range(256)) * 40, NONE),
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", SVG),
    "svg that says png": ("a.png", b"<?xml version='1.0'?>\n<!-- x -->\n<svg onload='alert(1)'/>", SVG),
    "svg after a byte order mark": ("a.jpg", b"\xef\xbb\xbf  <SVG/>", SVG),
    "svg, compressed": ("a.svgz", b"\x1f\x8b\x08\0\0\0\0\0", "This is a compressed file." + ADVICE),
    "web page": ("a.jpg", b"<!DOCTYPE html><script>alert(1)</script>", "This is a web page." + ADVICE),
    "pdf": ("a.jpg", b"%PDF-1.7\n", "This is a PDF file." + ADVICE),
    "zip": ("a.jpg", archive(), "This is a ZIP archive." + ADVICE),
    "photoshop": ("a.jpg", b"8BPS\0\1", "This is a Photoshop file." + ADVICE),
    "tiff": ("a.tiff", written("TIFF"), "This is a TIFF picture." + ADVICE),
    "bmp": ("a.bmp", written("BMP"), NONE),
    "icon": ("a.ico", written("ICO", picture(size=(32, 32))), NONE),
    "postscript": ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NONE),
    "png that says jpeg": (
        "a.jpg",
        written("PNG"),
        "The name ends in “.jpg”, but the file is a PNG picture. Rename it or export it again.",
    ),
    "jpeg that says heic": (
        "a.heic",
        written("JPEG"),
        "The name ends in “.heic”, but the file is a JPEG picture. Rename it or export it again.",
    ),
    "heic that says jpeg": (
        "a.jpg",
        written("HEIF"),
        "The name ends in “.jpg”, but the file is a HEIC picture. Rename it or export it again.",
    ),
    "gif that says php": (
        "a.gif.php",
        written("GIF"),
        "The name ends in “.php”, but the file is a GIF picture. Rename it or export it again.",
    ),
    "png without an ending": (
        "a",
        written("PNG"),
        "The name ends in “”, but the file is a PNG picture. Rename it or export it again.",
    ),
    "jpeg, cut short": ("a.jpg", written("JPEG")[:-200], BROKEN),
    "jpeg, its head alone": ("a.jpg", written("JPEG")[:30], BROKEN),
    "png, cut short": ("a.png", written("PNG")[:-60], BROKEN),
    "webp, cut short": ("a.webp", written("WEBP")[:-60], BROKEN),
    "avif, cut short": ("a.avif", written("AVIF")[:-60], BROKEN),
    "heic, cut short": ("a.heic", written("HEIF")[:-60], BROKEN),
    "gif, cut short": ("a.gif", written("GIF")[:900], BROKEN),
    "png bomb": ("a.png", png_of(30_000, 30_000), "This picture has far too many pixels. Save it smaller."),
    "png bomb, one line": ("a.png", png_of(2**31 - 1, 1), "This picture has far too many pixels. Save it smaller."),
    "jpeg bomb": ("a.jpg", jpeg_of(65_500, 65_500), "This picture has far too many pixels. Save it smaller."),
    "png that unpacks to 50 MB of text": ("a.png", png_with(TEXT_BOMB), BROKEN),
    "too many pixels": (
        "a.png",
        png_of(8000, 7000),
        "This picture has 8000 × 7000 pixels; the limit is 50 million. Save it smaller.",
    ),
    "far too many pixels, in truth": (
        "a.png",
        written("PNG", flat("1", 0, (12_000, 12_000))),
        "This picture has 12000 × 12000 pixels; the limit is 50 million. Save it smaller.",
    ),
    "one pixel": ("a.png", png_of(1, 1), "This picture has only 1 × 1 pixels: nothing is to be seen."),
    "no pixel": ("a.png", png_of(0, 0), NONE),
    "a strip": (
        "a.png",
        written("PNG", flat("L", 0, (4000, 40))),
        "This picture has 4000 × 40 pixels, which is too narrow a strip. Cut out a part.",
    ),
    "jpeg and zip": ("a.jpg", written("JPEG") + archive(), TWO),
    "png and java archive": ("a.png", written("PNG") + archive(), TWO),
    "jpeg and php": ("a.jpg", jpeg_with_segment(0xFE, b"<?php system($_GET['c']); ?>"), TWO),
    "jpeg and rar": ("a.jpg", written("JPEG") + b"Rar!\x1a\x07\0", TWO),
    "png and script": ("a.png", png_with(chunk(b"tEXt", b"Comment\0<SCRIPT>alert(1)</SCRIPT>")), TWO),
    "gif and page": ("a.gif", written("GIF") + b"<!DocType html><body>", TWO),
    "jpeg and pdf": ("a.jpg", jpeg_with_segment(0xFE, b"%PDF-1.4"), TWO),
}


@pytest.mark.parametrize(("name", "content", "size", "mode", "corner"), TAKEN.values(), ids=TAKEN)
def test_what_is_a_picture_is_taken_and_read_right(name, content, size, mode, corner):
    sent = upload(name, content)

    check_picture(sent)
    found = images.opened(sent)

    assert (found.size, found.mode, found.info) == (size, mode, {})
    assert corner in {None, found.getpixel((0, 0))}


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_none_or_more_than_one_or_lies_is_refused_with_the_reason(name, content, reason):
    with pytest.raises(ValidationError) as refused:
        check_picture(upload(name, content))

    assert refused.value.messages == [reason]


def test_too_many_bytes_are_refused(settings):
    settings.PICTURE_MAX_BYTES = 10

    with pytest.raises(ValidationError, match="MB"):
        check_picture(upload("a.png", written("PNG")))


_GOOD = {"a.jpg": turned(), "a.png": palette_with_transparency(), "a.gif": animated("GIF"), "a.webp": written("WEBP")}


@hypothesis.settings(max_examples=150)
@given(
    st.sampled_from(sorted(_GOOD)),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6),
)
def test_whatever_is_broken_in_a_file_it_is_refused_or_can_be_read(name, changes):
    content = bytearray(_GOOD[name])
    for at, changed in changes:
        content[at % len(content) : at % len(content) + len(changed)] = changed
    sent = upload(name, bytes(content))

    try:
        check_picture(sent)
    except ValidationError:
        return
    assert images.opened(sent).mode in {"RGB", "RGBA"}


def test_colours_of_another_profile_become_srgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))
    profile = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")  # its red is green
    sent = upload("a.png", written("PNG", flat("RGB", (255, 0, 0)), icc_profile=profile))

    red, green, blue = images.opened(sent).getpixel((0, 0))

    assert (red < 3, green > 252, blue < 3) == (True, True, True)


@pytest.mark.django_db
def test_a_portrait_becomes_a_square():
    author = make_author()
    author.portrait = picture_file(size=(900, 600))

    author.save()

    for picture, side in ((author.portrait, 480), (author.small_portrait, 192)):
        with picture.open() as file, Image.open(file) as portrait:
            assert (portrait.format, portrait.size) == ("WEBP", (side, side))


@pytest.mark.django_db
def test_without_a_portrait_there_is_no_small_one():
    author = make_author(portrait=picture_file())
    had = author.face

    author.portrait = ""
    author.save()

    assert (had.endswith(".webp"), author.face) == (True, "")


def test_a_file_is_stored_whole_or_not_at_all(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    images.store("a/b.jpg", b"old")

    def full(_file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        images.store("a/b.jpg", b"new")

    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"b.jpg": b"old"}
