import codecs
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article, ArticleSlug
from comments import letters, service, speakers
from comments.envelope import seal
from comments.feeds import comment_feed
from comments.forms import ReaderCommentForm
from comments.models import ReaderComment, State
from comments.policy import assess
from comments.screening import submit
from newsroom.lib.addresses import client_address
from newsroom.lib.caching import page_cache

RECEIPTS = signing.TimestampSigner(salt="comments.receipt")


@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article = _commented(slug)
    if article is None:
        return _withdrawn_or_missing(request, slug)
    if request.method != "POST":
        return redirect(f"{article.get_absolute_url()}#comments")
    if codecs.lookup(request.encoding or "utf-8").name != "utf-8":
        raise BadRequest("A comment is written in UTF-8")  # others can decode to what cannot be stored or shown
    try:
        form = ReaderCommentForm(article, data=request.POST, speaker=speakers.author_of(request))
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return render(request, "comments/too_large.html", {"article": article}, status=413)
    if not article.takes_comments:
        return _form_page(request, article, form, status=403)
    if not form.is_valid():
        return _form_page(request, article, form, status=422)
    comment = _store_and_screen(form, request)
    if form.scope:
        letters.ask_for(comment, form.scope)
    if comment.is_public_now:
        return _see_other(comment.get_absolute_url())
    return _see_other(reverse("comments:receipt", args=[RECEIPTS.sign(str(comment.pk))]))


@page_cache
@require_safe
def reply(request: HttpRequest, category: str, slug: str, pk: int) -> HttpResponse:
    article = _commented(slug)
    if article is None:
        return _withdrawn_or_missing(request, slug)
    # By id, not pk: of the two, Django looks only at an id whether it fits into the column.
    parent = get_object_or_404(ReaderComment.objects.filter(article=article).public(), id=pk)
    if not (article.takes_comments and parent.takes_replies):
        raise Http404("This comment takes no replies")
    form = ReaderCommentForm(article)
    context = {"article": article, "parent": parent, "form": form, "akismet": bool(settings.AKISMET_API_KEY)}
    return render(request, "comments/reply.html", context)


@page_cache
@require_safe
def feed(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article = _commented(slug)
    if article is None:
        return _withdrawn_or_missing(request, slug)
    if article.category and article.category.slug != category:
        return redirect("comments:feed", article.category.slug, slug, permanent=True)
    return HttpResponse(comment_feed(article), content_type="application/atom+xml; charset=utf-8")


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """What became of one comment, for whoever holds the address."""
    try:
        pk = int(RECEIPTS.unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404("No such receipt") from None
    comment = get_object_or_404(ReaderComment.objects.select_related("article__category"), pk=pk)
    response = render(request, "comments/receipt.html", {"comment": comment, "State": State, "token": token})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


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
    context = days | {"confirm_days": letters.CONFIRM_WITHIN.days, "akismet": bool(settings.AKISMET_API_KEY)}
    return render(request, "comments/privacy.html", context)


def _commented(slug: str) -> Article | None:
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


def _withdrawn_or_missing(request: HttpRequest, slug: str) -> HttpResponse:
    if ArticleSlug.known(slug) is None:
        raise Http404("No such article")
    return render(request, "410.html", status=410)


def _store_and_screen(form: ReaderCommentForm, request: HttpRequest) -> ReaderComment:
    comment: ReaderComment = form.get_comment_object()
    comment.ip_address = client_address(request) or None
    honeypot = form.cleaned_data["honeypot"]
    assess(comment, honeypot)
    comment.user = speakers.signed_in(request)
    comment.envelope = seal(comment, request, honeypot)
    return submit(comment, service.connect())


def _form_page(request: HttpRequest, article: Article, form: ReaderCommentForm, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"article": article, "form": form, "parent": form.parent}
    context["akismet"] = bool(settings.AKISMET_API_KEY)
    response = render(request, "comments/post.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _see_other(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address, "Cache-Control": "private, no-store"})
