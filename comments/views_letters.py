"""Letters about comments: confirming them, changing one's mind. Whoever holds a token's address may act on it.

Mail scanners and previews follow links: a GET writes nothing anywhere here.
"""

from datetime import time

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import time_format
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import Article
from comments import letters
from comments.models import Follow, Mailbox
from newsroom.lib.answers import for_one_reader, see_other


@for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the mail that asks whether letters are wanted."""
    try:
        question = letters.asked_by(token)
    except signing.BadSignature:
        raise Http404("No such letter") from None
    follows = Follow.objects.unconfirmed().filter(asked=question) if question else Follow.objects.none()
    if request.method == "POST" and question and follows:
        letters.confirm(question, daily=bool(request.POST.get("daily")))
        return see_other(reverse("comments:letters", args=[letters.stop_token(question.mailbox_id)]))
    context = {
        "follows": follows.select_related("comment__article"),
        "mailbox": question and question.mailbox,
        "days": letters.CONFIRM_WITHIN.days,
        "hour": _hour(),
    }
    return render(request, "comments/confirm.html", context)


@csrf_exempt  # mail programs post from anywhere, without cookies (RFC 8058); the token is the permission
@for_one_reader
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, token: str) -> HttpResponse:
    """The link in each letter: what is sent, and how to end it."""
    try:
        mailbox_id, article_id = letters.read_stop_token(token)
    except signing.BadSignature:
        raise Http404("No such letter") from None
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if request.method == "POST" and mailbox:
        _do(request, mailbox, article_id)
        if request.POST.get("List-Unsubscribe") != "One-Click":  # a mail program follows no redirect
            return see_other(request.path)
    follows = mailbox.follows.confirmed().select_related("comment__article") if mailbox else Follow.objects.none()
    article = Article.objects.filter(pk=article_id).first() if article_id else None
    context = {"mailbox": mailbox, "follows": follows, "article": article, "hour": _hour()}
    return render(request, "comments/letters.html", context)


def _do(request: HttpRequest, mailbox: Mailbox, article_id: int | None) -> None:
    wish = request.POST.get("wish")
    if wish == "when":
        Mailbox.objects.filter(pk=mailbox.pk).update(is_daily=bool(request.POST.get("daily")))
    else:  # whatever it is that we do not understand, it is not a wish for more
        mailbox.stop(None if wish == "stop-all" else article_id)


def _hour() -> str:
    return time_format(time(settings.LETTERS_HOUR), "TIME_FORMAT")
