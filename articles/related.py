"""You may also like."""

from collections.abc import Collection

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from articles.models import Article, Pick


def related_to(article: Article, tag_ids: Collection[int], limit: int = 6) -> list[Article]:
    """The editors' picks, then what shares tags or the category, then the latest. One query."""
    story = article.story_row.pk
    others = Article.objects.published().exclude(pk=story).exclude(replaces=story).order_by("-published_at", "-pk")
    picks = Pick.objects.filter(article=article)
    tagged = Article.tags.through.objects.filter(article=OuterRef("pk"), tag__in=tag_ids)
    candidates = (
        Q(pk__in=picks.values("story"))
        | Q(replaces__in=picks.values("story"))
        | Q(pk__in=others.filter(Exists(tagged)).values("pk")[:limit])
        | Q(pk__in=others.filter(category=article.category_id).values("pk")[:limit])
        | Q(pk__in=others.values("pk")[:limit])
    )
    place = picks.filter(story=Coalesce(OuterRef("replaces"), OuterRef("pk"))).values("position")
    shared = tagged.order_by().values("article").annotate(n=Count("*")).values("n")  # type: ignore[misc]  # the plugin knows no n
    found = (
        others.filter(candidates)
        .select_related("category__parent", "lead_photo")
        .defer("body")
        .annotate(place=Subquery(place, IntegerField()), shared=Coalesce(Subquery(shared, IntegerField()), 0))
    )
    return sorted(found, key=lambda other: _rank(article, other))[:limit]


def _rank(article: Article, other: Article) -> tuple[int, float, float]:
    newest = -other.published_at.timestamp() if other.published_at else 0.0
    place: int | None = getattr(other, "place", None)
    if place is not None:
        return 0, place, newest
    likeness = 2 * getattr(other, "shared", 0) + (other.category_id == article.category_id)
    return (1, -likeness, newest) if likeness else (2, 0, newest)
