"""A body as its page shows it: headings to jump to, pull quotes, the marks of paid links, numbered notes for print."""

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import chain, count
from urllib.parse import urljoin

from django.conf import settings
from django.forms.utils import flatatt
from django.utils.text import slugify

from newsroom.lib.markup import INLINE, PULL_QUOTE, VOID, is_ours

_WORDS_A_MINUTE = 230  # of somebody who reads the news for pleasure
_LONG = 900  # words, from which a piece has a list of its contents
_WITHOUT_SPACES = re.compile("[぀-ヿ㐀-鿿]{1,2}")  # Japanese and Chinese: two characters are about a word


@dataclass(frozen=True)
class Heading:
    anchor: str  # its id
    text: str


@dataclass(frozen=True)
class Typeset:
    html: str
    headings: list[Heading]  # of the first rank
    addresses: list[str]  # where its links lead, as print numbers them
    words: int

    @property
    def minutes(self) -> int:
        """How long it takes to read, at least one."""
        return max(1, round(self.words / _WORDS_A_MINUTE))

    @property
    def contents(self) -> list[Heading]:
        """Only of a long piece."""
        return self.headings if self.words >= _LONG and len(self.headings) >= 3 else []


def typeset(body: str, *, is_paid_for: bool = False) -> Typeset:
    """Set a sanitised body. Its links to other sites say rel="sponsored" if somebody pays for the piece.

    Headings get ids made of their words, with a prefix that no other id of a page has. A pull quote whose words
    stand in the text, too, is not read out twice; links within one are dropped.
    """
    setter = _Typesetter(is_paid_for)
    setter.feed(body)
    setter.close()
    return setter.result()


@dataclass
class _Element:
    tag: str
    attrs: dict[str, str | None]
    at: int  # the place of its start tag in the output
    said: int  # where its text begins


class _Typesetter(HTMLParser):
    """One pass. What depends on an element's text is decided at its end, when its start tag is written anew."""

    def __init__(self, is_paid_for: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._is_paid_for = is_paid_for
        self._out: list[str] = []
        self._said: list[str] = []
        self._open: list[_Element] = []
        self._quotes: list[tuple[int, str]] = []  # place of the start tag, first line
        self._anchors: set[str] = set()
        self._headings: list[Heading] = []
        self._notes: dict[str, int] = {}

    def result(self) -> Typeset:
        text = "".join(self._said)
        known = _letters(text)
        for at, line in self._quotes:
            hidden = ' aria-hidden="true"' if _letters(line) in known else ""
            self._out[at] = f'<aside class="pull-quote"{hidden}>'
        words = len(_WITHOUT_SPACES.sub(" x ", text).split())
        return Typeset("".join(self._out), self._headings, list(self._notes), words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(_Element(tag, dict(attrs), len(self._out), len(self._said)))
        else:
            self._said.append(" ")
        self._out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        element = self._open.pop()
        self._out.append(f"</{tag}>")
        if tag not in INLINE:
            self._said.append("\n")
        text = "".join(self._said[element.said :]).strip()
        if _is_pull_quote(element):
            self._set_quote(element, text)
        elif tag in {"h2", "h3", "h4"} and text and not self._is_in_quote():
            self._set_heading(element, " ".join(text.split()))
        elif tag == "a":
            self._set_link(element, text)

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        self._out.append(escape(data, quote=False))

    def _is_in_quote(self) -> bool:
        return any(map(_is_pull_quote, self._open))

    def _set_quote(self, element: _Element, text: str) -> None:
        del self._said[element.said :]  # it is not part of the text
        self._quotes.append((element.at, text.partition("\n")[0]))
        self._out[-1] = "</aside>"

    def _set_heading(self, element: _Element, text: str) -> None:
        name = "part-" + slugify(text, allow_unicode=True)[:60].strip("-_")
        names = chain([name], (f"{name}-{number}" for number in count(2)))
        anchor = next(name for name in names if name not in self._anchors)
        self._anchors.add(anchor)
        self._out[element.at] = f'<{element.tag} id="{anchor}">'
        if element.tag == "h2":
            self._headings.append(Heading(anchor, text))

    def _set_link(self, element: _Element, text: str) -> None:
        if self._is_in_quote():
            self._out[element.at] = self._out[-1] = ""
            return
        href = element.attrs.get("href") or ""
        given = {"href": href}
        if not is_ours(href):
            given["rel"] = "sponsored noopener" if self._is_paid_for else "noopener"
        if note := self._note(href, text):
            given["data-note"] = str(note)
        self._out[element.at] = f"<a{flatatt(given)}>"

    def _note(self, href: str, text: str) -> int | None:
        """The number under which print names the address, unless the link's words are the address."""
        address = urljoin(f"{settings.SITE_URL}/", href).removeprefix("mailto:").removeprefix("tel:")
        if not href or href.startswith("#") or _bare(address) == _bare(text):
            return None
        return self._notes.setdefault(address, len(self._notes) + 1)


def _is_pull_quote(element: _Element) -> bool:
    return element.attrs.get("class") == PULL_QUOTE


def _letters(text: str) -> str:
    """What is left of a text when marks, spaces and capitals are taken for nothing."""
    return "".join(filter(str.isalnum, text.casefold()))


def _bare(address: str) -> str:
    return address.rpartition("://")[2].rstrip("/")
