"""What there is to find, for search engines (sitemaps.org), with Google's news sitemap.

Not django.contrib.sitemaps: it counts all rows and reaches a part by OFFSET. Here a part is a range of keys, so that
each costs the same and keeps its address; and 10,000 entries are written in a fraction of what a template takes.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles.models import Article
from authors.models import Author
from categories.models import Category
from newsroom.lib.addresses import absolute
from newsroom.lib.caching import page_cache
from newsroom.lib.feeds import printable
from newsroom.models import Paper

PART = 10_000  # keys; of which fewer may be published
NEWS_DAYS = 2
NEWS_MOST = 1000
_MOST_PARTS = 2**63 // PART
_NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


@page_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every part with the newest date in it. The news sitemap is named in robots.txt: its addresses are here, too."""
    parts = [_entry("sitemap", reverse("sitemap-pages"))]
    for kind, listed in _LISTED.items():
        part = (F("pk") - 1) / PART + 1
        for number, changed_at in listed().values_list(part).annotate(Max("changed_at")).order_by(part):
            address = reverse("sitemap-part", kwargs={"kind": kind, "number": number})
            parts.append(_entry("sitemap", address, changed_at))
    return _answer("sitemapindex", parts)


@page_cache
@require_safe
def part(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    if kind not in _LISTED or not 0 < number < _MOST_PARTS:
        raise Http404("No such part")
    rows = _LISTED[kind]().filter(pk__gt=(number - 1) * PART, pk__lte=number * PART).order_by("pk")
    entries = [_entry("url", row.get_absolute_url(), row.changed_at, _image(row)) for row in rows]
    if not entries:
        raise Http404("Nothing is in this part")
    return _answer("urlset", entries)


@page_cache
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The front page, the sections, and the pages about the site."""
    newest = Article.objects.published().order_by("-published_at", "-pk").values_list("published_at", flat=True).first()
    entries = [_entry("url", reverse("articles:front"), newest)]
    categories: QuerySet[Any] = Category.objects.annotate(changed_at=_newest_of("listed_in"))
    entries += [_entry("url", category.get_absolute_url(), category.changed_at) for category in categories]
    entries += [_entry("url", reverse(name)) for name in ("comments:privacy", "allowing")]
    return _answer("urlset", entries)


@page_cache
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Google's: the last two days, at most a thousand."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    newest = _articles().filter(published_at__gte=since).order_by("-published_at", "-pk")[:NEWS_MOST]
    language = (get_language() or "").partition("-")[0]
    name = Paper.current().name
    return _answer("urlset", [_news_entry(article, name, language) for article in newest])


def _articles() -> QuerySet[Any]:
    """Our own: of a piece taken over, search engines want the original's address."""
    ours = Article.objects.published().filter(canonical_url="")
    shown = ours.select_related("category", "lead_photo").defer("body", "standfirst")
    return shown.annotate(changed_at=Coalesce("updated_at", "published_at"))


def _authors() -> QuerySet[Any]:
    return Author.objects.annotate(changed_at=_newest_of("authors")).filter(changed_at__isnull=False)


def _newest_of(list_name: str) -> Subquery:
    """When the newest article of the row's list was published."""
    newest = Article.objects.published().filter(**{list_name: OuterRef("pk")}).order_by("-published_at")
    return Subquery(newest.values("published_at")[:1])


_LISTED = {"articles": _articles, "authors": _authors}


def _image(row: Any) -> str:
    copy = row.lead_photo.largest if getattr(row, "lead_photo", None) else None
    return f"<image:image><image:loc>{escape(absolute(copy.address))}</image:loc></image:image>" if copy else ""


def _news_entry(article: Any, name: str, language: str) -> str:
    about = (
        f"<news:news><news:publication><news:name>{escape(name)}</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{_written(article.published_at)}</news:publication_date>"
        f"<news:title>{escape(article.headline)}</news:title></news:news>"
    )
    return _entry("url", article.get_absolute_url(), article.changed_at, printable(about))


def _entry(kind: str, path: str, changed_at: datetime | None = None, more: str = "") -> str:
    changed = f"<lastmod>{_written(changed_at)}</lastmod>" if changed_at else ""
    return f"<{kind}><loc>{escape(absolute(path))}</loc>{changed}{more}</{kind}>"


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _answer(kind: str, entries: Iterable[str]) -> HttpResponse:
    written = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{kind} {_NAMESPACES}>", *entries, f"</{kind}>"])
    response = HttpResponse(written, content_type="application/xml; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"  # to be read, not to be found
    return response
