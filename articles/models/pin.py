from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class PinQuerySet(models.QuerySet["Pin"]):
    def standing(self) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()))

    def next_change(self) -> datetime | None:
        """When the clock next ends one."""
        moment: datetime | None = self.filter(until__gt=timezone.now()).aggregate(next=models.Min("until"))["next"]
        return moment


class Pin(models.Model):
    """A story that editors hold at a place of the front page. A story that readers do not see (yet) takes its
    place by itself as soon as they do."""

    class Place(models.IntegerChoices):
        LEAD = 1, _("Lead")
        FIRST = 2, _("Beside the lead, 1st")
        SECOND = 3, _("Beside the lead, 2nd")
        THIRD = 4, _("Beside the lead, 3rd")
        FOURTH = 5, _("Beside the lead, 4th")

    story = models.OneToOneField(
        Article,
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="pin",
        limit_choices_to={"replaces": None},
    )
    place = models.PositiveSmallIntegerField(
        _("place"),
        choices=Place.choices,
        default=Place.LEAD,
        help_text=_("Of two at one place, the one pinned later takes the next that is free."),
    )
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until you take it down. The story itself stays.")
    )

    objects = PinQuerySet.as_manager()

    class Meta:
        ordering = ["place", "pk"]
        verbose_name = _("pinned story")
        verbose_name_plural = _("front page: pinned stories")

    def __str__(self) -> str:
        return str(self.story)

    def clean(self) -> None:
        if self._state.adding and self.until and self.until <= timezone.now():
            raise ValidationError({"until": _("That time has passed.")})

    @property
    def is_standing(self) -> bool:
        return self.until is None or self.until > timezone.now()
