"""Pictures: what may be uploaded, how it is read, and how files are put into storage."""

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

register_heif_opener()

# Pillow's names of the formats we take, with the file endings that may carry them.
_JPEG_ENDINGS = {".jpg", ".jpeg", ".jpe", ".jfif"}
FORMATS = {
    "JPEG": _JPEG_ENDINGS,
    "MPO": _JPEG_ENDINGS,  # what many telephones call a JPEG: a second picture hangs on it
    "PNG": {".png"},
    "WEBP": {".webp"},
    "AVIF": {".avif"},
    "HEIF": {".heic", ".heif", ".hif"},
    "GIF": {".gif"},
}
READ = [name for name in FORMATS if name != "MPO"]  # which its JPEG reader knows by itself
_LOSSLESS = {".png", ".gif"}
_MIN_SIDE, _MAX_ASPECT = 8, 20  # pixels; times as long as wide
_ADVICE = gettext_lazy("Upload a JPEG, PNG, WebP, AVIF, HEIC or GIF picture.")

# How other files begin that are uploaded by mistake, or with intent.
_OTHER_KINDS = (
    (b"%pdf-", gettext_lazy("This is a PDF file.")),
    (b"pk\x03\x04", gettext_lazy("This is a ZIP archive.")),
    (b"\x1f\x8b", gettext_lazy("This is a compressed file.")),
    (b"ii*\0", gettext_lazy("This is a TIFF picture.")),
    (b"mm\0*", gettext_lazy("This is a TIFF picture.")),
    (b"8bps", gettext_lazy("This is a Photoshop file.")),
    (b"<", gettext_lazy("This is a web page.")),
)
# What no picture holds but one that is to be taken for something else as well; in small letters.
_FOREIGN = (b"<?php", b"<script", b"<!doctype", b"<iframe", b"rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


# --- What may be uploaded ---------------------------------------------------------------------


class PictureFormField(forms.ImageField):
    """An upload whose content is judged by check_picture alone: Django's own look gives no reasons."""

    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs | {"max_length": None})  # the name is not kept

    def to_python(self, data: Any) -> Any:
        return forms.FileField.to_python(self, data)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": "image/*,.heic,.heif,.avif"}


PICTURE_FIELDS: dict[Any, dict[str, Any]] = {models.ImageField: {"form_class": PictureFormField}}  # of an admin


def check_picture(upload: Any) -> None:
    """A field's validator: raise ValidationError, with the reason, unless this is a picture we take.

    Looks at the bytes, not at the declared type: format, pixels, that it decodes to its end, that it is nothing else
    besides. The name must not lie about the format.
    """
    if getattr(upload, "_committed", False):
        return  # already in storage: it was checked when it came
    if upload.size > settings.PICTURE_MAX_BYTES:
        raise ValidationError(
            _("This file has %(size)d MB; pictures may have %(limit)d MB. Save it smaller, then try again.")
            % {"size": upload.size // 2**20 + 1, "limit": settings.PICTURE_MAX_BYTES // 2**20}
        )
    upload.seek(0)
    try:
        _check_content(upload)
        _check_that_it_is_nothing_else(upload)
    finally:
        upload.seek(0)


def _check_content(upload: Any) -> None:
    try:
        with Image.open(upload, formats=READ) as picture:
            _check_size(picture.width, picture.height)
            _check_name(upload.name, picture.format or "")
            picture.load()
    except ValidationError:
        raise
    except UnidentifiedImageError as error:
        raise ValidationError(_what_it_is(upload)) from error
    except Image.DecompressionBombError as error:
        raise ValidationError(_("This picture has far too many pixels. Save it smaller.")) from error
    except Exception as error:  # decoders raise whatever a broken file makes them stumble over
        raise ValidationError(_("This picture is damaged or cut short. Export it again, then upload it.")) from error


def _check_size(width: int, height: int) -> None:
    facts = {"width": width, "height": height, "limit": settings.PICTURE_MAX_PIXELS // 1_000_000}
    if width * height > settings.PICTURE_MAX_PIXELS:
        raise ValidationError(
            _("This picture has %(width)d × %(height)d pixels; the limit is %(limit)d million. Save it smaller.")
            % facts
        )
    if min(width, height) < _MIN_SIDE:
        raise ValidationError(_("This picture has only %(width)d × %(height)d pixels: nothing is to be seen.") % facts)
    if max(width, height) > _MAX_ASPECT * min(width, height):
        raise ValidationError(
            _("This picture has %(width)d × %(height)d pixels, which is too narrow a strip. Cut out a part.") % facts
        )


def _check_name(name: str, picture_format: str) -> None:
    ending = PurePath(name).suffix.lower()
    if ending not in FORMATS[picture_format]:
        raise ValidationError(
            _("The name ends in “%(ending)s”, but the file is a %(format)s picture. Rename it or export it again.")
            % {"ending": ending[:20], "format": "HEIC" if picture_format == "HEIF" else picture_format}
        )


def _what_it_is(upload: Any) -> str:
    upload.seek(0)
    start = upload.read(4096).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return _("This is an SVG drawing, which may carry scripts. Export it as PNG, then upload that.")
    kinds = (words for signature, words in _OTHER_KINDS if start.startswith(signature))
    return f"{next(kinds, _('This file is not a picture we can read.'))} {_ADVICE}"


def _check_that_it_is_nothing_else(upload: Any) -> None:
    """A picture and an archive or a program in one. Nobody would get the upload itself to see, only copies of its
    pixels; but whoever made such a file meant harm, and who sends it should know."""
    upload.seek(0)
    content = upload.read().lower()
    is_two = b"%pdf-" in content[:1024] or any(foreign in content for foreign in _FOREIGN)
    if is_two or zipfile.is_zipfile(upload):
        raise ValidationError(
            _("Something other than a picture hides in this file. Open it in a picture editor and export it again.")
        )


# --- Reading --------------------------------------------------------------------------------------


def is_new(file: FieldFile) -> bool:
    """Whether a row's file was just given to it and is not in storage yet."""
    return bool(file) and not getattr(file, "_committed", True)


def opened(file: Any) -> Image.Image:
    """The picture as pages show it: upright, in sRGB, 8 bits, RGB or RGBA, its first frame, without any metadata."""
    file.seek(0)
    picture: Image.Image = Image.open(file, formats=READ)
    profile = picture.info.get("icc_profile")
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    picture = _in_srgb(_in_eight_bits(_upright(picture)), profile, "RGBA" if has_alpha else "RGB")
    if has_alpha and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    picture.info = {}  # or it would be written into the copies
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # broken metadata, which Pillow trips over in many ways, says nothing about the pixels
        return picture


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """Pillow would cut 16 bits off at 255, which makes them white."""
    return picture.point(lambda value: value / 256).convert("L") if picture.mode.startswith("I") else picture


def _in_srgb(picture: Image.Image, profile: bytes | None, mode: str) -> Image.Image:
    if picture.mode in {"P", "PA", "LA", "1"}:
        picture = picture.convert(mode)
    if profile:
        try:
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(theirs):
                ours = ImageCms.createProfile("sRGB")
                return ImageCms.profileToProfile(picture, theirs, ours, outputMode=mode) or picture.convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile, or one that is for other channels than these
    return picture.convert(mode)


# --- Writing --------------------------------------------------------------------------------------


def digest_of(file: FieldFile) -> str:
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return digest


def name_by_content(file: FieldFile) -> str:
    """A name made of the content: the same file twice is one, and a replaced file gets another address.

    It has its first two digits for a folder, and the ending that `keep` writes.
    """
    digest = digest_of(file)
    ending = ".png" if PurePath(file.name or "").suffix.lower() in _LOSSLESS else ".jpg"
    return f"{digest[:2]}/{digest[2:12]}{ending}"


def keep(name: str, picture: Image.Image) -> None:
    """Store what `opened` gave in full size in place of the upload: nothing else of that is kept."""
    if name.endswith(".png"):
        store(name, encoded(picture, "PNG", compress_level=3))
    else:
        store(name, encoded(picture, "JPEG", quality=92, subsampling=0))


def encoded(picture: Image.Image, picture_format: str, **options: Any) -> bytes:
    """In that format of Pillow's; where that has no transparency, on white."""
    if picture_format == "JPEG" and picture.mode == "RGBA":
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture).convert("RGB")
    written = io.BytesIO()
    picture.save(written, picture_format, **options)
    return written.getvalue()


def store(name: str, content: bytes) -> None:
    """Put a file into storage under exactly that name: whole or not at all, whenever the process is killed.

    Raises OSError, as when the disk is full.
    """
    path = local_path(name)
    if path is None:  # storages elsewhere take a file whole
        default_storage.delete(name)
        default_storage.save(name, ContentFile(content))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.stem}.", suffix=".part", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).chmod(settings.FILE_UPLOAD_PERMISSIONS)
            Path(part.name).replace(path)
        except OSError:
            Path(part.name).unlink(missing_ok=True)
            raise


def local_path(name: str) -> Path | None:
    """None: the storage is on another machine."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


def write_copies(name: str, picture: Image.Image, widths: Iterable[int]) -> None:
    """Put a WebP copy of each width in pixels beside the stored file of that name."""
    for width in widths:
        if not default_storage.exists(copy := copy_name(name, width)):
            store(copy, smaller(picture, width=width).read())


def copy_name(name: str, width: int) -> str:
    path = PurePath(name)
    return str(path.with_name(f"{path.stem}-{width}.webp"))


def copies(name: str, widths: Iterable[int]) -> list[tuple[int, str]]:
    """Width in pixels and address of each copy."""
    return [(width, default_storage.url(copy_name(name, width))) for width in widths]


def smaller(picture: Image.Image, *, width: int) -> ContentFile:
    """A WebP copy of that width in pixels, without any of the original's metadata."""
    height = max(1, round(picture.height * width / picture.width))
    return _webp(picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0))


def square(picture: Image.Image, *, side: int) -> ContentFile:
    """The middle of the picture as a square WebP, side in pixels."""
    return _webp(ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS))


def _webp(picture: Image.Image) -> ContentFile:
    return ContentFile(encoded(picture, "WEBP", quality=80, method=4))
