"""Addresses of a discussion: all of them stand below the article's own, whose page's token they share."""

from django.urls import reverse
from django.utils.http import urlencode

from articles.models import Article


def below(article: Article, name: str, *words: object) -> str:
    return reverse(f"comments:{name}", args=[article.category.slug if article.category else "-", article.slug, *words])


def of_part(article: Article, order: str, *, start: str = "", until: str = "") -> str:
    """Of a part of the discussion. The first of the oldest stands below the article itself."""
    key = {"from": start} if start else {"until": until} if until else {}
    if order == "oldest" and not key:
        return f"{article.get_absolute_url()}#comments"
    return f"{below(article, order)}{'?' if key else ''}{urlencode(key)}#comments"
