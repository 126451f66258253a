"""Documents: what may be uploaded for readers to download."""

from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_TAIL = 2048  # bytes in which the end of a PDF says where its index is


def check_pdf(upload: Any) -> None:
    """A field's validator: raise ValidationError, with the reason, unless this is a whole PDF.

    Looks at the bytes, not at the declared type: a PDF from its very first byte (so that it is nothing else as
    well), with its index at the end (so that it is not cut short).
    """
    if getattr(upload, "_committed", False):
        return  # already in storage: it was checked when it came
    if upload.size > settings.DOCUMENT_MAX_BYTES:
        raise ValidationError(
            _("This file has %(size)d MB; documents may have %(limit)d MB. Save it smaller, then try again.")
            % {"size": upload.size // 2**20 + 1, "limit": settings.DOCUMENT_MAX_BYTES // 2**20}
        )
    try:
        _check_content(upload)
    finally:
        upload.seek(0)


def _check_content(upload: Any) -> None:
    upload.seek(0)
    if upload.read(5) != b"%PDF-" or PurePath(upload.name).suffix.lower() != ".pdf":
        raise ValidationError(_("This file is not a PDF. Export it as one; its name must end in “.pdf”."))
    upload.seek(max(0, upload.size - _TAIL))
    tail = upload.read()
    if b"startxref" not in tail or b"%%EOF" not in tail:
        raise ValidationError(_("This PDF is damaged or cut short. Export it again, then upload it."))
