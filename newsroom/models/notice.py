from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from categories.models import Category


class Exceptions(NamedTuple):
    """Where the notice stays away: whole addresses, and beginnings of addresses."""

    pages: frozenset[str]
    folders: tuple[str, ...]

    def hold(self, path: str) -> bool:
        return path in self.pages or path.startswith(self.folders)


class Notice(models.Model):
    """What the editors set for the notice. There is one row; until somebody saves it, the defaults speak."""

    is_on = models.BooleanField(_("shown"), default=True)
    title = models.CharField(_("title"), max_length=80, default="Adblock Detected")
    text = models.CharField(
        _("text"),
        max_length=300,
        default="Please support us by disabling your AdBlocker extension from your browsers for our website.",
    )
    support_label = models.CharField(_("label"), max_length=60, blank=True, help_text=_("Subscribe, Donate …"))
    support_address = models.CharField(
        _("address"), max_length=300, blank=True, help_text=_("/subscribe/ or https://example.org/")
    )
    silence_days = models.PositiveSmallIntegerField(
        _("days of silence"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("For so long a reader who closed the notice does not see it again."),
    )
    share = models.PositiveSmallIntegerField(
        _("share of readers"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Percent. The reader's browser draws the lot once and keeps to it."),
    )
    categories = models.ManyToManyField(
        Category,
        verbose_name=_("categories without it"),
        blank=True,
        related_name="+",
        help_text=_("With their sub-sections and all articles that live in them."),
    )
    pages = models.TextField(
        _("pages without it"),
        blank=True,
        help_text=_("One address a line: /about/ is that page alone, /about/* is everything below it, too."),
    )
    is_counting = models.BooleanField(
        _("counted"),
        default=False,
        help_text=_(
            "Hourly totals of views with and without a blocker and of what readers did with the notice. No cookie, no "
            "identifier; browsers that send Global Privacy Control are not counted."
        ),
    )

    class Meta:
        verbose_name = _("adblock notice")
        verbose_name_plural = _("adblock notice")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_notice"),
            models.CheckConstraint(
                condition=models.Q(silence_days__range=(1, 365), share__range=(1, 100)), name="notice_numbers_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(support_address="") | models.Q(support_address__regex=r"^(/([^/]|$)|https?://)"),
                name="notice_support_address_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if bool(self.support_label) != bool(self.support_address):
            raise ValidationError(_("The support link needs both a label and an address."))
        self.pages = "\n".join(line.strip() for line in self.pages.splitlines() if line.strip())
        wrong = next((line for line in self.pages.splitlines() if not line.startswith("/")), None)
        if wrong:
            raise ValidationError({"pages": _("“%s” is no address of this site: it begins with /.") % wrong})

    @staticmethod
    def current() -> "Notice":
        return Notice.objects.first() or Notice(pk=1)

    def exceptions(self) -> Exceptions:
        """Asks the database. A category's address is where its articles' addresses begin."""
        chosen = self.categories.all()
        with_subsections = Category.objects.filter(models.Q(pk__in=chosen) | models.Q(parent__in=chosen))
        lines = self.pages.splitlines()
        return Exceptions(
            pages=frozenset(line for line in lines if not line.endswith("*")),
            folders=tuple(line.removesuffix("*") for line in lines if line.endswith("*"))
            + tuple(category.get_absolute_url() for category in with_subsections),
        )
