from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.attachment import Attachment
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


class Revision(models.Model):
    """One save by an editor. Never changed afterwards, but for the time from which it was made public."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    story = models.JSONField(_("story"))
    created_at = models.DateTimeField(_("saved"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("by")
    )
    published_from = models.DateTimeField(_("public from"), null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number_unique")]

    def __str__(self) -> str:
        return f"{self.article} #{self.number}"

    def read(self) -> Story:
        return Story.from_json(self.story)
