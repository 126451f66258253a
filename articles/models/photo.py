import hashlib
from pathlib import PurePath
from typing import Any

from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib import images

WIDTHS = (320, 640, 960, 1600)  # pixels of the copies that pages show


def _upload_to(photo: "Photo", name: str) -> str:
    """A name made of the content: the same file twice is one, and a replaced file gets another address."""
    photo.file.seek(0)
    digest = hashlib.sha256(photo.file.read()).hexdigest()[:12]
    photo.file.seek(0)
    stem = PurePath(name).stem[:60]
    return f"photos/{timezone.now():%Y/%m}/{stem}-{digest}{PurePath(name).suffix.lower()}"


class Photo(models.Model):
    """A picture with its words. Pages show its smaller WebP copies, never the uploaded file with its metadata."""

    file = models.ImageField(
        _("file"),
        upload_to=_upload_to,
        validators=[images.check_picture],
        max_length=200,
    )
    # Of the picture turned upright, which Django's width_field would not know.
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        help_text=_("What is to be seen, for those who cannot see it. Not the caption again."),
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Photographer / agency"))
    widths = models.JSONField(editable=False, default=list)
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def __str__(self) -> str:
        return self.caption or self.alt

    def save(self, *args: Any, **kwargs: Any) -> None:
        if images.is_new(self.file):
            upright = images.opened(self.file)
            self.width, self.height = upright.size
            self.file.field.pre_save(self, False)  # stores it, which gives it its name
            self.widths = self._write_copies(upright)
            if "update_fields" in kwargs:
                kwargs["update_fields"] = {*kwargs["update_fields"], "width", "height", "widths"}
        super().save(*args, **kwargs)

    def copy_name(self, width: int) -> str:
        path = PurePath(str(self.file.name))
        return str(path.with_name(f"{path.stem}-{width}.webp"))

    def _write_copies(self, upright: Any) -> list[int]:
        widths = [width for width in WIDTHS if width < upright.width] or [upright.width]
        for width in widths:
            name = self.copy_name(width)
            if not default_storage.exists(name):
                default_storage.save(name, images.smaller(upright, width=width))
        return widths

    @property
    def copies(self) -> list[tuple[int, str]]:
        """Width in pixels and address of each copy, narrowest first."""
        return [(width, default_storage.url(self.copy_name(width))) for width in self.widths]

    @property
    def src(self) -> str:
        """The copy for those that take only one: about 960 pixels wide."""
        near = [address for width, address in self.copies if width <= 960] or [a for _w, a in self.copies]
        return near[-1] if near else ""
