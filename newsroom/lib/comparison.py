"""Two versions of a text, word by word: what went is in <del>, what came in <ins>, all else stands as in the new one.

Works on sanitised HTML and keeps it valid: the elements are those of the new version, and of the old one only words
and pictures come along. A word counts as another one if it is formatted otherwise (bold, linked, a heading).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser
from itertools import groupby, pairwise, takewhile
from typing import Literal, NamedTuple

from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from newsroom.lib.markup import INLINE

_LARGEST = 400_000_000  # bits: of two texts this different, one replaces the other as a whole
_WORD = re.compile(r"\s+|[぀-ヿ㐀-鿿]|[^\W぀-ヿ㐀-鿿]+(?:['’‑-][^\W぀-ヿ㐀-鿿]+)*|[^\w\s]|_")
_BLOCKS = {"p", "h2", "h3", "h4", "li", "pre", "blockquote", "figcaption", "caption", "th", "td"}
_BEGINNINGS = _BLOCKS | {"figure", "hr"}
_HOLD_BLOCKS = {"", "blockquote", "li", "td", "th"}
_LISTS = {"ul", "ol"}
_WITHOUT_END = {"br", "hr"}

Kind = Literal["equal", "gone", "come"]


_START = "¶"
_SPECIAL = "&<>"  # each is a word of its own


class Piece(NamedTuple):
    """A word, a picture, or the beginning of a block."""

    key: tuple[object, ...]  # two pieces with the same key are the same
    html: str
    gap: str  # the space before it
    block: str  # the tag of the block that it begins, if it begins one
    inline: str  # the tags around it within its block, open


class Run(NamedTuple):
    kind: Kind
    old: range
    new: range


def compare_html(old: str, new: str) -> SafeString:
    """The new body with what came and what went marked in it."""
    before, after = _read(old), _read(new)
    runs = align([piece.key for piece in before.pieces], [piece.key for piece in after.pieces], _begins_block)
    return mark_safe(_Writer(before.pieces, after, runs).write())  # noqa: S308  # of sanitised parts


def compare_words(old: str, new: str) -> SafeString:
    """The same of two plain texts."""
    return compare_html(escape(old, quote=False), escape(new, quote=False))


def replaced(old: str, new: str) -> SafeString:
    """Of two values that are no texts: the old one, gone, and the new one."""
    shown = [format_html("{}{}", mark_safe(_mark("del", escape(old))) if old else "", " " if old and new else "")]  # noqa: S308
    return format_html("{}{}", shown[0], mark_safe(_mark("ins", escape(new))) if new else "")  # noqa: S308


# --- Aligning: the longest common subsequence -------------------------------------------------------------


def align(
    old: Sequence[object], new: Sequence[object], is_start: Callable[[object], bool] = lambda piece: False
) -> list[Run]:
    """What of the old went, what of the new came, in order. Small words that two changes have in common by chance are
    part of them.

    is_start: a piece with which a change should begin, if it may as well (of "¶ A ¶ B" went "¶ A", not "A ¶").
    """
    begin = _same(old, new)
    end = _same(old[begin:][::-1], new[begin:][::-1])
    last_old, last_new = len(old) - end, len(new) - end
    pairs = [(begin + i, begin + j) for i, j in common(old[begin:last_old], new[begin:last_new])]
    pairs = [(i, i) for i in range(begin)] + pairs + [(last_old + i, last_new + i) for i in range(end)]
    islands = _without_chance(_islands(pairs), len(old), len(new))
    for before, after in pairwise(islands):
        _move_to_start(before, after, old, new, is_start)
    return _runs([island for island in islands if island[2]], len(old), len(new))


def _same(old: Sequence[object], new: Sequence[object]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def common(old: Sequence[object], new: Sequence[object]) -> list[tuple[int, int]]:
    """The places of a longest common subsequence, by Hyyrö's bit-parallel method: a row of the table is one number
    with a bit for each old piece, 0 where the length grows. 10,000 words by 10,000 take some 30 ms, whatever they are.
    """
    if not old or not new or len(old) * len(new) > _LARGEST:
        return []
    places: dict[object, int] = {}
    for place, piece in enumerate(old):
        places[piece] = places.get(piece, 0) | 1 << place
    everything = (1 << len(old)) - 1
    row, rows = everything, []
    for piece in new:
        matches = row & places.get(piece, 0)
        row = ((row + matches) | (row - matches)) & everything
        rows.append(row)
    return _walk_back(rows, len(old))


def _walk_back(rows: list[int], column: int) -> list[tuple[int, int]]:
    pairs = []
    line = len(rows)
    while line and column:
        bit = 1 << (column - 1)
        if rows[line - 1] & bit:
            column -= 1
            continue
        line -= 1
        if not line or rows[line - 1] & bit:
            column -= 1
            pairs.append((column, line))
    return pairs[::-1]


def _islands(pairs: list[tuple[int, int]]) -> list[list[int]]:
    """Stretches that are the same in both: [place in the old, place in the new, length]."""
    islands: list[list[int]] = []
    for i, j in pairs:
        if islands and (i, j) == (islands[-1][0] + islands[-1][2], islands[-1][1] + islands[-1][2]):
            islands[-1][2] += 1
        else:
            islands.append([i, j, 1])
    return islands


def _without_chance(islands: list[list[int]], old: int, new: int) -> list[list[int]]:
    """An "of the" in the middle of two rewritten sentences is no more than what they have in common by chance."""
    kept: list[list[int]] = []
    for number, island in enumerate(islands):
        i, j, length = island
        done_old, done_new = (kept[-1][0] + kept[-1][2], kept[-1][1] + kept[-1][2]) if kept else (0, 0)
        next_old, next_new = islands[number + 1][:2] if number + 1 < len(islands) else (old, new)
        before = max(i - done_old, j - done_new)
        after = max(next_old - i - length, next_new - j - length)
        if length > 3 or length * 2 > min(before, after):
            kept.append(island)
    return kept


def _move_to_start(
    before: list[int],
    after: list[int],
    old: Sequence[object],
    new: Sequence[object],
    is_start: Callable[[object], bool],
) -> None:
    """What lies between the two islands moves towards the beginning, until it begins with a start."""
    end_old, end_new = before[0] + before[2], before[1] + before[2]
    if (end_old == after[0]) == (end_new == after[1]):
        return  # something went and something came
    pieces, end, last = (new, end_new, after[1]) if end_old == after[0] else (old, end_old, after[0])
    if is_start(pieces[end]):
        return
    for step in range(1, before[2] + 1):
        if pieces[end - step] != pieces[last - step]:
            return
        if is_start(pieces[end - step]):
            before[2] -= step
            after[0], after[1], after[2] = after[0] - step, after[1] - step, after[2] + step
            return


def _runs(islands: list[list[int]], old: int, new: int) -> list[Run]:
    runs, i, j = [], 0, 0
    for at_old, at_new, length in [*islands, [old, new, 0]]:
        if at_old > i:
            runs.append(Run("gone", range(i, at_old), range(j, j)))
        if at_new > j:
            runs.append(Run("come", range(at_old, at_old), range(j, at_new)))
        i, j = at_old + length, at_new + length
        if length:
            runs.append(Run("equal", range(at_old, i), range(at_new, j)))
    return runs


# --- Reading ----------------------------------------------------------------------------------------------


@dataclass
class _Text:
    pieces: list[Piece] = field(default_factory=list)
    events: list[tuple[str, str, int]] = field(default_factory=list)  # (start | end | piece, tag, place)
    tags: list[str] = field(default_factory=list)  # the start tags, by place


def _read(html: str) -> _Text:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text


class _Reader(HTMLParser):
    """Sanitised, and so well-formed, HTML as pieces and the tags between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = _Text()
        self._open: list[tuple[str, str]] = []
        self._inline = ""
        self._gap = ""
        self._is_first = True  # of its block: whatever space is before it

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = f"<{tag}{flatatt({name: value or '' for name, value in attrs})}>"
        if tag == "img":
            self._add((written,), written)
            return
        self.text.events.append(("start", tag, len(self.text.tags)))
        self.text.tags.append(written)
        if tag not in _WITHOUT_END:
            self._open.append((tag, written))
        if tag == "br":
            self._gap = " "
        elif tag in INLINE:
            self._inline += written
        elif tag in _BEGINNINGS:
            self._gap = ""
            self._add((tag, _START), "", block=tag)
            self._is_first = True

    def handle_endtag(self, tag: str) -> None:
        if tag in _WITHOUT_END:
            return
        self._open.pop()
        self._inline = "".join(written for name, written in self._open if name in INLINE)
        self.text.events.append(("end", tag, 0))
        if tag not in INLINE:
            self._gap, self._is_first = "", True

    def handle_data(self, data: str) -> None:
        block, inline = self._block(), self._inline
        gap, is_first = self._gap, self._is_first
        pieces, events = self.text.pieces, self.text.events
        for word in _WORD.findall(data):
            if word.isspace():
                gap = word
                continue
            key = (block, inline, word, bool(gap) or is_first)
            if is_first and block != "pre":
                gap = ""
            events.append(("piece", "", len(pieces)))
            pieces.append(Piece(key, word if word not in _SPECIAL else escape(word, quote=False), gap, "", inline))
            gap, is_first = "", False
        self._gap, self._is_first = gap, is_first

    def _add(self, key: tuple[object, ...], html: str, block: str = "") -> None:
        gap = "" if self._is_first and self._block() != "pre" else self._gap
        self.text.events.append(("piece", "", len(self.text.pieces)))
        self.text.pieces.append(Piece(key, html, gap, block, self._inline))
        self._gap, self._is_first = "", False

    def _block(self) -> str:
        """The tag of the block that is open, if one is."""
        return next((name for name, _written in reversed(self._open) if name in _BLOCKS), "")


