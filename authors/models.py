from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.lib import images
from newsroom.lib.addresses import SlugField, check_slug, claim
from newsroom.lib.names import LONGEST, skeleton

PORTRAIT_SIDE, SMALL_SIDE = 480, 192  # pixels


class AuthorQuerySet(models.QuerySet["Author"]):
    def in_print(self) -> Self:
        """Those who signed published articles."""
        articles: Any = self.model._meta.get_field("articles").related_model  # of the floor above
        return self.filter(Exists(articles.objects.published().filter(authors=OuterRef("pk"))))

    def who_look_like(self, skeletons: Iterable[str]) -> Self:
        return self.filter(skeleton__in=[one for one in skeletons if one])


class Author(models.Model):
    """Somebody who signs articles. A user account is optional, and only for those who write in the admin."""

    name = models.CharField(_("name"), max_length=120)
    slug = SlugField(_("slug"), max_length=120, unique=True, help_text=_("Its address: /authors/slug/"))
    # Of the name, so that nobody else signs with what looks like it: found by an index, however many authors there are.
    skeleton = models.CharField(max_length=LONGEST, db_index=True, blank=True, editable=False)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    bio = models.TextField(_("bio"), blank=True, help_text=_("A few sentences for the author's page."))
    portrait = models.ImageField(
        _("portrait"), upload_to="portraits/", blank=True, validators=[images.check_picture], max_length=200
    )
    small_portrait = models.ImageField(upload_to="portraits/", blank=True, editable=False, max_length=200)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
    )

    objects = AuthorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.skeleton = skeleton(self.name)
        if "name" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "skeleton"}
        if images.is_new(self.portrait):
            self._store_portrait()
        elif not self.portrait:
            self.small_portrait = ""
        with transaction.atomic():
            super().save(*args, **kwargs)
            claim(self.slugs, slug=self.slug)

    def get_absolute_url(self) -> str:
        return reverse("authors:detail", args=[self.slug])

    @property
    def face(self) -> str:
        """The portrait's address for small places, such as a byline. Empty: there is none."""
        picture = self.small_portrait or self.portrait
        return picture.url if picture else ""

    def clean(self) -> None:
        check_slug(self)

    def _store_portrait(self) -> None:
        picture = images.opened(self.portrait)
        for field, side in ((self.portrait, PORTRAIT_SIDE), (self.small_portrait, SMALL_SIDE)):
            field.save(f"{self.slug}.webp", images.square(picture, side=side), save=False)


class AuthorSlug(models.Model):
    """A slug that an author has or had. Without an owner: the author was deleted."""

    slug = SlugField(max_length=120, unique=True)
    owner = models.ForeignKey(Author, null=True, on_delete=models.SET_NULL, related_name="slugs")

    def __str__(self) -> str:
        return self.slug


class AuthorLink(models.Model):
    """An address of the author elsewhere: a profile, a blog, a PGP key."""

    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("label"), max_length=60)
    url = models.URLField(_("address"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.label
