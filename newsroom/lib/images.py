"""Pictures: what may be uploaded, and the smaller copies that pages show."""

import hashlib
import io
import warnings
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

# Pillow's names of the formats we take, with the file endings that may carry them.
FORMATS = {"JPEG": {".jpg", ".jpeg"}, "PNG": {".png"}, "WEBP": {".webp"}}
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, OverflowError)


def check_picture(upload: Any) -> None:
    """A field's validator: raise ValidationError, with the reason, unless this is a picture we take.

    Looks at the bytes, not at the name or the declared type: format, pixels, and that it decodes to its end.
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
    finally:
        upload.seek(0)


def _check_content(upload: Any) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(upload, formats=list(FORMATS)) as picture:
                _check_size(picture)
                _check_name(upload.name, picture.format or "")
                picture.load()
    except UnidentifiedImageError as error:
        raise ValidationError(
            _("This file is not a picture we can read. Upload a JPEG, PNG or WebP picture.")
        ) from error
    except Image.DecompressionBombError as error:
        raise ValidationError(_("This picture has far too many pixels. Save it smaller.")) from error
    except _BROKEN as error:
        raise ValidationError(_("This picture is damaged or cut short. Export it again, then upload it.")) from error


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > settings.PICTURE_MAX_PIXELS:
        raise ValidationError(
            _("This picture has %(width)d × %(height)d pixels; the limit is %(limit)d million. Save it smaller.")
            % {
                "width": picture.width,
                "height": picture.height,
                "limit": settings.PICTURE_MAX_PIXELS // 1_000_000,
            }
        )


def _check_name(name: str, picture_format: str) -> None:
    ending = PurePath(name).suffix.lower()
    if ending not in FORMATS[picture_format]:
        raise ValidationError(
            _("The name ends in “%(ending)s”, but the file is a %(format)s picture. Rename it or export it again.")
            % {"ending": ending, "format": picture_format}
        )


def is_new(file: FieldFile) -> bool:
    """Whether a row's file was just given to it and is not in storage yet."""
    return bool(file) and not getattr(file, "_committed", True)


def name_by_content(file: FieldFile, name: str) -> str:
    """A name made of the content: the same file twice is one, and a replaced file gets another address."""
    file.seek(0)
    digest = hashlib.sha256(file.read()).hexdigest()[:12]
    file.seek(0)
    return f"{PurePath(name).stem[:60]}-{digest}{PurePath(name).suffix.lower()}"


def write_copies(name: str, picture: Image.Image, widths: Iterable[int]) -> None:
    """Put a WebP copy of each width in pixels beside the stored file of that name."""
    for width in widths:
        if not default_storage.exists(copy := copy_name(name, width)):
            default_storage.save(copy, smaller(picture, width=width))


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


def opened(file: Any) -> Image.Image:
    """The picture, turned upright by its EXIF orientation, in RGB or RGBA."""
    file.seek(0)
    picture = ImageOps.exif_transpose(Image.open(file, formats=list(FORMATS)))
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    return picture.convert("RGBA" if has_alpha else "RGB")


def _webp(picture: Image.Image) -> ContentFile:
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=80, method=4)
    return ContentFile(written.getvalue())
