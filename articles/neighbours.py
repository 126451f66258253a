"""The way on: the stories before and after one in its section."""

from typing import NamedTuple

from django.db.models import Q, Subquery

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
    # Each bound twice: the first, which has no “or”, is the one that the index is read by.
    until, since = others.filter(published_at__lte=at), others.filter(published_at__gte=at)
    before = until.filter(Q(published_at__lt=at) | Q(pk__lt=pk)).order_by("-published_at", "-pk")
    after = since.filter(Q(published_at__gt=at) | Q(pk__gt=pk)).order_by("published_at", "pk")
    found = Article.objects.filter(pk__in=[Subquery(side.values("pk")[:1]) for side in (before, after)])
    rows = found.select_related("category").only("headline", "slug", "published_at", "category__slug").order_by()
    place = {(row.published_at, row.pk) > (at, pk): row for row in rows}
    return Neighbours(place.get(False), place.get(True))
