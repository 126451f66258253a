import logging
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from newsroom.lib.caching import kept_under_edition
from newsroom.models import Paper

logger = logging.getLogger(__name__)


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
            _add_note(response)
        return response


def _is_public_document(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not response.has_header("Content-Encoding")
        and not (request.resolver_match and "admin" in request.resolver_match.app_names)
    )


def _add_note(response: HttpResponse) -> None:
    page = response.content
    end = page.rfind(b"</body>")
    if end < 0:
        return  # a fragment
    try:
        note = kept_under_edition("reader-note", _render_note)
    except DatabaseError as error:
        logger.warning("Serving a page without the notice (%s).", type(error).__name__)
        return
    # Joined, not added up: on a page of 60 kB that is 8 µs instead of 190.
    whole = b"".join((page[:end], note.encode(response.charset, "xmlcharrefreplace"), page[end:]))
    response.content = whole
    response.headers["Content-Length"] = str(len(whole))
    response.headers.pop("ETag", None)  # it was the page's without the note; ConditionalGet makes another


def _render_note() -> str:
    return render_to_string("newsroom/_reader_note.html", {"paper": Paper.current()})
