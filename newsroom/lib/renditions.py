"""The copies of a stored picture that pages show: which there are to be, making them, and reading what a row says of
them. They stand beside the picture: photos/3f/a2b1c4d5e6.jpg has photos/3f/a2b1c4d5e6-640.avif and its like.

A name follows from the picture's content and, where it is cut, from the focal point: what has a name never changes,
so that caches may keep it for ever, and what exists need not be made again.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from django.core.files.storage import default_storage
from PIL import Image

from newsroom.lib import images

WIDTHS = (320, 640, 750, 960, 1280, 1920)  # pixels, of the whole picture; 750: a phone of 375 points
_FIRST = 960  # the one that the upload itself makes, and that those get who take only one
SHAPES = {"social": (1200, 630), "1x1": (1200, 1200), "4x3": (1200, 900), "16x9": (1200, 675)}  # around the focal point

# By file ending, in the order in which they are made: Pillow's name, and how it is to write it.
_JPEG = {"quality": 80, "progressive": True, "optimize": True}
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpg": ("JPEG", _JPEG),
    "webp": ("WEBP", {"quality": 78, "method": 4}),
    # One thread: it is never urgent, and the readers' requests want the other processors.
    "avif": ("AVIF", {"quality": 55, "speed": 8, "max_threads": 1}),
}
_BETTER = ("avif", "webp")  # than JPEG, in the order in which browsers are offered them
_STEP = 25  # percent: how finely site.css can place a focal point


class Rendition(NamedTuple):
    """One copy that is to be. box: what is cut out of the picture, in its pixels; None: the whole."""

    suffix: str
    size: tuple[int, int]
    box: tuple[float, float, float, float] | None = None


class Copy(NamedTuple):
    """One copy that exists. Its address is a path on this site."""

    address: str
    width: int
    height: int


# --- Which there are to be, and making them ----------------------------------------------------------------


def plan(size: tuple[int, int], focus: tuple[int, int]) -> list[Rendition]:
    """All copies of a picture of that size. focus: the focal point, in percent from the left and from the top."""
    if 0 in size:
        return []
    crops = [_crop(size, shape, focus) for shape in SHAPES]
    first, *rest = ([_whole(size, width, ending) for width in _widths(size[0])] for ending in _FORMATS)
    return [*first, *crops, *(rendition for group in rest for rendition in group)]


def first(size: tuple[int, int]) -> Rendition:
    """The one that is made at once, so that pages have something to show."""
    return _whole(size, [width for width in _widths(size[0]) if width <= _FIRST][-1], "jpg")


def make_missing(name: str, renditions: Iterable[Rendition]) -> None:
    """Make those that are not in storage yet, of the picture stored under that name. Raises whatever Pillow or the
    storage raise; those made before that stay."""
    missing = [rendition for rendition in renditions if not default_storage.exists(_name(name, rendition))]
    if missing:
        _forget_parts(name)
        with default_storage.open(name) as file:
            picture = images.opened(file)
        for rendition in missing:
            make(name, picture, rendition)


def make(name: str, picture: Image.Image, rendition: Rendition) -> None:
    smaller = picture.resize(rendition.size, Image.Resampling.LANCZOS, rendition.box, reducing_gap=2.0)
    picture_format, options = _FORMATS[rendition.suffix.rpartition(".")[2]]
    images.store(_name(name, rendition), images.encoded(smaller, picture_format, **options))


def existing(name: str, renditions: Iterable[Rendition]) -> dict[str, list[int]]:
    """Those in storage, as a row records them: width and height by suffix."""
    return {
        rendition.suffix: list(rendition.size)
        for rendition in renditions
        if default_storage.exists(_name(name, rendition))
    }


def _widths(full: int) -> list[int]:
    return [width for width in WIDTHS if width <= full] or [full]


def _whole(size: tuple[int, int], width: int, ending: str) -> Rendition:
    return Rendition(f"{width}.{ending}", (width, max(1, round(size[1] * width / size[0]))))


def _crop(size: tuple[int, int], shape: str, focus: tuple[int, int]) -> Rendition:
    """The largest window of that shape, its middle as near to the focal point as the picture's edges let it."""
    wanted = SHAPES[shape]
    scale = min(size[0] / wanted[0], size[1] / wanted[1])
    window = [side * scale for side in wanted]
    start = [
        min(max(full * percent / 100 - part / 2, 0), full - part)
        for full, percent, part in zip(size, focus, window, strict=True)
    ]
    box = (start[0], start[1], min(start[0] + window[0], size[0]), min(start[1] + window[1], size[1]))
    width, height = (max(1, round(side * min(scale, 1))) for side in wanted)
    return Rendition(f"{shape}-{focus[0]}-{focus[1]}.jpg", (width, height), box)


