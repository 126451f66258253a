"""What differs between two versions of a story, in the reader's order: for the desk, and for readers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Article, Attachment, Label, Photo, Story, Tag
from authors.models import Author
from categories.models import Category
from newsroom.lib.comparison import compare_html, compare_words, replaced

_WORDS = ("kicker", "headline", "standfirst")  # those that readers read, above the body
_MORE_WORDS = ("slug", "sponsor", "agency", "sensitive_note", "search_title", "search_description", "canonical_url")
_ROWS: dict[str, type[models.Model]] = {
    "lead_photo": Photo,
    "category": Category,
    "further_categories": Category,
    "bylines": Author,
    "attachments": Attachment,
    "tags": Tag,
    "related": Article,
}


@dataclass(frozen=True)
class Difference:
    name: str
    shown: SafeString
    is_body: bool = False


def all_differences(old: Story, new: Story) -> list[Difference]:
    """Everything an editor can change."""
    found = [*_words(_WORDS, old, new), *_body(old, new), *_words(_MORE_WORDS, old, new), *_rows(old, new)]
    found += _values("label", old, new, lambda value: str(dict(Label.choices).get(value, "")))
    found += _values("comments_open", old, new, lambda value: _("yes") if value else _("no"))
    return found


def differences_for_readers(old: Story, new: Story) -> list[Difference]:
    """What they read: the words of the story."""
    return [*_words(_WORDS, old, new), *_body(old, new)]


def _words(names: Iterable[str], old: Story, new: Story) -> list[Difference]:
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return [Difference(_label(name), compare_words(one, other)) for name, one, other in pairs if one != other]


def _body(old: Story, new: Story) -> list[Difference]:
    if old.body == new.body:
        return []
    return [Difference(_label("body"), compare_html(old.body, new.body), is_body=True)]


def _rows(old: Story, new: Story) -> list[Difference]:
    changed = [name for name in _ROWS if getattr(old, name) != getattr(new, name)]
    return [Difference(_label(name), _of_rows(name, getattr(old, name), getattr(new, name))) for name in changed]


def _of_rows(name: str, old: Any, new: Any) -> SafeString:
    """Each by its name: those that went, came, or stayed."""
    before, after = _keys(old), _keys(new)
    known = _ROWS[name]._default_manager.in_bulk({*before, *after})
    names = {pk: str(known.get(pk) or _("(deleted: %s)") % pk) for pk in (*before, *after)}
    shown = [replaced(names[pk], "") for pk in before if pk not in after]
    shown += [format_html("{}", names[pk]) if pk in before else replaced("", names[pk]) for pk in after]
    return format_html_join(", ", "{}", ((part,) for part in shown))


def _values(name: str, old: Story, new: Story, said: Callable[[Any], str]) -> list[Difference]:
    one, other = getattr(old, name), getattr(new, name)
    return [Difference(_label(name), replaced(said(one), said(other)))] if one != other else []


def _keys(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _label(name: str) -> str:
    names = {
        "bylines": _("Bylines"),
        "attachments": _("Attachments"),
        "further_categories": _("Further categories"),
        "related": _("You may also like"),
    }
    if name in names:
        return names[name]
    label = str(Article._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # these have one
    return label[:1].upper() + label[1:]
