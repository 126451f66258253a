"""What there is to find, for search engines (sitemaps.org), with Google's news sitemap.

Not django.contrib.sitemaps: it counts all rows and reaches a part by OFFSET. Here a part is a range of keys, so that
each costs the same and keeps its address; and 10,000 entries are written in a fraction of what a template takes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from django.core.files.storage import default_storage
from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from articles.models import Article, Figure, Label, Tag
from articles.models.photo import width_of_largest
from authors.models import Author
from categories.models import Category
from newsroom.lib import renditions
from newsroom.lib.addresses import absolute
from newsroom.lib.caching import page_cache
from newsroom.lib.feeds import printable
from newsroom.lib.paging import newest_first
from newsroom.models import Page, Paper

PART = 10_000  # keys; of which fewer may be published
NEWS_DAYS = 2
NEWS_MOST = 1000
_PAGES = (
    *("articles:archive", "articles:tags", "articles:corrections", "authors:index"),
    *("comments:privacy", "allowing"),
)
_MOST_PARTS = 2**63 // PART
_MOST_IMAGES = 1000  # of one address, says Google
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
    keys = (number - 1) * PART + 1, number * PART
    rows = _LISTED[kind]().filter(pk__range=keys).order_by("pk")
    entries = list(_entries_of_articles(rows, keys) if kind == "articles" else map(_entry_of, rows))
    if not entries:
        raise Http404("Nothing is in this part")
    return _answer("urlset", entries)


def _entries_of_articles(articles: QuerySet[Any], keys: tuple[int, int]) -> Iterator[str]:
    """Of the bare values, and what is often the same asked for once: as objects, 10,000 articles and their pictures
    take ten times as long."""
    place, folder = cache(_place), cache(_folder)
    figures = _figures_of(keys)
    values = ("pk", "category__slug", "slug", "changed_at", "lead_photo__file", width_of_largest("lead_photo__"))
    for pk, section, slug, changed_at, lead, width in articles.values_list(*values):
        photos = [(lead, width), *(figure for figure in figures.get(pk, ()) if figure[0] != lead)]
        images = [_image(renditions.jpeg(file, wide, folder)) for file, wide in photos if wide]
        yield _written_entry("url", f"{place(section)}{quote(slug)}/", changed_at, "".join(images[:_MOST_IMAGES]))


def _figures_of(articles: tuple[int, int]) -> dict[int, list[tuple[str, int | None]]]:
    """By the article's key, of the photos that its body shows: the name in storage and the largest copy's width.
    articles: the first key and the last; of those that are not public, too."""
    found = defaultdict(list)
    figures = Figure.objects.filter(article__pk__range=articles)
    for pk, *photo in figures.values_list("article_id", "photo__file", width_of_largest("photo__")):
        found[pk].append(tuple(photo))
    return found


def _place(section: str) -> str:
    """What the address of each of its articles begins with."""
    return _address(reverse("articles:detail", args=[section, "-"]).removesuffix("-/"))


def _folder(name: str) -> str:
    """What the address of each picture in it begins with."""
    return _address(default_storage.url(name))


def _entry_of(row: Any) -> str:
    return _entry("url", row.get_absolute_url(), row.changed_at)


@page_cache
@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The front page, the sections, the indexes, and the pages about the site."""
    newest = Article.objects.published().order_by("-published_at", "-pk").values_list("published_at", flat=True).first()
    entries = [_entry("url", reverse("articles:front"), newest)]
    entries += map(_entry_of, _in_print(Category.objects.all(), "listings__category", "listings"))
    entries += [_entry("url", reverse(name)) for name in _PAGES]
    entries += [_entry("url", page.get_absolute_url()) for page in Page.objects.all()]
    return _answer("urlset", entries)


@page_cache
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """Google's: the last two days, at most a thousand, nothing that somebody paid for. Empty after two quiet days."""
    since = timezone.now() - timedelta(days=NEWS_DAYS)
    recent = _articles().filter(published_at__gte=since).exclude(label=Label.SPONSORED)
    newest = recent.select_related("category").defer("body", "standfirst").order_by("-published_at", "-pk")[:NEWS_MOST]
    language = (get_language() or "").partition("-")[0]
    name = Paper.current().name
    return _answer("urlset", [_news_entry(article, name, language) for article in newest])


def _articles() -> QuerySet[Any]:
    """Our own: of a piece taken over, search engines want the original's address."""
    ours = Article.objects.published().filter(canonical_url="")
    return ours.annotate(changed_at=Coalesce("updated_at", "published_at"))


def _in_print(rows: QuerySet[Any], relation: str, through: str = "") -> QuerySet[Any]:
    """The rows of which something is published, with the date of the newest."""
    dated: QuerySet[Any] = rows.annotate(changed_at=_newest(relation, through))
    return dated.filter(changed_at__isnull=False)


def _newest(relation: str, through: str = "") -> Subquery:
    """When the newest of the row's articles was published. through: as for newsroom.lib.paging."""
    articles = Article.objects.published().filter(**{relation: OuterRef("pk")})
    return Subquery(newest_first(articles, through).values("published_at")[:1])


_LISTED: dict[str, Callable[[], QuerySet[Any]]] = {
    "articles": _articles,
    "authors": lambda: _in_print(Author.objects.all(), "bylines__author", "bylines"),
    "tags": lambda: _in_print(Tag.objects.all(), "tags"),
}


def _image(address: str) -> str:
    return f"<image:image><image:loc>{address}</image:loc></image:image>"


def _news_entry(article: Any, name: str, language: str) -> str:
    about = (
        f"<news:news><news:publication><news:name>{escape(name)}</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{_written(article.published_at)}</news:publication_date>"
        f"<news:title>{escape(article.headline)}</news:title></news:news>"
    )
    return _entry("url", article.get_absolute_url(), article.changed_at, printable(about))


def _entry(kind: str, path: str, changed_at: datetime | None = None, more: str = "") -> str:
    return _written_entry(kind, _address(path), changed_at, more)


def _written_entry(kind: str, address: str, changed_at: datetime | None, more: str) -> str:
    changed = f"<lastmod>{_written(changed_at)}</lastmod>" if changed_at else ""
    return f"<{kind}><loc>{address}</loc>{changed}{more}</{kind}>"


def _address(path: str) -> str:
    """Whole, as XML takes it. What is quoted may be put behind it."""
    return escape(absolute(path))


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _answer(kind: str, entries: Iterable[str]) -> HttpResponse:
    written = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<{kind} {_NAMESPACES}>", *entries, f"</{kind}>"])
    response = HttpResponse(written, content_type="application/xml; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"  # to be read, not to be found
    return response
