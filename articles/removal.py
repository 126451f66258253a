"""Legal removal: a name or a passage goes out of every copy of one story, and a signed mark of it stays.

Of what lies in this database, that is every revision, autosave and row of the story, what the desk wrote about it, and
what is made from these: links of a body, the list of links to look up, search, feeds, kept pages, "What changed", the
corrections. Comments are not touched: the moderators remove those. Nor are the story's own addresses, pictures,
backups, and what others have copied: see `by_hand`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _

from articles import figures, links, search
from articles.models import Article, Attachment, Photo, Revision, Story, Tag
from newsroom.lib.caching import forget_all
from newsroom.lib.redaction import Redaction

# Rows of one story in which its words may stand, besides its own: the model, and how the row names its story.
# Whoever adds such a model adds it here.
_ABOUT_A_STORY = tuple((f"articles.{model}", "article") for model in ("Autosave", "ErrorReport", "Note", "Step"))
_TEXTS = (models.CharField, models.TextField, models.JSONField)
_NOT_WORDS = {"slug", "kind", "status", "state", "trace", "label", "canonical_url"}


@dataclass(frozen=True)
class Place:
    name: str
    count: int


def find(article: Article, redaction: Redaction) -> list[Place]:
    """Where the words stand that remove() would take out."""
    places = [Place(_place(row), _count(row, fields, redaction)) for row, fields in _copies(article)]
    return [place for place in places if place.count]


def by_hand(article: Article, redaction: Redaction) -> list[str]:
    """Where they stand, and an editor must decide: these are shared with other stories, or addresses."""
    versions = _versions(article)
    addresses = dict.fromkeys(article.slugs.values_list("slug", flat=True))
    for story in versions:
        addresses |= dict.fromkeys((story.slug, story.canonical_url))
    found = [_("the address “%s”") % address for address in addresses if redaction.is_in_address(address)]
    photos = Photo.objects.filter(pk__in=_photos_of(versions)).order_by("pk")
    found += [_("the words of the photo “%s”") % photo for photo in photos if _says(photo, redaction)]
    topics = Tag.objects.filter(pk__in={key for story in versions for key in story.tags}).order_by("pk")
    found += [_("the topic “%s”") % tag for tag in topics if redaction.count(tag.name)]
    attachments = Attachment.objects.filter(pk__in={key for story in versions for key in story.attachments})
    found += [_("the attachment “%s”") % row for row in attachments.order_by("pk") if _leads_to(row, redaction)]
    return found


def remove(article: Article, redaction: Redaction, *, by: Any, reason: str) -> list[int]:
    """All or nothing. Returns the numbers of the revisions that have lost words.

    A new revision on top makes sure that whoever has the old words in an open form is warned before they come back.
    """
    changed: list[int] = []
    with transaction.atomic():
        story = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        links.forget((version.body for version in _versions(story)), redaction.is_in_address)
        for row, fields in list(_copies(story)):
            if not _count(row, fields, redaction):
                continue
            values = {name: _without(row, name, redaction) for name in fields}
            if isinstance(row, Revision):
                row.take_words_out(values["story"], values["note"], by=by.get_username(), reason=reason)
                changed.append(row.number)
            else:
                for name, value in values.items():
                    setattr(row, name, value)
                row.save(update_fields=list(values))
        newest = story.latest_revision()
        if changed and newest:
            story.save_draft(newest.read(), by=by)
        search.forget(redaction.passage)
        transaction.on_commit(forget_all, robust=True)
    article.refresh_from_db()
    return sorted(changed)


def _versions(article: Article) -> list[Story]:
    """What it says and said, and what is being written."""
    return [version.read() for version in (*article.revisions.order_by("number"), *article.autosaves.all())]


def _photos_of(versions: list[Story]) -> set[int]:
    """The keys of those that any of them shows."""
    shown = {key for story in versions for key, _alt in figures.shown_in(story.body)}
    return (shown | {story.lead_photo or 0 for story in versions}) - {0}


def _leads_to(attachment: Attachment, redaction: Redaction) -> bool:
    """Its file keeps the name that it came with."""
    return redaction.count(attachment.title) > 0 or redaction.is_in_address(attachment.file.name or "")


def _says(photo: Photo, redaction: Redaction) -> bool:
    return any(redaction.count(words) for words in (photo.alt, photo.caption, photo.credit))


def _copies(article: Article) -> Iterator[tuple[Any, list[str]]]:
    """Each row, with its fields that hold words."""
    for row in Article.objects.of_story(article.pk).order_by("pk"):
        yield row, _words_of(Article)
    for revision in article.revisions.order_by("number"):
        yield revision, ["story", "note"]
    for label, relation in _ABOUT_A_STORY:
        model = apps.get_model(label)
        for row in model._default_manager.filter(**{relation: article}):
            yield row, _words_of(model)
    kind = ContentType.objects.get_for_model(Article)
    for entry in LogEntry.objects.filter(content_type=kind, object_id=str(article.pk)):
        yield entry, ["object_repr", "change_message"]


def _words_of(model: type[models.Model]) -> list[str]:
    columns = [field for field in model._meta.concrete_fields if isinstance(field, _TEXTS)]
    return [field.name for field in columns if field.name not in _NOT_WORDS]


def _count(row: Any, fields: list[str], redaction: Redaction) -> int:
    return sum(_without(row, name, redaction) != getattr(row, name) for name in fields)


def _without(row: Any, name: str, redaction: Redaction) -> Any:
    """The field's value as it would be, and no longer than its column."""
    value = getattr(row, name)
    if name == "story":
        columns = {field.name: field for field in Article._meta.concrete_fields}
        kept = {part for part in value if part in _NOT_WORDS}
        return {
            part: words if part in kept else _fitting(redaction.of_value(words, part == "body"), columns.get(part))
            for part, words in value.items()
        }
    return _fitting(redaction.of_value(value, name == "body"), row._meta.get_field(name))


def _fitting(value: Any, field: Any) -> Any:
    is_limited = isinstance(value, str) and isinstance(field, models.CharField)
    return value[: field.max_length] if is_limited else value


def _place(row: Any) -> str:
    if isinstance(row, Revision):
        return _("Version %s") % row.number
    if isinstance(row, Article):
        return _("a change that waits") if row.replaces_id else _("the story as readers see it")
    return str(row._meta.verbose_name)
