import codecs
import math
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article, ArticleSlug
from comments import letters, limits, service, speakers
from comments.addresses import below
from comments.envelope import seal
from comments.feeds import comment_feed
from comments.forms import ReaderCommentForm
from comments.models import DiscussionRules, ReaderComment, Standing
from comments.policy import assess
from comments.receipts import token_for
from comments.screening import submit
from newsroom.lib.addresses import client_address
from newsroom.lib.caching import end_page, page_cache


@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article = commented(slug)
    if article is None:
        return withdrawn_or_missing(request, slug)
    if request.method != "POST":
        return redirect(f"{article.get_absolute_url()}#comments")
    if codecs.lookup(request.encoding or "utf-8").name != "utf-8":
        raise BadRequest("A comment is written in UTF-8")  # others can decode to what cannot be stored or shown
    try:
        form = ReaderCommentForm(article, data=request.POST, speaker=speakers.author_of(request))
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return render(request, "comments/too_large.html", {"article": article}, status=413)
    standing = DiscussionRules.objects.standing_of(article)
    if not standing.takes_comments:
        return _refusal(request, article, standing, form)
    if not form.is_valid():
        return _form_page(request, article, form, status=422)
    user = speakers.signed_in(request)
    if not (user and user.is_staff) and (full := limits.take_room(client_address(request), article)):
        return _come_again(request, article, form, full)
    comment, token = _store_and_screen(form, request, user)
    if form.scope:
        letters.ask_for(comment, form.scope)
    return _see_other(reverse("comments:receipt", args=[token]))


@page_cache
@require_safe
def reply(request: HttpRequest, category: str, slug: str, pk: int) -> HttpResponse:
    article = commented(slug)
    if article is None:
        return withdrawn_or_missing(request, slug)
    if request.path != unquote(address := below(article, "reply", pk)):
        return redirect(address)
    standing = DiscussionRules.objects.standing_of(article)
    if not standing.takes_comments:
        return _refusal(request, article, standing)
    # By id, not pk: of the two, Django looks only at an id whether it fits into the column.
    parent = get_object_or_404(ReaderComment.objects.filter(article=article).public(), id=pk)
    if not parent.takes_replies:
        raise Http404("This comment takes no replies")
    end_page(request, standing.changes_at)
    form = ReaderCommentForm(article)
    context = {"article": article, "parent": parent, "form": form, "akismet": bool(settings.AKISMET_API_KEY)}
    context["standing"] = standing
    return render(request, "comments/reply.html", context)


@page_cache
@require_safe
def feed(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article = commented(slug)
    if article is None:
        return withdrawn_or_missing(request, slug)
    if request.path != unquote(address := below(article, "feed")):
        return redirect(address, permanent=True)
    return HttpResponse(comment_feed(article), content_type="application/atom+xml; charset=utf-8")


@page_cache
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is sent and kept, and for how long."""
    kept = {
        "envelope_days": settings.ENVELOPE_KEPT,
        "spam_days": settings.SPAM_KEPT,
        "blatant_days": settings.BLATANT_KEPT,
    }
    days = {name: round(seconds / (24 * 3600)) for name, seconds in kept.items()}
    days["window_minutes"] = math.ceil(settings.COMMENTS_WINDOW / 60)
    context = days | {"confirm_days": letters.CONFIRM_WITHIN.days, "akismet": bool(settings.AKISMET_API_KEY)}
    return render(request, "comments/privacy.html", context)


def commented(slug: str) -> Article | None:
    """The published story that has or had that slug; the comments hang on its own row, not on a change that waited."""
    article = Article.objects.published().for_reading().filter(slug=slug).first()
    if article is None and (former := ArticleSlug.known(slug)):
        article = former.published()
    if article is None:
        return None
    if article.replaces:
        article.replaces.slug, article.replaces.category = article.slug, article.category
        article.replaces.headline, article.replaces.comments_open = article.headline, article.comments_open
    return article.story_row


def withdrawn_or_missing(request: HttpRequest, slug: str) -> HttpResponse:
    if ArticleSlug.known(slug) is None:
        raise Http404("No such article")
    return render(request, "410.html", status=410)


def _store_and_screen(form: ReaderCommentForm, request: HttpRequest, user: Any) -> tuple[ReaderComment, str]:
    """The stored comment, and the token of its receipt."""
    comment: ReaderComment = form.get_comment_object()
    comment.ip_address = client_address(request) or None
    honeypot = form.cleaned_data["honeypot"]
    assess(comment, honeypot)
    comment.user = user
    comment.envelope = seal(comment, request, honeypot)
    stored = submit(comment, service.connect())
    return stored, token_for(comment, stored)


def _refusal(
    request: HttpRequest, article: Article, standing: Standing, form: ReaderCommentForm | None = None
) -> HttpResponse:
    """The discussion takes no comments: why, what the reader can do, and the text that came with the form."""
    context = {"article": article, "standing": standing, "form": form}
    response = render(request, "comments/refused.html", context, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def _come_again(request: HttpRequest, article: Article, form: ReaderCommentForm, full: limits.Full) -> HttpResponse:
    form.add_error(None, full.told)
    response = _form_page(request, article, form, status=429)
    response["Retry-After"] = str(full.seconds)
    return response


def _form_page(request: HttpRequest, article: Article, form: ReaderCommentForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"article": article, "form": form, "parent": form.parent}
    context["akismet"] = bool(settings.AKISMET_API_KEY)
    response = render(request, "comments/post.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _see_other(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address, "Cache-Control": "private, no-store"})
