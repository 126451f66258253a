"""Taking words out of texts: found however they are spaced, written large or small, or set in markup."""

import re
import unicodedata
from collections.abc import Callable
from html import escape, unescape
from typing import Any
from urllib.parse import unquote_plus

from django.utils.text import slugify

_TAG = "\0"  # stands for a tag; no text has it
_PIECE = re.compile(r"<[^>]*>|&[^;\s<]{1,32};|.", re.DOTALL)
_SHOWN_ATTRIBUTE = re.compile(r'\b(alt|href|title)="([^"]*)"')
_HOST_IN_ASCII = re.compile(r"\bxn--([a-z0-9-]+)", re.IGNORECASE)  # a label of it, RFC 5891 and 3492


class Redaction:
    def __init__(self, passage: str, instead: str) -> None:
        """The passage is at least one letter or digit; what comes instead must not hold it again."""
        self.passage = passage
        self.instead = instead
        self._pattern = _pattern(passage)
        self._in_addresses = {_spoken(passage), _spoken(slugify(passage))} - {""}

    def count(self, text: str) -> int:
        return len(self._pattern.findall(text))

    def is_in_address(self, address: str) -> bool:
        """Whether a web address says it, as it is or as ours are spelt: /zoe-muller/, ?q=zo%C3%AB+m%C3%BCller."""
        spoken = f" {_spoken(_HOST_IN_ASCII.sub(_as_read, unquote_plus(address)))} "
        return self.count(address) > 0 or any(f" {words} " in spoken for words in self._in_addresses)

    def of_text(self, text: str) -> str:
        return self._pattern.sub(lambda found: self.instead, text)

    def of_html(self, html: str) -> str:
        """Elements stay, also those that began or ended within the passage."""
        pieces = _PIECE.findall(html)
        letters = "".join(_TAG if piece.startswith("<") else unescape(piece)[:1] for piece in pieces)
        out: list[str] = []
        done = 0
        for found in self._pattern.finditer(letters):
            out += pieces[done : found.start()]
            out.append(escape(self.instead, quote=False))
            out += [piece for piece in pieces[found.start() : found.end()] if piece.startswith("<")]
            done = found.end()
        written = "".join([*out, *pieces[done:]])
        return re.sub(r"<[^>]*>", lambda tag: _SHOWN_ATTRIBUTE.sub(self._of_attribute, tag.group()), written)

    def of_value(self, value: Any, html: bool = False) -> Any:
        """A number stays one."""
        if not isinstance(value, str):
            return value
        return self.of_html(value) if html else self.of_text(value)

    def _of_attribute(self, found: re.Match[str]) -> str:
        name, value = found[1], unescape(found[2])
        if name == "href":
            return 'href=""' if self.is_in_address(value) else found.group()
        taken = self.of_text(value)
        return f'{name}="{escape(taken)}"' if taken != value else found.group()


def _as_read(label: re.Match[str]) -> str:
    try:
        return label[1].encode("ascii").decode("punycode")
    except UnicodeError:
        return label[0]


def _spoken(text: str) -> str:
    """Its words without what stands between them."""
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", text).casefold())).strip()


def _pattern(passage: str) -> re.Pattern[str]:
    forms = {unicodedata.normalize(form, " ".join(passage.split())) for form in ("NFC", "NFD")}
    return re.compile("|".join(sorted(map(_of_form, forms))), re.IGNORECASE)


def _of_form(passage: str) -> str:
    between: Callable[[str], str] = lambda sign: rf"[\s{_TAG}­]+" if sign == " " else re.escape(sign)  # noqa: E731
    written = f"[{_TAG}\u00ad]*".join(between(sign) for sign in passage)
    begin = r"(?<!\w)" if re.match(r"\w", passage) else ""
    end = r"(?!\w)" if re.search(r"\w$", passage) else ""
    return begin + written + end
