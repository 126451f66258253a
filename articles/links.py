"""Whether the links of a story answer: looked up by the worker, and only to warn.

Whoever writes a body chooses what our servers then call. So names are looked up by us, each address must be one of
the open internet, and that address is what is connected to: for every redirect anew.
"""

import logging
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from html import unescape
from typing import NamedTuple
from urllib.parse import urljoin

import httpcore
import httpx
from django.conf import settings
from django.utils import timezone

from articles.models import Link, Story
from articles.models.link import GOOD_FOR, LONGEST
from newsroom.lib.calls import Deadline, ForbiddenAddressError, Network, certificates, is_public, web_address
from newsroom.lib.markup import is_ours

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)  # longer than a link can take
_SECONDS = 10.0  # for each step of the way
_MOST_STEPS = 5
_MOST_ATTEMPTS = 3  # before a link is said not to answer
_AGAIN_AFTER = timedelta(minutes=2)
_HREF = re.compile(r'<a\b[^>]*\bhref="(https?://[^"]*)"', re.IGNORECASE)
# Not asked for by everybody, or not by a program: the reader may see the page all the same.
_SHY = {401, 402, 403, 405, 406, 407, 429, 451, 999}


class Answer(NamedTuple):
    kind: Link.Answer
    detail: str = ""


def outside(body: str) -> list[str]:
    """The addresses of other hosts that a body leads to, each once, as they are looked up."""
    found = (_written_plainly(unescape(address)) for address in _HREF.findall(body))
    return list(dict.fromkeys(address for address in found if address))


def queue(story: Story) -> None:
    """What the worker is to look up: all that is new, or was looked up too long ago."""
    addresses = outside(story.body)
    now = timezone.now()
    Link.objects.bulk_create((Link(url=url, due_at=now) for url in addresses), ignore_conflicts=True)
    old = Link.objects.filter(url__in=addresses, due_at=None, checked_at__lt=now - GOOD_FOR)
    old.update(due_at=now, attempts=0)


def forget(bodies: Iterable[str], is_meant: Callable[[str], bool]) -> None:
    """No row names those addresses any more to which these bodies lead."""
    Link.objects.filter(url__in={url for body in bodies for url in outside(body) if is_meant(url)}).delete()


def look_up_due(is_allowed: Callable[[str], bool] = is_public) -> bool:
    """Look one link up. False: none is due. Several workers may run at once."""
    link = Link.objects.claim_next(LEASE)
    if link is None:
        return False
    answer = look_up(link.url, is_allowed)
    mine = Link.objects.filter(pk=link.pk, due_at=link.due_at)
    if answer.kind == Link.Answer.FAILS and link.attempts < _MOST_ATTEMPTS:
        mine.update(due_at=timezone.now() + _AGAIN_AFTER * link.attempts)
    else:
        mine.update(answer=answer.kind, detail=answer.detail[:100], checked_at=timezone.now(), due_at=None)
    return True


def look_up(
    url: str,
    is_allowed: Callable[[str], bool] = is_public,
    find: Callable[[str, int, float], list[str]] | None = None,
    seconds: float = _SECONDS,
) -> Answer:
    """Ask as a reader would: by HEAD, and by GET where that is not understood. Never raises."""
    try:
        for _step in range(_MOST_STEPS):
            network = Network(Deadline(seconds), is_allowed, find)
            status, onward = _ask("HEAD", url, network)
            if status >= 400 and status != 429:
                status, onward = _ask("GET", url, Network(Deadline(seconds), is_allowed, find))
            if not onward:
                return _judge(status)
            url = urljoin(url, onward)
    except ForbiddenAddressError:
        return Answer(Link.Answer.REFUSED)
    except (httpcore.TimeoutException, TimeoutError):
        return Answer(Link.Answer.FAILS, "timeout")
    except (httpx.InvalidURL, httpcore.UnsupportedProtocol, ValueError):
        return Answer(Link.Answer.FAILS, "not an address")
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return Answer(Link.Answer.FAILS, type(error).__name__)
    return Answer(Link.Answer.FAILS, "too many redirects")


def _ask(method: str, url: str, network: Network) -> tuple[int, str]:
    """Status, and where it leads on. Of the body nothing is read."""
    address = web_address(httpx.URL(url))
    headers = [
        ("Host", httpx.URL(url).netloc.decode("ascii")),
        ("User-Agent", f"Newsroom ({settings.SITE_URL}; looks whether links answer)"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
    ]
    secure = certificates() if address.scheme == b"https" else None
    with httpcore.HTTPConnection(address.origin, ssl_context=secure, network_backend=network) as connection:
        answer = connection.handle_request(httpcore.Request(method, address, headers=headers))
        answer.close()
    onward = next((value.decode("latin-1") for name, value in answer.headers if name.lower() == b"location"), "")
    return answer.status, onward if answer.status in {301, 302, 303, 307, 308} else ""


def _judge(status: int) -> Answer:
    if status < 400 or status in _SHY:
        return Answer(Link.Answer.ANSWERS)
    return Answer(Link.Answer.FAILS, str(status))


def _written_plainly(address: str) -> str:
    """As it goes over the wire, without its fragment. Empty: it is no address, ours, or too long to be looked up."""
    try:
        url = httpx.URL(address)
        if not url.host or is_ours(address):
            return ""
    except (httpx.InvalidURL, ValueError):
        return ""
    written = str(url.copy_with(fragment=None, userinfo=b""))
    return written if len(written) <= LONGEST and written.isascii() else ""
