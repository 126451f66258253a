"""Where an address leads that no view knows: to a static page, to what stood there once, to the same address written
as we write it, or nowhere any more. The one place for all of them, so that no address ever takes two steps."""

from urllib.parse import unquote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path, iri_to_uri

from articles.figures import illustrated
from articles.models import ArticleSlug, TagSlug
from authors.models import AuthorSlug
from categories.models import CategorySlug
from newsroom.lib.addresses import RESERVED_AT_TOP, tidy_path, with_slashes
from newsroom.lib.caching import page_cache
from newsroom.models import Page, PageAddress
from newsroom.views import gone

# Views of things that have slugs: that one of them would take an address does not mean that anything is there.
_OF_THINGS = {"articles:detail", "articles:tag", "authors:detail", "categories:detail"}
_SLUGS: dict[str, type[AuthorSlug | TagSlug]] = {"authors": AuthorSlug, "tags": TagSlug}


class Gone(Exception):  # noqa: N818  # no error: the answer
    """It was public once, and is withdrawn or deleted. Its words: what the editors say of it."""


@page_cache
def forward(request: HttpRequest) -> HttpResponse:
    """The static page itself, one 301 to the final address, or 410. Raises Http404 if nothing ever was there."""
    path = tidy_path(request.path)
    if "\0" in path:
        raise Http404("No address has that")
    try:
        page = _page_at(path)
        if page and page.url == request.path:
            return render(request, "flatpages/default.html", {"page": page, "body": illustrated(page.content)})
        address = page.get_absolute_url() if page else _thing_at(path) or _same_written_rightly(request.path)
    except Gone as withdrawn:
        return gone(request, note=str(withdrawn))
    if address is None or unquote(address) == request.path:
        raise Http404("Nothing was ever there")
    return _moved(request, address)


def _moved(request: HttpRequest, address: str) -> HttpResponse:
    query = iri_to_uri(request.META.get("QUERY_STRING", ""))
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _page_at(path: str) -> Page | None:
    known = PageAddress.objects.select_related("owner").filter(url=path).first()
    if known is None:
        return None
    if known.owner is None:
        raise Gone
    return known.owner


def _thing_at(path: str) -> str | None:
    match path.strip("/").split("/"):
        case ["authors" | "tags" as place, slug, *rest] if not rest or is_answered(path):
            now = _slug_now(_SLUGS[place], slug)
            return _joined(place, now, *rest) if now else None
        case [section, slug] if section not in RESERVED_AT_TOP and (known := ArticleSlug.known(slug)):
            return _address_of(known)
        case [slug, *rest] if not rest or is_answered(path):
            now = _slug_now(CategorySlug, slug)
            return _joined(now, *rest) if now else None
    return None


def _address_of(known: ArticleSlug) -> str:
    article = known.published()
    if article is None:
        raise Gone(known.owner.withdrawal_note if known.owner else "")
    return article.get_absolute_url()


def _slug_now(slugs: type[AuthorSlug | CategorySlug | TagSlug], slug: str) -> str | None:
    known = slugs._default_manager.select_related("owner").filter(slug=slug).first()
    if known is None:
        return None
    if known.owner is None:
        raise Gone
    return known.owner.slug


def _joined(*parts: str) -> str:
    return escape_uri_path(with_slashes("/".join(parts)))


def _same_written_rightly(path: str) -> str | None:
    """First with its capitals, which may mean something: in a receipt, or in the admin."""
    found = next(filter(is_answered, (with_slashes(path), tidy_path(path))), None)
    return escape_uri_path(found) if found else None


def is_answered(path: str) -> bool:
    """Whether a view takes the address that is not about a thing with a slug."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return match.view_name not in _OF_THINGS and getattr(match.func, "should_append_slash", True)
