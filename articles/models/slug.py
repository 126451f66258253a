from typing import Self

from django.db import models
from django.utils import timezone

from articles.models.article import Article, Tag
from newsroom.lib.addresses import SlugField


class ArticleSlug(models.Model):
    """A slug under which readers can find a story, could once, or will from that time on. It stays the story's."""

    slug = SlugField(max_length=200, unique=True)
    owner = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="slugs")
    public_from = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug

    @classmethod
    def known(cls, slug: str) -> Self | None:
        """None: no story was ever public there."""
        return cls.objects.filter(slug=slug, public_from__lte=timezone.now()).first()

    def published(self) -> Article | None:
        """Its story as readers see it now. None: it is withdrawn, or deleted."""
        return Article.objects.published().for_reading().of_story(self.owner_id).first() if self.owner_id else None


class TagSlug(models.Model):
    """A slug that a tag has or had. Without an owner: the tag was deleted."""

    slug = SlugField(max_length=60, unique=True)
    owner = models.ForeignKey(Tag, null=True, on_delete=models.SET_NULL, related_name="slugs")

    def __str__(self) -> str:
        return self.slug
