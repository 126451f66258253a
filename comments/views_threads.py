"""Pages of a discussion beyond the article's own, and the address of each comment, which leads to the page it is on."""

from urllib.parse import unquote, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from comments.addresses import of_part
from comments.models import DiscussionRules, ReaderComment, State
from comments.threads import Order, UnknownKeyError, part_of, start_of
from comments.views import commented, withdrawn_or_missing
from newsroom.lib.caching import page_cache


@page_cache
@require_safe
def oldest(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    """Its first part stands below the article."""
    return _page(request, slug, Order.OLDEST)


@page_cache
@require_safe
def newest(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    return _page(request, slug, Order.NEWEST)


@page_cache
@require_safe
def comment(request: HttpRequest, category: str, slug: str, pk: int) -> HttpResponse:
    """A comment that is not public (yet) is not told from one that never was."""
    article = commented(slug)
    if article is None:
        return withdrawn_or_missing(request, slug)
    # By id, not pk: of the two, Django looks only at an id whether it fits into the column.
    known = ReaderComment.objects.filter(article=article, state__in=(State.APPROVED, State.REMOVED))
    found = get_object_or_404(known.defer("envelope"), id=pk)
    if not found.is_public_now:
        return render(request, "comments/removed.html", {"article": article}, status=410)
    if DiscussionRules.objects.standing_of(article).is_hidden:
        return redirect(f"{article.get_absolute_url()}#comments")
    page, _hash, _comments = of_part(article, Order.OLDEST, start=start_of(found)).partition("#")
    return redirect(f"{page}#comment-{found.pk}")


def _page(request: HttpRequest, slug: str, order: Order) -> HttpResponse:
    article = commented(slug)
    if article is None:
        return withdrawn_or_missing(request, slug)
    start, until = request.GET.get("from", ""), request.GET.get("until", "")
    address = of_part(article, order, start=start, until=until)
    if request.path != unquote(urlsplit(address).path):
        return redirect(address)
    try:
        part = part_of(article, order, start=start, until=until)
    except UnknownKeyError:
        raise Http404("No part of the discussion begins or ends there") from None
    if (start or until) and not part.nodes:  # what stood there is gone
        return redirect(of_part(article, order))
    return render(request, "comments/discussion.html", {"article": article, "part": part})
