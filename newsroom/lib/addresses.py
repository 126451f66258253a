"""Who is asking (the reader's network address), whole addresses, and slugs: reserved, taken, free."""

import ipaddress
import itertools
from collections.abc import Callable
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest

# First parts of addresses that belong to the site itself: no category may take one.
RESERVED_AT_TOP = frozenset(
    [
        "admin",
        "about",
        "archive",
        "authors",
        "comments",
        "contact",
        "corrections",
        "feed",
        "feeds",
        "healthz",
        "media",
        "metrics",
        "privacy",
        "readyz",
        "search",
        "sitemaps",
        "static",
        "tags",
    ]
)
# Second parts that lists and feeds of a category may need: no article may take one.
RESERVED_IN_SECTION = frozenset(["archive", "atom", "comments", "feed", "feeds", "index", "page", "rss", "search"])


def free_slug(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """The first of wanted-2, wanted-3, ... that is not taken."""
    return next(slug for n in itertools.count(2) if not is_taken(slug := f"{wanted[:190]}-{n}"))


def absolute(path: str) -> str:
    """The whole address of a path of this site. One that is whole already, such as a media host's, stays."""
    return urljoin(settings.SITE_URL, path)


def client_address(request: HttpRequest) -> str:
    """The reader's address: X-Forwarded-For, read from its end, as far as TRUSTED_PROXIES vouch for it.

    Empty if even the connection's own address is unknown (a Unix socket and no usable header).
    """
    trusted = [ipaddress.ip_network(network, strict=False) for network in settings.TRUSTED_PROXIES]
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    address = request.META.get("REMOTE_ADDR", "")
    # A Unix socket has no address: only a front server on this machine can be behind it.
    while hops and (not address or _is_in(address, trusted)):
        following = hops.pop()
        if not _parsed(following):
            break
        address = following
    parsed = _parsed(address)
    return str(parsed) if parsed else ""


def _is_in(address: str, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        # Without its scope (fe80::1%eth0): that means something on one machine only, and no database keeps it.
        parsed = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