def _begins_block(key: object) -> bool:
    return isinstance(key, tuple) and key[-1] == _START


# --- Writing ----------------------------------------------------------------------------------------------


class _Writer:
    """Walks through the new version. What went is put in where it stood: words into their block, whole blocks at the
    next place where the elements around allow for one."""

    def __init__(self, old: list[Piece], text: _Text, runs: list[Run]) -> None:
        self._old, self._text = old, text
        self._gone = {run.new.start: [old[i] for i in run.old] for run in runs if run.kind == "gone"}
        self._come = {j for run in runs if run.kind == "come" for j in run.new}
        self._out: list[str] = []
        self._inserted: list[str] = []  # a stretch that is not written yet
        self._waiting: list[list[Piece]] = []  # whole blocks that went
        self._open: list[str] = []

    def write(self) -> str:
        if 0 in self._gone:
            self._take_gone(0)
        for kind, tag, place in self._text.events:
            if kind == "piece":
                self._piece(place)
                continue
            if self._inserted:
                self._flush()
            if self._waiting:
                self._put_blocks(is_leaving=kind == "end")
            if kind == "start":
                self._out.append(self._text.tags[place])
                if tag not in _WITHOUT_END:
                    self._open.append(tag)
            else:
                self._open.pop()
                self._out.append(f"</{tag}>")
        self._flush()
        self._put_blocks()
        return "".join(self._out)

    def _piece(self, place: int) -> None:
        piece = self._text.pieces[place]
        if place in self._come:
            self._inserted.append(piece.gap + (piece.html or self._new_block(place)))
        else:
            if self._inserted:
                self._flush()
            self._out.append(piece.gap + piece.html)
        if place + 1 in self._gone:
            self._take_gone(place + 1)

    def _new_block(self, place: int) -> str:
        """A sign where words that stood in one block stand in two now."""
        follows = place + 1
        is_split = follows < len(self._text.pieces) and follows not in self._come
        return f"{_START} " if is_split and not self._text.pieces[follows].block else ""

    def _take_gone(self, place: int) -> None:
        """What stood before this place of the new version."""
        gone = self._gone[place]
        self._flush()
        words, blocks = _split(gone)
        if place < len(self._text.pieces) and not self._text.pieces[place].block:
            words, blocks = gone, []  # the block goes on: it is one now
        if words and not self._waiting and self._takes_words():
            self._out.append(_mark("del", _words_of(words, within_block=True)))
            if place < len(self._text.pieces) and self._text.pieces[place].key[-1] is True:
                self._out.append(" " if not self._text.pieces[place].gap else "")  # it was not the first word, then
        elif words:
            blocks = [words, *blocks]
        self._waiting += blocks

    def _takes_words(self) -> bool:
        return not self._open or self._open[-1] in INLINE or self._open[-1] in _BLOCKS

    def _put_blocks(self, *, is_leaving: bool = False) -> None:
        around = self._open[-1] if self._open else ""
        if around in _LISTS:
            items = list(takewhile(lambda block: block[0].block == "li", self._waiting))
            self._out += [f"<li>{_mark('del', _words_of(item))}</li>" for item in items]
            self._waiting = self._waiting[len(items) :]
        elif around in _HOLD_BLOCKS and not (around and is_leaving):
            for is_list, blocks in groupby(self._waiting, lambda block: block[0].block == "li"):
                written = "".join(_whole(block) for block in blocks)
                self._out.append(f"<ul>{written}</ul>" if is_list else written)
            self._waiting = []

    def _flush(self) -> None:
        written = "".join(self._inserted)
        self._out.append(_mark("ins", written) if written.strip() else written)
        self._inserted.clear()


