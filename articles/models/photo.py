from datetime import timedelta
from typing import Any, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib import images, renditions


def _upload_to(photo: "Photo", name: str) -> str:
    return f"photos/{images.name_by_content(photo.file)}"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def due(self) -> Self:
        """Those that the worker is to look at."""
        return self.filter(due_at__lte=timezone.now())

    def claim_next(self, lease: timedelta) -> "Photo | None":
        """The one that has been due for longest, for ourselves until the lease ends. None: nothing is due."""
        now = timezone.now()
        while photo := self.due().order_by("due_at").first():
            unclaimed = self.filter(pk=photo.pk, due_at=photo.due_at)
            photo.due_at, photo.attempts = now + lease, photo.attempts + 1
            if unclaimed.update(due_at=photo.due_at, attempts=photo.attempts):
                return photo
        return None

    def make_again(self) -> int:
        """Let the worker look at all of them anew. Returns how many."""
        return self.update(due_at=timezone.now(), attempts=0, failure="")


def width_of_largest(photo: str = "") -> Case:
    """For queries: of Photo.largest, its width, or null. photo: the relation to it, with its "__". A database finds it
    in the record in a fraction of the time that reading the whole of it takes."""
    whole = [When(**{f"{photo}copies__has_key": f"{width}.jpg"}, then=width) for width in reversed(renditions.WIDTHS)]
    small = Q(**{f"{photo}width__lt": renditions.WIDTHS[0]}) & ~Q(**{f"{photo}copies": {}})
    return Case(*whole, When(small, then=f"{photo}width"), default=None, output_field=models.IntegerField())


class Photo(models.Model):
    """A picture with its words. Pages show its copies, and `copies` says which exist: no page looks at a file.

    What is stored is not the upload but its pixels alone, upright and in sRGB: place, serial numbers and all other
    metadata of the camera are gone. The row is its own entry in the worker's queue (articles/renditions.py).
    """

    file = models.ImageField(_("file"), upload_to=_upload_to, validators=[images.check_picture], max_length=200)
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
    focus_x = models.PositiveSmallIntegerField(
        _("focal point: from the left"), default=50, validators=[MaxValueValidator(100)], help_text=_("In percent.")
    )
    focus_y = models.PositiveSmallIntegerField(
        _("focal point: from the top"), default=50, validators=[MaxValueValidator(100)], help_text=_("In percent.")
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    # The worker's: what exists (renditions.existing), when it is to look again, how often it has, what was wrong.
    copies = models.JSONField(editable=False, default=dict)
    due_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(editable=False, default=0)
    failure = models.CharField(max_length=300, blank=True, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="photo_due")]
        constraints = [
            models.CheckConstraint(condition=Q(focus_x__lte=100, focus_y__lte=100), name="photo_focus_in_percent")
        ]

    def __str__(self) -> str:
        return self.caption or self.alt

    def save(self, *args: Any, **kwargs: Any) -> None:
        changed = {"due_at", "attempts"}
        if images.is_new(self.file):
            self._store()
            changed |= {"file", "width", "height", "copies"}
        elif not self._state.adding:
            # The worker may have recorded more since this row was read.
            kwargs.setdefault("update_fields", _EDITED)
        self.due_at, self.attempts = timezone.now(), 0
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *changed}
        super().save(*args, **kwargs)

    # --- What pages show of it: no query, no look at a file ---------------------------------------------

    @property
    def made(self) -> renditions.Copies:
        return renditions.Copies(self.file.name or "", self.copies)

    @property
    def src(self) -> str:
        """The address for those that take only one: a JPEG, about 960 pixels wide. Empty: there is nothing to show."""
        return self.made.src

    @property
    def largest(self) -> renditions.Copy | None:
        """The widest JPEG of the whole picture."""
        whole = self.made.whole.get("jpg")
        return whole[-1] if whole else None

    def crop(self, shape: str) -> renditions.Copy | None:
        """A JPEG around the focal point, 1200 pixels wide if the original allows. None until the worker has made it.

        shape: one of renditions.SHAPES: social (1200 × 630), 1x1, 4x3, 16x9.
        """
        return self.made.crops.get(shape)

    # --- Its copies ---------------------------------------------------------------------------------------

    def plan(self) -> list[renditions.Rendition]:
        return renditions.plan((self.width, self.height), (self.focus_x, self.focus_y))

    def record(self, failure: str = "", retry_at: Any = None) -> bool:
        """Note what exists now, for which one must have claimed it. False: it was changed or claimed by another since,
        and will be looked at again anyway."""
        self.copies = renditions.existing(self.file.name or "", self.plan())
        mine = Photo.objects.filter(pk=self.pk, due_at=self.due_at)
        return bool(mine.update(copies=self.copies, due_at=retry_at, failure=failure[:300]))

    def _store(self) -> None:
        """Keep the pixels of the upload and make the first copy; the worker makes the others."""
        upright = images.opened(self.file)
        name = _upload_to(self, self.file.name or "")
        images.keep(name, upright)
        self.file = name  # in storage already
        self.width, self.height = upright.size
        first = renditions.first(upright.size)
        renditions.make(name, upright, first)
        self.copies = {first.suffix: list(first.size)}


_EDITED = {"alt", "caption", "credit", "focus_x", "focus_y"}
