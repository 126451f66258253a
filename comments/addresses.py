"""Addresses of a discussion: all of them stand below the article's own, whose page's token they share."""

from functools import lru_cache

from django.urls import reverse
from django.utils.http import urlencode

from articles.models import Article


def below(article: Article, name: str, *words: object) -> str:
    return reverse(f"comments:{name}", args=[*_place(article), *words])


def of_comment(name: str, pk: int, article: Article | None = None) -> str:
    """Below its article, or with comments alone. A page asks some hundred times: only the key is another each time."""
    before, after = _around_the_key(name, *(_place(article) if article else ()))
    return f"{before}/{pk}/{after}"


def of_part(article: Article, order: str, *, start: str = "", until: str = "") -> str:
    """Of a part of the discussion. The first of the oldest stands below the article itself."""
    key = {"from": start} if start else {"until": until} if until else {}
    if order == "oldest" and not key:
        return f"{article.get_absolute_url()}#comments"
    return f"{below(article, order)}{'?' if key else ''}{urlencode(key)}#comments"


def _place(article: Article) -> tuple[str, str]:
    return article.category.slug if article.category else "-", article.slug


@lru_cache(maxsize=256)
def _around_the_key(name: str, *place: str) -> tuple[str, str]:
    before, _zero, after = reverse(f"comments:{name}", args=[*place, 0]).rpartition("/0/")
    return before, after
