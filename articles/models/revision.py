import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.attachment import Attachment
from articles.models.seal import Seal, SealedAct, commitment
from authors.models import Author
from newsroom.lib import markup


@dataclass(frozen=True)
class Story:
    """What an editor writes and chooses for one article, as one value. Rows are named by their keys."""

    headline: str = ""
    slug: str = ""
    kicker: str = ""
    label: str = ""  # a Label, or none
    sponsor: str = ""
    standfirst: str = ""
    body: str = ""
    lead_photo: int | None = None
    sensitive_note: str = ""
    category: int | None = None
    further_categories: tuple[int, ...] = ()
    bylines: tuple[int, ...] = ()  # authors, in order
    agency: str = ""
    attachments: tuple[int, ...] = ()  # in order
    tags: tuple[int, ...] = ()
    related: tuple[int, ...] = ()  # the editors’ picks, in order
    comments_open: bool = True
    search_title: str = ""
    search_description: str = ""
    canonical_url: str = ""

    @classmethod
    def from_form(cls, cleaned: dict[str, Any]) -> Self:
        return cls(**{f.name: _as_plain(cleaned[f.name]) for f in fields(cls) if f.name in cleaned})

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        known = {f.name for f in fields(cls)}  # a story kept by a newer or older release may have others
        parts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in stored.items() if k in known}
        return cls(**parts)

    @property
    def is_empty(self) -> bool:
        """Nothing in it would be missed."""
        return not (self.headline or self.standfirst or self.body or self.kicker)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"body": markup.sanitise(self.body)}

    def authors_in_order(self) -> list[Author]:
        found = Author.objects.in_bulk(self.bylines)
        return [found[pk] for pk in self.bylines if pk in found]

    def attachments_in_order(self) -> list[Attachment]:
        found = Attachment.objects.in_bulk(self.attachments)
        return [found[pk] for pk in self.attachments if pk in found]

    def copy_to(self, article: Article) -> None:
        """The plain columns; rows around them are written by the article, once it is saved."""
        for name in _COLUMNS:
            setattr(article, name, getattr(self, name))
        article.body = markup.sanitise(self.body)
        article.lead_photo_id, article.category_id = self.lead_photo, self.category


_AROUND = {"lead_photo", "category", "further_categories", "bylines", "attachments", "tags", "related"}
_COLUMNS = [f.name for f in fields(Story) if f.name not in _AROUND | {"body"}]


def _as_plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Iterable) and not isinstance(value, str):
        return tuple(row.pk for row in value)
    return value


class Change(models.TextChoices):
    """What a new version changes for its readers. What to call it, is the editors' to say."""

    TYPO = "typo", _("Typo: nothing that was said has changed")
    CLARIFICATION = "clarification", _("Clarification: it could be misunderstood")
    CORRECTION = "correction", _("Correction: it was wrong")
    UPDATE = "update", _("Update: there is something new")


TOLD = (Change.CLARIFICATION, Change.CORRECTION)  # readers are told of these in words


def _fresh_salt() -> str:
    return secrets.token_hex(16)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def published(self) -> Self:
        """Those that readers have seen."""
        return self.filter(published_from__lte=timezone.now())

    def corrections_of(self, article: Article) -> Self:
        """Of one story that is published."""
        mine = self.published().filter(article=article.story_row, change__in=TOLD)
        return mine.defer("story").order_by("-published_from", "-pk")

    def correct(self) -> models.Exists:
        """Whether there are any of a story, of a change that waited too: for a query of articles."""
        story = Coalesce(models.OuterRef("replaces"), models.OuterRef("pk"))
        return models.Exists(self.published().filter(article=story, change__in=TOLD))

    def corrections(self) -> Self:
        """What readers were told of stories that are published, newest first."""
        dated = self.published().annotate(published_at=models.F("published_from"))
        # What readers see of the story may be the change that waited until a moment ago.
        mine = models.Q(pk=models.OuterRef("article")) | models.Q(replaces=models.OuterRef("article"))
        public = models.Exists(Article.objects.published().filter(mine))
        return dated.filter(public, change__in=TOLD).order_by("-published_from", "-pk")


class Revision(models.Model):
    """One save by an editor. Never changed afterwards, but for the time from which it was made public.

    Once it was public it is kept, and sealed: whoever alters it is found out (articles/verification.py).
    """

    class Kind(models.TextChoices):
        SAVED = "saved", _("Saved")
        RESTORED = "restored", _("Restored")  # an older one's words, or those of an autosave

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SAVED)
    restored_from = models.PositiveIntegerField(null=True)  # that revision's number; none: an autosave
    story = models.JSONField(_("story"))
    change = models.CharField(_("what it changes"), max_length=13, choices=Change.choices, blank=True)
    note = models.CharField(_("note for readers"), max_length=600, blank=True)
    created_at = models.DateTimeField(_("saved"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    published_from = models.DateTimeField(_("public from"), null=True)
    salt = models.CharField(max_length=32, default=_fresh_salt, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        permissions = [("legal_removal", "Can take words out of every copy of an article")]
        indexes = [
            models.Index(
                fields=["-published_from", "-id"],
                condition=models.Q(change__in=TOLD, published_from__isnull=False),
                name="revision_corrections",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_unique"),
            models.CheckConstraint(
                condition=~models.Q(change__in=TOLD) | ~models.Q(note=""), name="revision_tells_what_was_wrong"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} #{self.number}"

    def read(self) -> Story:
        return Story.from_json(self.story)

    @property
    def change_for_readers(self) -> str:
        """What the change is, in a word."""
        names = {
            Change.CORRECTION: _("Correction"),
            Change.CLARIFICATION: _("Clarification"),
            Change.TYPO: _("Typing error"),
        }
        return str(names.get(Change(self.change), _("Update")) if self.change else _("Update"))

    def commitment(self) -> str:
        """To all that must not change once it was public."""
        place = (self.article_id, self.number, self.kind, self.restored_from, self.created_at)
        return commitment(self.salt, *place, self.change, self.note, self.story)

    def make_public(self, at: datetime) -> None:
        self.published_from = at
        self.save(update_fields=["published_from"])
        Seal.append(self, SealedAct.PUBLISHED)

    def take_back(self) -> None:
        """It was to become public, and never did."""
        self.published_from = None
        self.save(update_fields=["published_from"])
        Seal.append(self, SealedAct.TAKEN_BACK)

    def take_words_out(self, story: dict[str, Any], note: str, *, by: str, reason: str) -> Seal:
        """By law. What tells that anything else ever stood here tells nothing of what it was."""
        self.story, self.note, self.salt = story, note, _fresh_salt()
        self.save(update_fields=["story", "note", "salt"])
        return Seal.append(self, SealedAct.REMOVED, by=by, reason=reason)
