from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib import images

WIDTHS = (320, 640, 960, 1600)  # pixels of the copies that pages show


class Copy(NamedTuple):
    address: str
    width: int
    height: int


def _upload_to(photo: "Photo", name: str) -> str:
    return f"photos/{timezone.now():%Y/%m}/{images.name_by_content(photo.file, name)}"


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
            self.widths = [width for width in WIDTHS if width < upright.width] or [upright.width]
            images.write_copies(str(self.file.name), upright, self.widths)
            if "update_fields" in kwargs:
                kwargs["update_fields"] = {*kwargs["update_fields"], "width", "height", "widths"}
        super().save(*args, **kwargs)

    @property
    def copies(self) -> list[tuple[int, str]]:
        """Width in pixels and address of each copy, narrowest first."""
        return images.copies(str(self.file.name), self.widths)

    def crop(self, shape: str) -> Copy | None:
        """A copy in that shape; none is made yet."""
        return None

    @property
    def largest(self) -> Copy | None:
        """The widest copy with the whole picture."""
        if not self.widths:
            return None
        width, address = self.copies[-1]
        return Copy(address, width, max(1, round(self.height * width / self.width)))

    @property
    def src(self) -> str:
        """The copy for those that take only one: about 960 pixels wide."""
        near = [address for width, address in self.copies if width <= 960] or [a for _w, a in self.copies]
        return near[-1] if near else ""
