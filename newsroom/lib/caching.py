"""The page cache: whole answers by address, under the edition and the page's own token.

The edition is one random token in the shared cache. Whatever changes what readers see replaces it, and every
page kept under the old one is dead (a token, not a counter: an evicted counter would revive old pages). A
page's own token does the same for one address and all below it: a new comment renews only its article, with its
discussion, its feed and whatever else hangs there.
The edition knows the moments at which the clock alone changes what stories there are: after each of them pages are
kept under another name, and those from before are never asked for again. So a thousand stories may come out in one
minute, and nothing has to be written or asked of the database for it. What the clock changes around the stories (an
advertisement, a pin) ends the edition itself.
What the clock changes on one page alone ends that page (`end_page`): thousands of them cost the edition nothing.
"""

import functools
import hashlib
import logging
import math
import secrets
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec, TypeVar, cast
from urllib.parse import parse_qsl, unquote, urlencode
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_EDITION_KEY = "edition"
_RENEWAL_KEY = "renewal"  # another token for each renewal: who asked the clock before it knows too little
_TRIES = 5
_TOKEN_SECONDS = 24 * 3600
_TRACKING = ("utm_", "mc_", "pk_", "mtm_")
_TRACKING_EXACT = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "twclid", "igshid", "yclid", "wbraid", "gbraid", "_ga", "ref_src"}
)


_editions: WeakKeyDictionary[HttpRequest, str] = WeakKeyDictionary()  # their tokens, as the page cache saw them
_ends: WeakKeyDictionary[HttpRequest, datetime] = WeakKeyDictionary()  # of the page that is being made
_held: dict[str, tuple[str, Any]] = {}  # by name: the edition's token and what is kept under it
_put_off: ContextVar[list[bool] | None] = ContextVar("_put_off", default=None)  # renewals wanted within renewed_once


class Changes(NamedTuple):
    """What the clock will change of what readers see (settings.NEXT_CHANGES)."""

    of_stories: list[datetime]  # the next ones, in order; not all there are
    until: datetime | None  # when to ask again: the first change of anything else, or the last known of the stories


class Edition(NamedTuple):
    token: str
    moments: tuple[float, ...]  # POSIX timestamps: after each of them there are other stories
    ends: datetime | None  # None: not by the clock

    @property
    def of_now(self) -> str:
        """What is kept of the stories is kept under this name until the next moment."""
        return f"{self.token}.{bisect_right(self.moments, timezone.now().timestamp())}"

    @property
    def is_over(self) -> bool:
        return self.ends is not None and self.ends <= timezone.now()


class Place(NamedTuple):
    """Where a page is kept, and the page token it stands under."""

    edition: str
    key: str
    token_key: str
    token: str
    is_new: bool


