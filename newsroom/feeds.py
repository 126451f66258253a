"""The newest stories, whole, as feeds: of the paper, and of each category, author and tag.

Not django.contrib.syndication, which takes the site's address from a table; its writers are used all the same.
"""

from collections.abc import Iterable
from mimetypes import guess_type
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import get_tag_uri
from django.utils.html import escape, linebreaks
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.models import Article, ArticleQuerySet, Photo, Revision, Tag
from authors.models import Author
from categories.models import Category
from newsroom.lib import feeds
from newsroom.lib.addresses import absolute
from newsroom.lib.caching import kept_under_edition, page_cache
from newsroom.lib.markup import with_whole_addresses
from newsroom.lib.paging import newest_first
from newsroom.lib.renditions import Copy
from newsroom.models import Paper

LENGTH = 30  # stories


class Source(NamedTuple):
    name: str  # after the paper's; empty: it is the paper's own
    about: str
    page: str  # the path of the list that it is the feed of
    articles: ArticleQuerySet
    through: str = ""  # as for newsroom.lib.paging


@page_cache
@require_safe
def paper_feed(request: HttpRequest, kind: str) -> HttpResponse:
    return _answer(request, kind, Source("", "", reverse("articles:front"), Article.objects.all()))


@page_cache
@require_safe
def corrections_feed(request: HttpRequest, kind: str) -> HttpResponse:
    about = _("What we got wrong, and what is right.")
    source = Source(_("Corrections"), about, reverse("articles:corrections"), Article.objects.none())
    newest = Revision.objects.corrections().select_related("article__category").defer("story")[:LENGTH]
    return _answer(request, kind, source, map(_correction, newest))


@page_cache
@require_safe
def category_feed(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    category = get_object_or_404(Category, slug=slug)
    source = Source(
        category.name, category.description, category.get_absolute_url(), category.articles.all(), "listings"
    )
    return _answer(request, kind, source)


@page_cache
@require_safe
def author_feed(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    author = get_object_or_404(Author, slug=slug)
    source = Source(author.name, author.bio, author.get_absolute_url(), author.articles.all(), "bylines")
    return _answer(request, kind, source)


@page_cache
@require_safe
def tag_feed(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    return _answer(request, kind, Source(tag.name, "", tag.get_absolute_url(), tag.articles.all()))


def addresses_with(article: Article) -> list[str]:
    """The whole address of every feed that shows the article."""
    places: list[tuple[str, dict[str, str]]] = [("feed", {})]
    places += [("category-feed", {"slug": slug}) for slug in _slugs(article.listed_in)]
    places += [("author-feed", {"slug": slug}) for slug in _slugs(article.authors)]
    places += [("tag-feed", {"slug": slug}) for slug in _slugs(article.tags)]
    return [absolute(reverse(name, kwargs=of | {"kind": kind})) for name, of in places for kind in feeds.KINDS]


def _slugs(rows: Any) -> Iterable[str]:
    slugs: Iterable[str] = rows.order_by("slug").values_list("slug", flat=True)
    return slugs


def _answer(
    request: HttpRequest, kind: str, source: Source, items: Iterable[dict[str, Any]] | None = None
) -> HttpResponse:
    """items: what is in it, if not the source's newest stories."""
    paper = Paper.current()
    # Of all that readers see; no item's own date tells that another one was withdrawn.
    changed_at = kept_under_edition("feeds", timezone.now, of_stories=True)
    address = absolute(request.path)
    writer = feeds.KINDS[kind](
        **feeds.printable(
            {
                "title": f"{paper.name}: {source.name}" if source.name else paper.name,
                "link": absolute(source.page),
                "description": source.about or paper.tagline or paper.name,
                "language": get_language(),
                "feed_url": address,
                "feed_guid": address,
                "author_name": paper.name,
                "hub": settings.WEBSUB_HUB,
                "icon": absolute(paper.icons["512"]) if paper.icon else "",
                "changed_at": changed_at,
            }
        )
    )
    stories = source.articles.published().for_reading().prefetch_related("tags")
    for item in map(_item, newest_first(stories, source.through)[:LENGTH]) if items is None else items:
        writer.add_item(**feeds.printable(item))
    response = HttpResponse(content_type=writer.content_type)
    response["Last-Modified"] = http_date(changed_at.timestamp())
    if settings.WEBSUB_HUB:
        response["Link"] = f'<{settings.WEBSUB_HUB}>; rel="hub", <{address}>; rel="self"'
    writer.write(response, "utf-8")
    return response


def _item(article: Article) -> dict[str, Any]:
    address = absolute(article.get_absolute_url())
    copy = article.lead_photo.largest if article.lead_photo else None
    return {
        "title": article.headline,
        "link": address,
        "description": escape(article.standfirst),
        "summary": article.standfirst,
        "content": _content(article, copy, address),
        "unique_id": _lasting_id(article.story_row),
        "unique_id_is_permalink": False,
        "pubdate": article.published_at,
        "updateddate": article.updated_at or article.published_at,
        "authors": _authors(article),
        "categories": [tag.name for tag in article.tags.all()],
        "picture": _picture(article.lead_photo, copy),
    }


def _correction(revision: Revision) -> dict[str, Any]:
    story = revision.article
    return {
        "title": f"{revision.change_for_readers}: {story.headline}",
        "link": f"{absolute(story.get_absolute_url())}#correction-{revision.number}",
        "description": escape(revision.note),
        "summary": revision.note,
        "content": linebreaks(escape(revision.note)),
        "unique_id": f"{_lasting_id(story)}/corrections/{revision.number}",
        "unique_id_is_permalink": False,
        "pubdate": revision.published_from,
        "updateddate": revision.published_from,
        "authors": [],
        "categories": [],
        "picture": {},
    }


def _lasting_id(story: Article) -> str:
    """The same whatever becomes of its address, its date and its words."""
    return get_tag_uri(f"{settings.SITE_URL}/articles/{story.pk}", story.created_at)


def _content(article: Article, copy: Copy | None, address: str) -> str:
    html = render_to_string("articles/_feed_story.html", {"article": article, "picture": copy})
    return with_whole_addresses(html.strip(), address)


def _authors(article: Article) -> list[dict[str, str]]:
    authors = [byline.author for byline in article.bylines.all()]
    signed = [{"name": author.name, "url": absolute(author.get_absolute_url())} for author in authors]
    return signed or ([{"name": article.agency}] if article.agency else [])


def _picture(photo: Photo | None, copy: Copy | None) -> dict[str, Any]:
    if photo is None or copy is None:
        return {}
    return {
        "url": absolute(copy.address),
        "type": guess_type(copy.address)[0] or "image/jpeg",
        "width": copy.width,
        "height": copy.height,
        "caption": photo.caption,
        "credit": photo.credit,
    }
