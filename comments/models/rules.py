"""The rules of discussions: who may write, what is shown, until when. Of an article, a category, or the whole site."""

from datetime import datetime, timedelta
from typing import NamedTuple, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from categories.models import Category
from newsroom.lib.moments import in_words

LONGEST = 3650  # days until comments close


class Mode(models.TextChoices):
    """From the mildest to the strictest. Where several hold, the strictest does: a brake is a brake."""

    OPEN = "open", gettext_lazy("Open")
    HELD = "held", gettext_lazy("Held first")
    PAUSED = "paused", gettext_lazy("Paused")
    HIDDEN = "hidden", gettext_lazy("Hidden")

    @property
    def effect(self) -> str:
        return {
            Mode.OPEN: _("What the spam filter passes appears at once."),
            Mode.HELD: _("Everybody can write; a moderator reads each comment before it appears."),
            Mode.PAUSED: _("What was written stays readable; nobody can write. Readers are told so."),
            Mode.HIDDEN: _("No comment is shown anywhere, and nobody can write. Readers are told so; nothing is lost."),
        }[self]


class Standing(NamedTuple):
    """How the discussion of one article stands at this moment."""

    mode: Mode
    is_sitewide: bool  # whether the whole site's rule is as strict
    is_closed: bool
    closes_at: datetime | None

    @property
    def takes_comments(self) -> bool:
        return not self.is_closed and self.mode in (Mode.OPEN, Mode.HELD)

    @property
    def is_hidden(self) -> bool:
        return self.mode == Mode.HIDDEN

    @property
    def needs_moderator(self) -> bool:
        """Whether nothing appears that no moderator has read: not even what was sent before the rule."""
        return self.mode != Mode.OPEN

    @property
    def changes_at(self) -> datetime | None:
        """When the clock alone makes it another."""
        return None if self.is_closed else self.closes_at

    @property
    def headline(self) -> str:
        """Why no comment is taken, in three words."""
        if self.is_hidden:
            return _("Comments are hidden")
        return _("Comments are closed") if self.is_closed else _("Comments are paused")

    @property
    def told(self) -> str:
        """What readers are told of it; nothing, if there is nothing to tell."""
        if self.is_hidden:
            return self._told_hidden()
        if self.is_closed:
            return self._told_closed()
        if self.mode == Mode.PAUSED:
            return self._told_paused()
        if self.mode == Mode.HELD:
            return self._told_held()
        return _("You can comment until %s.") % in_words(self.closes_at, with_zone=True) if self.closes_at else ""

    def _told_hidden(self) -> str:
        if self.is_sitewide:
            return _("The editors have hidden the comments on all articles for now. None is lost: look in again later.")
        return _("The editors have hidden the comments on this article for now. None is lost: look in again later.")

    def _told_closed(self) -> str:
        if self.closes_at and self.closes_at <= timezone.now():
            return _("Comments on this article closed on %s.") % in_words(self.closes_at, with_zone=True)
        return _("Comments on this article are closed.")

    def _told_paused(self) -> str:
        if self.is_sitewide:
            return _("The editors have paused the comments on all articles. You can write again once they resume them.")
        return _("The editors have paused this discussion. You can write again once they resume it.")

    def _told_held(self) -> str:
        if self.is_sitewide:
            return _("At the moment an editor reads every comment before it appears.")
        return _("An editor reads every comment on this article before it appears.")


class DiscussionRulesQuerySet(models.QuerySet["DiscussionRules"]):
    def of_site(self) -> Self:
        return self.filter(article=None, category=None)

    def around(self, article: Article) -> "list[DiscussionRules]":
        """Those that hold for an article, the most specific first. One query."""
        section = article.category.parent_id if article.category else None
        places = [pk for pk in (article.category_id, section) if pk]
        mine = Q(article=article.replaces_id or article.pk) | Q(category__in=places) | Q(article=None, category=None)
        return sorted(self.filter(mine), key=lambda rules: rules.distance_to(article))

    def standing_of(self, article: Article) -> Standing:
        """As readers meet it now. The article is the row that they read. One query."""
        rules = self.around(article)
        mode = max((Mode(row.mode) for row in rules), key=_strictness, default=Mode.OPEN)
        days = next((row.close_after_days for row in rules if row.close_after_days is not None), 0)
        closes_at = _after(article.published_at, days)
        return Standing(
            mode=mode,
            is_sitewide=any(row.is_of_site and row.mode == mode for row in rules),
            is_closed=not article.takes_comments or (closes_at is not None and closes_at <= timezone.now()),
            closes_at=closes_at,
        )

    def hiding(self, article: str) -> Q:
        """Of rows that reach their article by that path: whose discussion is hidden. To be negated, as a rule."""
        hidden = self.filter(mode=Mode.HIDDEN)
        category = f"{article}__category"
        # One look into a unique index each; an OR of them would read all hidden ones for each row.
        return (
            Q(Exists(hidden.of_site()))
            | Q(Exists(hidden.filter(article=OuterRef(article))))
            | Q(Exists(hidden.filter(category=OuterRef(category))))
            | Q(Exists(hidden.filter(category=OuterRef(f"{category}__parent"))))
        )


class DiscussionRules(models.Model):
    """Of one article, of one category with its sub-sections or, with neither, of the whole site."""

    article = models.OneToOneField(
        Article,
        verbose_name=gettext_lazy("article"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="discussion_rules",
    )
    category = models.OneToOneField(
        Category,
        verbose_name=gettext_lazy("category"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="discussion_rules",
    )
    mode = models.CharField(gettext_lazy("comments are"), max_length=10, choices=Mode.choices, default=Mode.OPEN)
    close_after_days = models.PositiveSmallIntegerField(
        gettext_lazy("close after days"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST)],
        help_text=gettext_lazy(
            "Counted from the publication. Empty: as the category, its section or the whole site says, in this order;"
            " never, if none of them says anything. 0: never, whatever they say."
        ),
    )

    objects = DiscussionRulesQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("rules of discussions")
        verbose_name_plural = gettext_lazy("rules of discussions")
        indexes = [
            models.Index(fields=["mode"], condition=~Q(mode="open"), name="discussion_rules_strict"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="discussion_mode_known"),
            models.CheckConstraint(
                condition=Q(close_after_days=None) | Q(close_after_days__lte=LONGEST), name="discussion_days_in_range"
            ),
            models.CheckConstraint(condition=Q(article=None) | Q(category=None), name="discussion_rules_of_one"),
            models.UniqueConstraint(
                Coalesce(F("article"), F("category"), 0),
                condition=Q(article=None, category=None),
                name="discussion_rules_of_one_site",
            ),
        ]

    def __str__(self) -> str:
        return str(self.article or self.category or _("The whole site"))

    @property
    def is_of_site(self) -> bool:
        return self.article_id is None and self.category_id is None

    def distance_to(self, article: Article) -> int:
        """0: its own; then its category's, its section's, the site's."""
        if self.article_id:
            return 0
        if self.category_id:
            return 1 if self.category_id == article.category_id else 2
        return 3


def _strictness(mode: Mode) -> int:
    return list(Mode).index(mode)


def _after(published_at: datetime | None, days: int) -> datetime | None:
    try:
        return published_at + timedelta(days=days) if published_at and days else None
    except OverflowError:  # published in the last days of the year 9999
        return None
