"""Recommending and reporting a comment: two small pages of their own, so that the article's page differs for nobody.

Whoever acts gets a random cookie, on the action only. Its path is that of these pages, where nothing else lives:
no page that readers share ever sees it. Network address and browser, hashed for the day, stand behind it for
those who delete it. Both are cheap to come by for somebody with many addresses; that is why a report only takes a
comment to a human, and never one that a human has published.
"""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from comments import marks
from comments.forms import ReportForm
from comments.models import Mark, ReaderComment
from newsroom.lib.addresses import client_address
from newsroom.lib.answers import for_one_reader, see_other

COOKIE = "reader"
_COOKIE_SECONDS = 365 * 24 * 3600


@for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def recommend(request: HttpRequest, pk: int) -> HttpResponse:
    comment, reader = _public(pk), _reader(request)
    if request.method == "POST":
        (marks.take_back if "undo" in request.POST else marks.recommend)(comment, reader)
        return _remember(reader, see_other(request.path))
    kind = Mark.Kind.RECOMMENDATION
    context = {
        "comment": comment,
        "is_mine": reader.own(comment, kind).exists(),
        "is_counted": reader.same(comment, kind).exists(),
    }
    return render(request, "comments/recommend.html", context)


@for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    reader = _reader(request)
    reported = get_object_or_404(ReaderComment.objects.select_related("article__category"), id=pk)
    if reader.same(reported, Mark.Kind.REPORT).exists():  # and may be hidden by now, because of it
        return render(request, "comments/reported.html", {"article": reported.article})
    comment = _public(pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        marks.report(comment, reader, **form.cleaned_data)
        return _remember(reader, see_other(request.path))
    status = 422 if form.is_bound else 200
    return render(request, "comments/report.html", {"comment": comment, "form": form}, status=status)


def _public(pk: int) -> ReaderComment:
    # By id, not pk: of the two, Django looks only at an id whether it fits into the column.
    public = ReaderComment.objects.public().select_related("article__category")
    comment = get_object_or_404(public, id=pk)
    if not comment.article.is_live:
        raise Http404("Its article is not public")
    return comment


def _reader(request: HttpRequest) -> marks.Reader:
    """Who asks. Without a cookie: somebody new, who is given one once there is something to remember."""
    browser = request.headers.get("User-Agent", "")
    return marks.Reader(
        secret=request.COOKIES.get(COOKIE, "") or secrets.token_urlsafe(24),
        trace=f"{client_address(request)} {browser}",
    )


def _remember(reader: marks.Reader, response: HttpResponse) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        reader.secret,
        max_age=_COOKIE_SECONDS,
        path=reverse("comments:recommend", args=[0]).removesuffix("0/recommend/"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
