"""Addresses: who is asking (the reader's, on the network), and slugs: how they are written, reserved, taken, free."""

import ipaddress
import itertools
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urljoin

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls.converters import StringConverter
from django.utils.text import slugify
from django.utils.translation import gettext as _

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
# Of these the ones that wait for a static page.
FOR_PAGES = frozenset(["about", "contact", "privacy"])
# Second parts that lists and feeds of a category may need: no article may take one.
RESERVED_IN_SECTION = frozenset(["archive", "atom", "comments", "feed", "feeds", "index", "page", "rss", "search"])


class SlugConverter(StringConverter):
    """For paths: Django's own converter knows the letters of English only."""

    regex = r"[-\w]+"


class SlugField(models.SlugField):
    """A slug, kept tidy however it was typed. Forms refuse all but a to z unless UNICODE_SLUGS is on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_unicode": True} | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        slug = tidy_slug(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, slug)
        return slug

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("form_class", TypedSlugField)
        kwargs.setdefault("allow_unicode", settings.UNICODE_SLUGS)
        return super().formfield(**kwargs)


class TypedSlugField(forms.SlugField):
    def to_python(self, value: Any) -> Any:
        return tidy_slug(super().to_python(value) or "")


def slug_from(words: str, length: int) -> str:
    return slugify(words, allow_unicode=settings.UNICODE_SLUGS)[:length].strip("-")


def tidy_slug(slug: str) -> str:
    """In small letters, each written in one way only (NFC)."""
    return unicodedata.normalize("NFC", slug.lower())


def tidy_path(path: str) -> str:
    """The path of an address as we write it: tidy, with one slash where several stood and one at its end."""
    return tidy_slug(with_slashes(_decoded(path)))


def with_slashes(path: str) -> str:
    return re.sub("/+", "/", f"/{path}/")


def _decoded(path: str) -> str:
    """Once more than Django did: some encode an address twice, and old browsers in Latin-1."""
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:
        return unquote(path, "latin-1")


def words_of(path: str) -> str:
    """What the last part of an address says, for a search: "who painted the pier". Empty if it says nothing."""
    said = re.sub(r"[-_\s]+", " ", tidy_path(path).split("/")[-2]).strip()
    return said if len(said) <= 100 and re.fullmatch(r"(?=.*[^\W\d])[\w ]+", said) else ""


def claim(mine: Any, defaults: dict[str, Any] | None = None, **address: Any) -> None:
    """The address is the owner's for good: it leads there however often the owner moves on.

    Mine are the owner's rows, by address. What a deleted owner left is free. Raises IntegrityError if the address is
    or was another's.
    """
    free_or_mine = mine.model._default_manager.filter(Q(owner=None) | Q(owner=mine.instance), **address)
    if not free_or_mine.update(owner=mine.instance):
        mine.create(**address, **defaults or {})


def check_slug(owner: Any, is_the_sites: Callable[[str], bool] = lambda slug: False) -> None:
    """Raises ValidationError, with a free slug, if the owner's slug is the site's own, or is or was another's."""
    others = owner._meta.get_field("slugs").related_model.objects.exclude(owner=None).exclude(owner=owner.pk)

    def is_taken(slug: str) -> bool:
        return is_the_sites(slug) or bool(others.filter(slug=slug).exists())

    if is_taken(owner.slug):
        said = {"slug": owner.slug, "free": free_slug(owner.slug, is_taken, owner._meta.get_field("slug").max_length)}
        if is_the_sites(owner.slug):
            raise ValidationError({"slug": _("The site itself uses “%(slug)s”. “%(free)s” is free.") % said})
        raise ValidationError({"slug": _("“%(slug)s” is or was another’s address. “%(free)s” is free.") % said})


def free_slug(wanted: str, is_taken: Callable[[str], bool], length: int = 200) -> str:
    """The first of wanted-2, wanted-3, ... that is not taken."""
    return next(slug for n in itertools.count(2) if not is_taken(slug := f"{wanted[: length - 5]}-{n}"))


def absolute(path: str) -> str:
    """The whole address of a path of this site. One that is whole already, such as a media host's, stays."""
    if path.startswith("/") and not path.startswith("//"):
        return f"{settings.SITE_URL}{path}"  # the usual case
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


def network_of(address: str) -> str:
    """Whom to count as one: an IPv4 address, or the /64 of an IPv6 one, all of which its owner may use."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
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
