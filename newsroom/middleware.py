import logging
from collections.abc import Callable
from typing import NamedTuple

from django.db import Error as DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from newsroom.forwarding import forward
from newsroom.lib.caching import at_hand
from newsroom.models import Notice
from newsroom.models.notice import Exceptions

logger = logging.getLogger(__name__)


class Note(NamedTuple):
    """The notice's HTML, and where it stays away. Empty: it is off, and nothing is counted."""

    html: str
    exceptions: Exceptions


class AdblockNoticeMiddleware:
    """Puts the notice, hidden until its script finds a blocker, at the end of every public page.

    Stands inside GZip and ConditionalGet, which must see the whole page, and outside the page cache, so that
    a kept page carries the words of today.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _is_public_document(request, response):
            _add_note(request, response)
        return response


def _is_public_document(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not response.has_header("Content-Encoding")
        and not (request.resolver_match and "admin" in request.resolver_match.app_names)
    )


def _add_note(request: HttpRequest, response: HttpResponse) -> None:
    try:
        note = at_hand(request, "reader-note", _make_note)
    except DatabaseError as error:
        logger.warning("Serving a page without the notice (%s).", type(error).__name__)
        return
    if note.html and not note.exceptions.hold(request.path):
        write_at_the_end(response, note.html)


def write_at_the_end(response: HttpResponse, html: str) -> None:
    page = response.content
    end = page.rfind(b"</body>")
    if end < 0:
        return  # a fragment
    # Joined, not added up: on a page of 60 kB that is 8 µs instead of 190.
    whole = b"".join((page[:end], html.encode(response.charset, "xmlcharrefreplace"), page[end:]))
    response.content = whole
    response.headers["Content-Length"] = str(len(whole))
    response.headers.pop("ETag", None)  # it was the page's without the note; ConditionalGet makes another


def _make_note() -> Note:
    notice = Notice.current()
    if not notice.is_on:
        return Note("", Exceptions(frozenset(), ()))
    elsewhere = notice.exceptions()
    # Whoever reads how to allow the site has read the notice.
    elsewhere = elsewhere._replace(pages=elsewhere.pages | {reverse("allowing")})
    return Note(render_to_string("newsroom/_reader_note.html", {"notice": notice}), elsewhere)


class OpenerPolicyMiddleware:
    """Guards what is not for everybody from the window it was opened from (Cross-Origin-Opener-Policy).

    A shared page holds nothing to guard, and with the header a browser changes processes in the middle of the
    arrival. Stands inside ConditionalGet: a page and its 304 must not differ, or a reload loses the reader's place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "public" not in response.headers.get("Cache-Control", ""):
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return response


class ForwardingMiddleware:
    """Asks what else an address may mean, once a view has said that there is no such page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Http404) or request.method not in {"GET", "HEAD"}:
            return None
        try:
            return forward(request)
        except Http404:
            return None
