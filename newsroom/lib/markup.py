"""Rich text: what may stand in a body, and what can be read out of it."""

import re
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import nh3
from django.conf import settings
from django.db import models
from django.forms.utils import flatatt
from django.utils.html import strip_tags, urlize

_TAGS = {
    *("p", "h2", "h3", "h4", "br", "hr", "blockquote", "ul", "ol", "li", "a"),
    *("em", "strong", "i", "b", "s", "u", "sub", "sup", "small", "cite", "code", "pre", "abbr"),
    *("figure", "figcaption", "img", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "svg", "math"},
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,  # set by our own pass, and for other hosts only
    strip_comments=True,
)
_NO_LINKS_IN = {"a", "code", "pre"}
_VOID = {"br", "hr", "img"}
_LOCAL_ADDRESS = re.compile(r'\b(href|src)="(?![a-zA-Z][a-zA-Z0-9+.-]*:)([^"]*)"')


def sanitise(html: str) -> str:
    """Only what the allow-list names; bare addresses become links; links to other hosts get rel="noopener".

    Applying it again changes nothing. Pictures of other hosts are dropped: nothing on our pages comes from there.
    """
    finish = _Finish()
    finish.feed(_CLEANER.clean(html))
    finish.close()
    written = "".join(finish.out)
    return "" if _is_empty(written) else written


def plain_text(html: str) -> str:
    """The words alone, one space between them."""
    spaced = re.sub(r"(</(?:p|h\d|li|blockquote|figcaption|td|th|tr)>|<br>)", r"\1 ", html)
    parser = _Text()
    parser.feed(spaced)
    parser.close()
    return " ".join("".join(parser.words).split())


def with_whole_addresses(html: str, page: str) -> str:
    """Our own HTML for where it is read elsewhere: links and pictures with the host, seen from that page's address."""

    def whole(tag: re.Match[str]) -> str:
        return _LOCAL_ADDRESS.sub(lambda found: f'{found[1]}="{urljoin(page, found[2])}"', tag.group())

    return re.sub(r"<(?:a|img)\b[^>]*>", whole, html)


class SanitisedHTMLField(models.TextField):
    """A body: sanitised wherever a row is written (save, bulk_create, update), not only in forms."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return sanitise(value) if isinstance(value, str) else value


def _is_empty(html: str) -> bool:
    return "<img" not in html and not strip_tags(html).strip()


def _is_ours(address: str) -> bool:
    host = urlsplit(address).hostname
    return host is None or host == urlsplit(settings.SITE_URL).hostname


class _Finish(HTMLParser):
    """A pass over the cleaner's well-formed output: links and pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img" and not self._is_own_picture(given.get("src", "")):
            return
        if tag == "a":
            given = self._link(given)
        if tag not in _VOID:
            self._open.append(tag)
        self.out.append(f"<{tag}{flatatt(given)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._open.pop()
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if _NO_LINKS_IN.isdisjoint(self._open) and ("://" in data or "www." in data):
            self.out.append(_link_bare_addresses(data))
        else:
            self.out.append(escape(data, quote=False))

    def _link(self, given: dict[str, str]) -> dict[str, str]:
        href = given.get("href", "").strip()
        if href.startswith("//"):  # would follow the page's scheme to another host
            href = "https:" + href
        return {"href": href} if _is_ours(href) else {"href": href, "rel": "noopener"}

    def _is_own_picture(self, source: str) -> bool:
        return source.startswith((settings.MEDIA_URL, settings.STATIC_URL)) and "/../" not in source


_BARE_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"'“”‘’]+", re.IGNORECASE)


def _link_bare_addresses(text: str) -> str:
    # Django's urlize knows what punctuation ends an address; only what looks like one is handed to it, since it
    # would also link every "St.com" of a sentence.
    pieces, last = [], 0
    for match in _BARE_ADDRESS.finditer(text):
        pieces += [escape(text[last : match.start()], quote=False), _anchor(match.group())]
        last = match.end()
    return "".join([*pieces, escape(text[last:], quote=False)])


def _anchor(address: str) -> str:
    linked = urlize(address, autoescape=True)
    href = address if "//" in address else f"https://{address}"
    return linked if _is_ours(href) else linked.replace('">', '" rel="noopener">', 1)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
