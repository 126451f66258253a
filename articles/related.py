"""You may also like."""

from collections.abc import Collection

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Article, Pick, Status


def related_to(article: Article, tag_ids: Collection[int], limit: int = 6) -> list[Article]:
    """The editors' picks, then what shares tags or the category, then the latest. One query."""
    story = article.story_row.pk
    picks = Pick.objects.filter(article=article)
    tagged = Article.tags.through.objects.filter(article=OuterRef("pk"), tag__in=tag_ids)
    # What is really public the outer query tells, once: said in each of these, it would cost more than the rest of the
    # page. They offer more than are shown, since of a story that is replaced just now both rows are among them.
    live = Article.objects.filter(status=Status.LIVE, live_from__lte=timezone.now()).order_by("-published_at", "-pk")
    candidates = Q(pk__in=picks.values("story")) | Q(replaces__in=picks.values("story"))
    for some in (live.filter(Exists(tagged)), live.filter(category=article.category_id), live):
        candidates |= Q(pk__in=some.values("pk")[: 3 * limit])
    others = Article.objects.published().filter(candidates, ~Q(pk=story), Q(replaces=None) | ~Q(replaces=story))
    place = picks.filter(story=Coalesce(OuterRef("replaces"), OuterRef("pk"))).values("position")
    shared = tagged.order_by().values("article").annotate(n=Count("*")).values("n")  # type: ignore[misc]  # the plugin knows no n
    likeness = 2 * Coalesce(Subquery(shared, IntegerField()), 0) + Case(
        When(category=article.category_id, then=1), default=0
    )
    best = (F("place").asc(nulls_last=True), "-likeness", "-published_at", "-pk")
    found = others.annotate(place=Subquery(place, IntegerField()), likeness=likeness).order_by(*best)
    return list(found.select_related("category__parent", "lead_photo").defer("body")[:limit])
