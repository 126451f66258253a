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

INLINE = {"a", "em", "strong", "i", "b", "s", "u", "sub", "sup", "small", "cite", "code", "abbr"}
VOID = {"br", "hr", "img"}
PULL_QUOTE = "pull-quote"  # the class of a blockquote that repeats words of the text in large type
_TAGS = {
    *INLINE,
    *VOID,
    *("p", "h2", "h3", "h4", "blockquote", "ul", "ol", "li", "pre"),
    *("figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "iframe", "object", "template", "noscript", "svg", "math"},
    attributes={
        "a": {"href"},
        "img": {"src", "alt", "width", "height", "data-file"},  # the last is the key of one of our photos
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan", "scope"},
    },
    allowed_classes={"blockquote": {PULL_QUOTE}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,  # set by our own pass, and for other hosts only
    strip_comments=True,
)
_NO_LINKS_IN = {"a", "code", "pre"}
# Where one word ends although no space stands there. PostgreSQL reads it too (articles/search_postgresql.py).
BLOCK_END = r"</(?:p|h\d|li|blockquote|pre|figcaption|caption|td|th|tr)>|<br>"
_PICTURE = re.compile(r"<img\b[^>]*>")  # the sanitiser's output: no bare ">" in attributes
_PHOTO = re.compile(r'\bdata-file="([0-9]{1,15})"')
_ALT = re.compile(r'\balt="\s*[^"\s]')
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
    spaced = re.sub(BLOCK_END, " ", html)
    parser = _Text()
    parser.feed(spaced)
    parser.close()
    return " ".join("".join(parser.words).split())


def substance(html: str) -> list[str]:
    """What a sanitised body gives its readers: its words, and where its links and pictures come from. An editor
    that only writes the same in other tags changes nothing of it."""
    return [plain_text(html), *re.findall(r'(?:href|src)="([^"]*)"', html)]


def photos_in(html: str) -> dict[int, bool]:
    """The keys of our photos that a sanitised body shows, in order, and whether each has its alternative text there."""
    photos: dict[int, bool] = {}
    for picture in _PICTURE.findall(html):
        if found := _PHOTO.search(picture):
            key = int(found[1])
            photos[key] = photos.get(key, True) and _ALT.search(picture) is not None
    return photos


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


def is_ours(address: str) -> bool:
    """Whether it stays on this site; mail and telephone numbers do. Raises ValueError for one like http://[x."""
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
        if tag == "img":
            given["src"] = given.get("src", "").removeprefix(settings.SITE_URL)
            if not self._is_own_picture(given["src"]):
                return
            if not re.fullmatch(r"[0-9]{1,15}", given.get("data-file", "0")):
                del given["data-file"]
        if tag == "a":
            given = self._link(given)
        if not given.get("class"):  # the cleaner leaves an empty one where it took a class
            given.pop("class", None)
        if tag not in VOID:
            self._open.append(tag)
        self.out.append(f"<{tag}{flatatt(given)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
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
        try:
            return {"href": href} if is_ours(href) else {"href": href, "rel": "noopener"}
        except ValueError:
            return {"href": ""}

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
    try:
        return linked if is_ours(href) else linked.replace('">', '" rel="noopener">', 1)
    except ValueError:  # no address after all
        return escape(address, quote=False)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
