"""What photographers and agencies write into a picture's file: its caption, its credit, its alternative text."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, cast

from PIL import Image, ImageFile, IptcImagePlugin

from newsroom.lib import images

# Numbers of IPTC's record 2. XMP says the same under names.
_CAPTION, _BYLINE, _CREDIT, _COPYRIGHT = (2, 120), (2, 80), (2, 110), (2, 116)
_CHARACTER_SET, _UTF_8 = (1, 90), b"\x1b%G"


class Words(NamedTuple):
    caption: str = ""
    credit: str = ""
    alt: str = ""


def read_words(file: Any) -> Words:
    """What IPTC, or else XMP, say in a checked picture. Empty where they say nothing or cannot be read."""
    file.seek(0)
    with Image.open(file, formats=images.READ) as picture:
        iptc, xmp = _tried(_iptc, picture), _tried(_xmp, picture)
    file.seek(0)
    credits_ = [iptc.get(_BYLINE) or xmp.get("creator", ""), iptc.get(_CREDIT) or xmp.get("Credit", "")]
    return Words(
        caption=iptc.get(_CAPTION) or xmp.get("description", ""),
        credit=" / ".join(dict.fromkeys(filter(None, credits_))) or iptc.get(_COPYRIGHT) or xmp.get("rights", ""),
        alt=xmp.get("AltTextAccessibility", ""),
    )


def _tried(read: Callable[[Image.Image], dict[Any, str]], picture: Image.Image) -> dict[Any, str]:
    try:
        return read(picture)
    except Exception:  # as with pixels: broken metadata makes Pillow stumble in many ways
        return {}


def _iptc(picture: Image.Image) -> dict[tuple[int, int], str]:
    found = IptcImagePlugin.getiptcinfo(cast("ImageFile.ImageFile", picture)) or {}
    is_utf_8 = found.get(_CHARACTER_SET) == _UTF_8
    return {number: _plain(_decoded(value, is_utf_8) for value in _as_list(value)) for number, value in found.items()}


def _decoded(value: Any, is_utf_8: bool) -> str:
    """Many write UTF-8 and do not say so; what is not is the Windows of its day."""
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return bytes(value).decode("utf-8" if is_utf_8 else "cp1252", "replace")


def _xmp(picture: Image.Image) -> dict[str, str]:
    """By the names' last parts, whichever of the forms was used that XMP has for the same."""
    meta = picture.getxmp().get("xmpmeta", {})
    found: dict[str, str] = {}
    for description in _as_list(meta.get("RDF", {}).get("Description", {})):
        for name, value in description.items():
            found.setdefault(name, _plain(_texts(value)))
    return found


def _texts(value: Any) -> Iterator[str]:
    """All text in a value of any shape: text, a list, or a tree of Alt, Seq, li with attributes beside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value[:1] if all(isinstance(part, dict) for part in value) else value:  # of languages, the first
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in {"Alt", "Seq", "Bag", "li", "text"}:
                yield from _texts(inner)


def _plain(texts: Iterable[str]) -> str:
    """One line, without what databases refuse."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]+", " ", ", ".join(filter(None, texts))).split())


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