class KeptPage(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes
    ends: datetime | None = None  # the clock's next change of this page alone


def renew_edition() -> None:
    """Every page kept so far is dead. Call it after the commit of whatever readers can see."""
    if (put_off := _put_off.get()) is not None:
        put_off.append(True)
    else:
        quietly(_renew)


def forget_all() -> None:
    """Nothing that was kept is in the cache any more, the dead pages too, which else lie there until room is needed:
    for words that are to be in no copy. All that uses this cache begins anew."""
    quietly(cache.clear)
    renew_edition()


@contextmanager
def renewed_once() -> Iterator[None]:
    """Whatever is saved within ends the edition once, at the end."""
    wanted: list[bool] = []
    outer = _put_off.set(wanted)
    try:
        yield
    finally:
        _put_off.reset(outer)
        if wanted:
            renew_edition()


def renew_page(path: str) -> None:
    """The pages kept for the article at this address, and for every address below it, are dead."""
    quietly(cache.set, _page_token_key(unquote(path)), secrets.token_urlsafe(12), _TOKEN_SECONDS)


def end_page(request: HttpRequest, moment: datetime | None) -> None:
    """The page that is made for this request is another from that moment on. Of several the first counts."""
    if moment:
        _ends[request] = min(moment, _ends.get(request, moment))


def page_cache(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Keep the view's whole answer for everybody, while edition and page token last.

    Signed-in staff (anybody with a session cookie) always get a fresh page, and none of theirs is kept.
    If the cache itself fails, the page is rendered as if there were none.
    """

    @functools.wraps(view)
    def cached(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        assert isinstance(request, HttpRequest)  # noqa: S101  # for the type checker
        if request.method not in {"GET", "HEAD"} or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return _for_browsers(view(*args, **kwargs))
        # Edition and token are fixed before the first query: what changes while we render gets others.
        place: Place | None = quietly(_find_place, request)
        _editions[request] = place.edition if place else ""
        kept: KeptPage | None = quietly(cache.get, place.key) if place else None
        if kept is not None and not (kept.ends and kept.ends <= timezone.now()):
            return HttpResponse(kept.content, status=kept.status, headers=kept.headers)
        response = _for_browsers(view(*args, **kwargs))
        if place and response.status_code == 200 and not response.streaming and not response.cookies:
            quietly(_keep, place, response, _ends.get(request))
        return response

    return cached


def kept_under_edition(name: str, make: Callable[[], T], *, of_stories: bool = False) -> T:
    """What make() returns, kept under this name while the edition lasts. What it raises goes through.

    of_stories: it shows some, so that it is made anew after each moment at which the clock changes what there are.
    """
    key = "kept:" + name
    found = quietly(cache.get_many, [_EDITION_KEY, key]) or {}
    edition: Edition | None = found.get(_EDITION_KEY)
    if edition is None or edition.is_over:
        edition = quietly(_new_edition)
    kept: tuple[str, T] | None = found.get(key)
    mark = "" if edition is None else edition.of_now if of_stories else edition.token
    if mark and kept and kept[0] == mark:
        return kept[1]
    value = make()
    if mark:
        quietly(cache.set, key, (mark, value), _TOKEN_SECONDS)
    return value


def at_hand(request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """kept_under_edition, out of this process's memory where the page cache has just learned the edition."""
    edition = _editions.get(request, "")
    token, value = _held.get(name, ("", None))
    if edition and token == edition:
        return cast("T", value)
    value = kept_under_edition(name, make)
    if edition:
        _held[name] = (edition, value)
    return value


def address_without_tracking(request: HttpRequest) -> str:
    """Path and query, the query sorted and without utm_*, fbclid and their kind."""
    pairs = sorted(pair for pair in parse_qsl(request.META.get("QUERY_STRING", ""), True) if _is_ours(pair[0]))
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _is_ours(parameter: str) -> bool:
    name = parameter.lower()
    return not name.startswith(_TRACKING) and name not in _TRACKING_EXACT


def _find_place(request: HttpRequest) -> Place:
    token_key = _page_token_key(request.path)
    found = cache.get_many([_EDITION_KEY, token_key])
    edition = found.get(_EDITION_KEY)
    if edition is None or edition.is_over:
        edition = _new_edition()
    token, is_new = found.get(token_key), False
    if token is None:
        token, is_new = secrets.token_urlsafe(12), True
    named = f"{edition.of_now} {token} {request.scheme} {request.get_host()} {address_without_tracking(request)}"
    return Place(edition.token, "page:" + hashlib.sha256(named.encode()).hexdigest(), token_key, token, is_new)


def _keep(place: Place, response: HttpResponse, ends: datetime | None) -> None:
    # A page without a token yet brings its own; if somebody renewed it while we rendered, ours is too old to keep.
    if place.is_new and not cache.add(place.token_key, place.token, _TOKEN_SECONDS):
        return
    edition: Edition | None = cache.get(_EDITION_KEY)
    if edition is None or edition.token != place.edition:
        return  # nobody would be served it, and its words may have been taken out by now
    page = KeptPage(response.status_code, dict(response.items()), response.content, ends)
    cache.set(place.key, page, settings.PAGE_CACHE_SECONDS)


def _renew() -> None:
    for _try in range(_TRIES):
        renewal = secrets.token_urlsafe(12)
        cache.set(_RENEWAL_KEY, renewal, _TOKEN_SECONDS)
        _store(_made_edition())
        if cache.get(_RENEWAL_KEY) == renewal:  # nobody else's, who may have saved after we asked
            return


def _new_edition() -> Edition:
    """For a reader who found none, or one that is over."""
    edition = None
    for _try in range(_TRIES):
        renewal, last = cache.get(_RENEWAL_KEY), edition
        edition = _made_edition()
        there: Edition | None = cache.get(_EDITION_KEY)
        if there and there != last and not there.is_over:
            return there  # somebody was faster
        _store(edition)
        if cache.get(_RENEWAL_KEY) == renewal:
            break
    assert edition  # noqa: S101  # for the type checker
    return edition


def _made_edition() -> Edition:
    changes: Changes = import_string(settings.NEXT_CHANGES)()
    moments = tuple(moment.timestamp() for moment in changes.of_stories)
    return Edition(secrets.token_urlsafe(12), moments, changes.until)


def _store(edition: Edition) -> None:
    seconds = _TOKEN_SECONDS
    if edition.ends:
        seconds = min(seconds, max(1, math.ceil((edition.ends - timezone.now()).total_seconds())))
    cache.set(_EDITION_KEY, edition, seconds)


def _page_token_key(path: str) -> str:
    """One for /section/article/ and all that begins so."""
    path = "/".join(path.split("/")[:3])
    return "page-token:" + hashlib.sha256(path.encode()).hexdigest()


def _for_browsers(response: HttpResponse) -> HttpResponse:
    """Anybody may keep the page, but asks each time whether it still holds (the ETag answers)."""
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    return response


def quietly(do: Callable[..., Any], *args: Any) -> Any:
    """Do it; a cache that is down or full costs speed, never a page."""
    try:
        return do(*args)
    except Exception as error:  # each backend raises its own: OSError, RedisError, pickle's
        logger.warning("The page cache failed (%s); serving without it.", type(error).__name__)
        return None
