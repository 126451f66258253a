"""The newest stories, for a reader who found nothing."""

from articles.models import Article
from newsroom.lib.caching import kept_under_edition


def latest() -> list[Article]:
    return kept_under_edition("latest", _read, of_stories=True)


def _read() -> list[Article]:
    newest = Article.objects.published().select_related("category__parent").defer("body")
    return list(newest.order_by("-published_at", "-pk")[:5])
