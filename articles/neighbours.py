"""The way on: the stories before and after one in its section."""

from typing import NamedTuple

from django.db.models import Q

from articles.models import Article


class Neighbours(NamedTuple):
    before: Article | None
    after: Article | None


def neighbours_of(article: Article) -> Neighbours:
    """By publication, in what the section's front lists. One query."""
    if article.category is None:
        return Neighbours(None, None)
    at, pk = article.published_at, article.pk
    others = article.category.section.articles.published()
    before = others.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk)).order_by("-published_at", "-pk")
    after = others.filter(Q(published_at__gt=at) | Q(published_at=at, pk__gt=pk)).order_by("published_at", "pk")
    found = Article.objects.filter(Q(pk__in=before.values("pk")[:1]) | Q(pk__in=after.values("pk")[:1]))
    rows = found.select_related("category").only("headline", "slug", "published_at", "category__slug").order_by()
    place = {(row.published_at, row.pk) > (at, pk): row for row in rows}
    return Neighbours(place.get(False), place.get(True))
