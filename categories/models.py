from typing import Any, Self

from django.conf import settings
from django.contrib.flatpages.models import FlatPage
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.lib.addresses import RESERVED_AT_TOP, SlugField, check_slug, claim


class Colour(models.TextChoices):
    """The quiet colour of a section's kickers and rules; each passes contrast in both schemes (site.css)."""

    SEA = "sea", _("Sea blue")
    BRICK = "brick", _("Brick")
    TEAL = "teal", _("Teal")
    PLUM = "plum", _("Plum")
    MOSS = "moss", _("Moss")
    OCHRE = "ochre", _("Ochre")


class CategoryQuerySet(models.QuerySet["Category"]):
    def at_top(self) -> Self:
        return self.filter(parent=None)


class Category(models.Model):
    """A section of the paper, or a sub-section of one. Both live at /<their own slug>/."""

    name = models.CharField(_("name"), max_length=60)
    slug = SlugField(_("slug"), max_length=60, unique=True, help_text=_("Its address: /slug/"))
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        limit_choices_to={"parent": None},
        help_text=_("Leave empty for a section of its own."),
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, default=Colour.SEA)
    is_opinion = models.BooleanField(
        _("opinion"), default=False, help_text=_("Its band on the front page shows the writers' portraits.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Low numbers come first."))
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("editors"),
        blank=True,
        limit_choices_to={"is_staff": True},
        related_name="edited_categories",
        help_text=_("Who reviews and publishes its stories, and those of its sub-sections."),
    )

    objects = CategoryQuerySet.as_manager()

    _parent_at_load: int | None = None

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.CheckConstraint(condition=~Q(slug__in=sorted(RESERVED_AT_TOP)), name="category_slug_not_reserved"),
            models.CheckConstraint(condition=~Q(parent=models.F("pk")), name="category_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            claim(self.slugs, slug=self.slug)
            if self._parent_at_load != self.parent_id:
                self.articles.list_again()  # their place in the sections above follows
        self._parent_at_load = self.parent_id

    def get_absolute_url(self) -> str:
        return reverse("categories:detail", args=[self.slug])

    def clean(self) -> None:
        check_slug(self, is_the_sites=_is_the_sites)
        if self.parent and (self.parent.parent_id or (self.pk and self.children.exists())):
            raise ValidationError({"parent": _("Sections have sub-sections, and those have none of their own.")})

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        category = super().from_db(*args, **kwargs)
        category._parent_at_load = category.__dict__.get("parent_id")
        return category

    @property
    def section(self) -> "Category":
        """The section it belongs to: itself, or the one it is part of."""
        return self.parent or self


class CategorySlug(models.Model):
    """A slug that a category has or had. Without an owner: the category was deleted."""

    slug = SlugField(max_length=60, unique=True)
    owner = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="slugs")

    def __str__(self) -> str:
        return self.slug


def _is_the_sites(slug: str) -> bool:
    return slug in RESERVED_AT_TOP or FlatPage.objects.filter(url__startswith=f"/{slug}/").exists()
