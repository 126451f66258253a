"""Answers that are for one reader alone."""

import functools
from collections.abc import Callable
from typing import ParamSpec

from django.http import HttpResponse

P = ParamSpec("P")


def for_one_reader(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Nobody keeps it, no search engine lists it, and its address is told to no other site.

    Not `no-referrer`: a browser would then send `Origin: null` with the page's own forms.
    """

    @functools.wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answered


def see_other(address: str) -> HttpResponse:
    """After a POST: the browser fetches that address, and loading it again sends nothing twice."""
    return HttpResponse(status=303, headers={"Location": address})
