"""A writer's own pages: the receipt of a comment, and what may be done from there. Whoever holds the address may do it.

They tell no site their address, not even this one: that is why their forms come without an origin, and why the token
stands for the usual protection of a POST. A GET writes nothing.
"""

import codecs
import copy
import functools
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import letters, limits, receipts, service
from comments.envelope import HONEYPOT, seal_again
from comments.forms import AppealForm, EditForm
from comments.models import Follow, ReaderComment, State
from comments.policy import assess
from comments.receipts import Receipt
from comments.screening import resubmit
from newsroom.lib.addresses import client_address
from newsroom.lib.answers import for_one_reader, see_other

WriterView = Callable[[HttpRequest, Receipt], HttpResponse]


def for_the_writer(view: WriterView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Finds the receipt by its token; no answer tells anybody where it was."""

    @csrf_exempt
    @functools.wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponse:
        receipt = receipts.read(token)
        if receipt is None:
            raise Http404("No such receipt")
        response = for_one_reader(_careful(view))(request, receipt)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return answered


def _careful(view: WriterView) -> WriterView:
    def answered(request: HttpRequest, receipt: Receipt) -> HttpResponse:
        if request.method == "POST" and codecs.lookup(request.encoding or "utf-8").name != "utf-8":
            raise BadRequest("A comment is written in UTF-8")
        try:
            return view(request, receipt)
        except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
            return render(request, "comments/too_large.html", {"article": receipt.comment.article}, status=413)

    return answered


@for_the_writer
@require_safe
def receipt(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """What became of one comment."""
    return render(request, "comments/receipt.html", {"receipt": receipt, "comment": receipt.comment, "State": State})


@for_the_writer
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    is_sent = request.method == "POST"
    form = EditForm(request.POST if is_sent else None, initial={"comment": receipt.comment.comment})
    if not receipt.may_edit:
        return _closed(request, receipt, str(form["comment"].value() or "") if is_sent else "")
    if not (is_sent and form.is_valid()):
        return _edit_page(request, receipt, form, status=422 if is_sent else 200)
    if not form.is_unchanged and (full := limits.take_room(client_address(request), receipt.comment.article)):
        form.add_error(None, full.told)
        response = _edit_page(request, receipt, form, status=429)
        response["Retry-After"] = str(full.seconds)
        return response
    words = form.cleaned_data["comment"]
    try:
        is_done = form.is_unchanged or resubmit(receipt.comment, _edited(receipt, words, request), service.connect())
    except IntegrityError:
        form.add_error("comment", _("You have posted these very words here already, in another comment."))
        return _edit_page(request, receipt, form, status=422)
    if not is_done:
        form.add_error(None, _("The comment was changed or judged this very moment. Your text is kept: send it again."))
        return _edit_page(request, receipt, form, status=409)
    return _back(receipt)


@for_the_writer
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    if receipt.is_own and receipt.comment.is_withdrawn:  # the second click
        return _back(receipt)
    if not receipt.may_delete:
        return _closed(request, receipt)
    if request.method == "POST":
        receipts.withdraw(receipt.comment)  # if something else happened to it this very moment, the receipt says so
        return _back(receipt)
    return render(request, "comments/receipt_delete.html", {"receipt": receipt, "comment": receipt.comment})


@for_the_writer
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    if not receipt.may_appeal:
        return _back(receipt)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        receipts.appeal(receipt, form.cleaned_data["words"])
        return _back(receipt)
    context = {"receipt": receipt, "comment": receipt.comment, "form": form}
    return render(request, "comments/receipt_appeal.html", context, status=422 if form.is_bound else 200)


@for_the_writer
@require_POST
def replies_by_mail(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """On or off. On is a wish: the mailbox has to confirm it."""
    follow = Follow.objects.filter(comment=receipt.comment).first()
    if request.POST.get("wish") == "on" and receipt.takes_letters:
        letters.ask_for(receipt.comment, Follow.Scope.REPLIES)
    elif follow and receipt.is_own and request.POST.get("wish") == "off":
        follow.end()
    return _back(receipt)


def _edited(receipt: Receipt, words: str, request: HttpRequest) -> ReaderComment:
    """The comment with other words, looked at as if it were a new one. Not saved."""
    edited = copy.copy(receipt.comment)
    edited.comment, edited.ip_address = words, client_address(request) or None
    assess(edited, edited.envelope.get(HONEYPOT, ""))
    edited.envelope = seal_again(edited, request)
    return edited


def _edit_page(request: HttpRequest, receipt: Receipt, form: EditForm, *, status: int) -> HttpResponse:
    context = {"receipt": receipt, "comment": receipt.comment, "form": form, "akismet": bool(settings.AKISMET_API_KEY)}
    return render(request, "comments/receipt_edit.html", context, status=status)


def _closed(request: HttpRequest, receipt: Receipt, text: str = "") -> HttpResponse:
    """Neither edited nor deleted any more; nothing that was typed is lost."""
    context = {"receipt": receipt, "comment": receipt.comment, "text": text}
    return render(request, "comments/receipt_closed.html", context, status=403)


def _back(receipt: Receipt) -> HttpResponse:
    return see_other(reverse("comments:receipt", args=[receipt.token]))
