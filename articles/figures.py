"""Pictures in a body. The body names each photo by its key (data-file), as the editor's picker wrote it; what a page
shows is the photo's copies of that moment."""

import re
from html.parser import HTMLParser
from pathlib import PurePath

from django.conf import settings
from django.forms.utils import flatatt
from django.template.loader import render_to_string

from articles.models import Photo
from newsroom.lib import renditions

_PICTURE = re.compile(r"<img\b[^>]*>")  # the sanitiser's output: no bare ">" in attributes
_SIZES = "(min-width: 64rem) 62rem, 100vw"  # as wide as the lead figure, at most


def illustrated(body: str) -> str:
    """A sanitised body with its pictures in all their copies. One query; none if it shows no photo."""
    found = [_attributes(tag) for tag in _PICTURE.findall(body)]
    keys = {key for attributes in found if (key := _key(attributes))}
    photos = Photo.objects.in_bulk(keys) if keys else {}
    return _PICTURE.sub(lambda tag: _set(_attributes(tag.group()), photos), body)


def with_keys(body: str) -> str:
    """The body with its photos' keys also where only an address was pasted, as of a picture of another page."""
    return _PICTURE.sub(lambda tag: _named(_attributes(tag.group())), body)


def shown_in(body: str) -> list[tuple[int, str]]:
    """Of each picture of a body: its photo's key (0: none) and its alternative text."""
    pictures = [_attributes(tag) for tag in _PICTURE.findall(body)]
    return [(_key(picture), picture.get("alt", "")) for picture in pictures]


def _set(attributes: dict[str, str], photos: dict[int, Photo]) -> str:
    photo = photos.get(_key(attributes))
    if photo is None or not photo.src:  # no photo, or nothing of it is there: the address is all we know
        attributes.pop("data-file", None)
        return f"<img{flatatt(attributes | {'loading': 'lazy'})}>"
    shown = renditions.in_a_page(photo, sizes=_SIZES, lazy=True, alt=attributes.get("alt", ""))
    return render_to_string("newsroom/_picture.html", shown).strip()


def _named(attributes: dict[str, str]) -> str:
    if not _key(attributes) and (photo := _photo_at(attributes.get("src", ""))):
        attributes["data-file"] = str(photo.pk)
    return f"<img{flatatt(attributes)}>"


def _photo_at(address: str) -> Photo | None:
    path = address.removeprefix(settings.SITE_URL).removeprefix(settings.MEDIA_URL)
    stem = re.sub(r"-[0-9]+$", "", str(PurePath(path).with_suffix("")) if path else "")
    return Photo.objects.filter(file__in=[f"{stem}.jpg", f"{stem}.png"]).first()


def _key(attributes: dict[str, str]) -> int:
    """0: it names no photo."""
    return int(attributes.get("data-file", "0"))


def _attributes(tag: str) -> dict[str, str]:
    reader = _Reader()
    reader.feed(tag)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = {name: value or "" for name, value in attrs}