def _name(name: str, rendition: Rendition) -> str:
    return f"{_stem(name)}-{rendition.suffix}"


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122  # a tenth of what PurePath takes


def _forget_parts(name: str) -> None:
    """What a process left that was killed while it wrote."""
    if path := images.local_path(name):
        for part in path.parent.glob(f"{path.stem}*.part"):
            part.unlink(missing_ok=True)


# --- What a row says of them ---------------------------------------------------------------------------------


def jpeg(name: str, width: int, url: Callable[[str], str]) -> str:
    """The address of that copy of the whole picture. url: of a folder in storage; a sitemap's remembers."""
    folder, slash, stem = _stem(name).rpartition("/")
    return f"{url(folder + slash)}{quote(stem)}-{width}.jpg"


class Copies:
    """What exists, by the record that `existing` made. A damaged record costs its pictures, never the page."""

    def __init__(self, name: str, record: Any) -> None:
        self.whole: dict[str, list[Copy]] = {}  # by file ending, narrowest first
        self.crops: dict[str, Copy] = {}  # by shape
        address = default_storage.url(_stem(name)) if name and record else ""
        for suffix, width, height in _read(record) if address else ():
            copy = Copy(f"{address}-{suffix}", width, height)
            kind, _dot, ending = suffix.partition(".")
            if kind.isdecimal():
                self.whole.setdefault(ending, []).append(copy)
            else:
                self.crops[kind.partition("-")[0]] = copy
        for copies in self.whole.values():
            copies.sort(key=lambda copy: copy.width)

    @property
    def src(self) -> str:
        """For those that take only one."""
        found = self.whole.get("jpg") or self.whole.get("webp") or []
        near = [copy for copy in found if copy.width <= _FIRST] or found
        return near[-1].address if near else ""

    def sources(self) -> list[tuple[str, str]]:
        """Format and srcset of those better than JPEG; a format of which the widest is still to come must wait."""
        widest = max((copies[-1].width for copies in self.whole.values()), default=0)
        ready = [ending for ending in _BETTER if ending in self.whole and self.whole[ending][-1].width >= widest]
        return [(ending, self.srcset(ending)) for ending in ready]

    def srcset(self, ending: str) -> str:
        return ", ".join(f"{copy.address} {copy.width}w" for copy in self.whole.get(ending, []))


def _read(record: Any) -> Iterator[tuple[str, int, int]]:
    for entry in record.items() if isinstance(record, dict) else ():
        match entry:
            case str(suffix), [int(width), int(height)]:
                yield suffix, width, height


def in_a_page(photo: Any, *, sizes: str, lazy: bool, alt: str = "") -> dict[str, Any]:
    """What newsroom/_picture.html shows of a photo. sizes is the attribute of that name."""
    copies: Copies = photo.made
    return {
        "photo": photo,
        "src": copies.src,
        "sources": copies.sources(),
        "srcset": copies.srcset("jpg"),
        "sizes": sizes,
        "lazy": lazy,
        "alt": alt or photo.alt,
        "place": _place(photo.focus_x, photo.focus_y),
    }


def _place(x: int, y: int) -> str:
    """The classes that put the focal point into a card, which cuts its picture; none for the middle."""
    steps = [(axis, round(percent / _STEP) * _STEP) for axis, percent in (("x", x), ("y", y))]
    return " ".join(f"{axis}{step}" for axis, step in steps if step != 50)