def _split(gone: list[Piece]) -> tuple[list[Piece], list[list[Piece]]]:
    """The end of a block, and the whole blocks after it."""
    words: list[Piece] = []
    blocks: list[list[Piece]] = []
    for piece in gone:
        if piece.block:
            blocks.append([piece])
        else:
            (blocks[-1] if blocks else words).append(piece)
    return words, [block for block in blocks if any(piece.html for piece in block)]


def _whole(block: list[Piece]) -> str:
    tag = block[0].block if block[0].block in {"h2", "h3", "h4", "pre", "li"} else "p"
    return f"<{tag}>{_mark('del', _words_of(block))}</{tag}>"


def _words_of(pieces: list[Piece], *, within_block: bool = False) -> str:
    """Words with their formatting, and a sign where a block began."""
    out: list[str] = []
    inline = ""
    for number, piece in enumerate(pieces):
        gap = piece.gap or (" " if piece.key[-1] is True and number and not pieces[number - 1].block else "")
        if piece.inline != inline:
            out += [_closing(inline), gap, piece.inline]
            inline = piece.inline
        else:
            out.append(gap)
        out.append(piece.html or (f" {_START} " if number or within_block else ""))
    return "".join([*out, _closing(inline)])


def _closing(tags: str) -> str:
    return "".join(f"</{name}>" for name in re.findall(r"<(\w+)", tags)[::-1])


def _mark(tag: str, html: str) -> str:
    """For those who hear it, the mark is said in words; for those who see it, it is more than a colour (the style
    sheets)."""
    begin, end = _said(tag, get_language())
    return f"<{tag}>{begin}{html}{end}</{tag}>"


@cache
def _said(tag: str, language: str | None) -> tuple[str, str]:
    begin = _("[added:]") if tag == "ins" else _("[removed:]")
    return f'<span class="unseen">{begin} </span>', f'<span class="unseen"> {_("[end]")} </span>'
