from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.follow_up import FollowUp
from articles.models.parts import Byline, Enclosure, Figure, Listing, Pick
from articles.models.photo import Photo
from authors.models import Author
from categories.models import Category
from newsroom.lib import markup
from newsroom.lib.addresses import SlugField, check_slug, claim

if TYPE_CHECKING:
    from articles.models.revision import Revision, Story


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Published")  # once its time has come
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Stage(models.TextChoices):
    """How far the newest words have come at the desk while they are not public. Readers see none of it."""

    DONE = "", _("Nothing open")  # the newest words are published, or will be at their time
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    APPROVED = "approved", _("Approved")
    SPIKED = "spiked", _("Spiked")


class Label(models.TextChoices):
    """What kind of piece it is, where readers must not take it for a report. Said above its headline."""

    OPINION = "opinion", _("Opinion")
    ANALYSIS = "analysis", _("Analysis")
    SPONSORED = "sponsored", _("Sponsored")


class TagQuerySet(models.QuerySet["Tag"]):
    def in_print(self) -> Self:
        """Those that published stories have."""
        return self.filter(Exists(Article.objects.published().filter(tags=OuterRef("pk"))))


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = SlugField(_("slug"), max_length=60, unique=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            claim(self.slugs, slug=self.slug)

    def get_absolute_url(self) -> str:
        return reverse("articles:tag", args=[self.slug])

    def clean(self) -> None:
        check_slug(self)


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """What the public sees, by the clock alone: live rows whose time has come and is not over, and of a live row
        and the change that waits beside it, exactly one."""
        now = timezone.now()
        is_not_over = Q(live_until=None) | Q(live_until__gt=now)
        gave_no_way = Q(gives_way_at=None) | Q(gives_way_at__gt=now)
        return self.filter(is_not_over, gave_no_way, status=Status.LIVE, live_from__lte=now)

    def of_story(self, pk: int | None) -> Self:
        """Its own row and the change that waits beside it."""
        return self.filter(Q(pk=pk) | Q(replaces=pk))

    def with_bylines(self) -> Self:
        return self.prefetch_related(Prefetch("bylines", Byline.objects.select_related("author")))

    def for_listing(self) -> Self:
        """What a card shows: no body, no further query for each row."""
        return self.select_related("category__parent", "lead_photo").defer("body").with_bylines()

    def for_reading(self) -> Self:
        """What the article's own page shows."""
        return self.select_related("category__parent", "lead_photo").with_bylines()

    def stories(self) -> Self:
        """The articles proper, without the changes that wait beside live ones."""
        return self.filter(replaces=None)

    def newest_at_desk(self) -> Self:
        """As the desk lists them, by an index: what is planned, then by publication, or by when a draft was begun."""
        return self.order_by(Coalesce("published_at", "created_at").desc(), "-pk")

    def list_again(self) -> None:
        """Their place in the lists of sections and sub-sections, as those stand now. A handful of queries in all."""
        parents = dict(Category.objects.values_list("pk", "parent_id"))
        chosen = self.values_list("pk", "category_id", "revision__story__further_categories")
        dates = dict(self.values_list("pk", "published_at"))
        wanted = {
            (article, place)
            for article, own, further in chosen
            for category in (own, *(further or ()))
            for place in (category, parents.get(category))
            if place
        }
        listings = Listing.objects.filter(article__in=self.values("pk"))
        listed = set(listings.values_list("article_id", "category_id"))
        for place, articles in _by_place(listed - wanted):
            # Nobody listens to these rows, and delete() would fetch each of them.
            Listing.objects.filter(category=place, article__in=articles)._raw_delete(self.db)
        Listing.objects.bulk_create(
            Listing(article_id=article, category_id=place, published_at=dates[article])
            for article, place in wanted - listed
        )


class Article(models.Model):  # type: ignore[django-manager-missing]  # of the comments, whose package is untyped
    """A story. Its columns are what the public may see; what editors write stands in its revisions.

    A change that is to replace a live story at a later time waits in a row of its own (`replaces`), so that the
    clock alone switches between the two; afterwards `settle` folds it into the story's row.
    """

    kicker = models.CharField(
        _("kicker"), max_length=60, blank=True, help_text=_("One to three words above the headline.")
    )
    label = models.CharField(
        _("label"),
        max_length=10,
        blank=True,
        choices=Label.choices,
        help_text=_("Stands above the headline, here and in lists. None: it is a report."),
    )
    sponsor = models.CharField(
        _("sponsor"), max_length=120, blank=True, help_text=_("Who pays for it, if it is sponsored. Readers are told.")
    )
    headline = models.CharField(_("headline"), max_length=200)
    slug = SlugField(_("slug"), max_length=200, help_text=_("Its address: /category/slug/"))
    standfirst = models.TextField(
        _("standfirst"), max_length=500, blank=True, help_text=_("One or two sentences below the headline.")
    )
    body = markup.SanitisedHTMLField(_("body"), blank=True)
    lead_photo = models.ForeignKey(
        "articles.Photo",
        verbose_name=_("lead photo"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_articles",
    )
    sensitive_note = models.CharField(
        _("note before the picture"),
        max_length=300,
        blank=True,
        help_text=_(
            "If not everybody will want to see the picture: what it shows. It then appears only when asked for."
        ),
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_articles",
    )
    # Every category whose front shows it: its own, the further ones, and the sections those are part of.
    listed_in = models.ManyToManyField(Category, through="Listing", related_name="articles", editable=False)
    authors = models.ManyToManyField(Author, through="Byline", related_name="articles", editable=False)
    agency = models.CharField(
        _("agency or free byline"),
        max_length=160,
        blank=True,
        help_text=_("Such as “With material by Reuters”."),
    )
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="articles")
    picks = models.ManyToManyField("self", through="Pick", symmetrical=False, related_name="+", editable=False)
    comments_open = models.BooleanField(_("comments open"), default=True)
    search_title = models.CharField(
        _("title for search engines"), max_length=120, blank=True, help_text=_("Empty: the headline.")
    )
    search_description = models.CharField(
        _("description for search engines"), max_length=300, blank=True, help_text=_("Empty: the standfirst.")
    )
    canonical_url = models.URLField(
        _("original at"),
        max_length=500,
        blank=True,
        help_text=_("Only for a piece taken over from another site: its address there. Search engines are sent to it."),
    )

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    live_from = models.DateTimeField(_("live from"), null=True, editable=False)
    live_until = models.DateTimeField(_("live until"), null=True, editable=False)  # its withdrawal, to come or past
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, editable=False
    )  # nothing of it is public before
    published_at = models.DateTimeField(_("published"), null=True, editable=False)  # first publication, as shown
    updated_at = models.DateTimeField(_("updated"), null=True, editable=False)  # last real change, as shown
    revision = models.ForeignKey(  # the one these columns were copied from
        "articles.Revision", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    replaces = models.OneToOneField(
        "self", null=True, editable=False, on_delete=models.CASCADE, related_name="replacement"
    )
    # When the change that waits beside it takes its place: that one's live_from, said here so that the question what is
    # public, which every page asks several times, looks at one row.
    gives_way_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    # The desk's part (articles/workflow.py).
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.DONE, blank=True, editable=False, db_index=True
    )
    reviewer = models.ForeignKey(
        "articles.Colleague",
        verbose_name=_("reviewer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="to_review",
    )
    review_due = models.DateTimeField(_("review due"), null=True, blank=True)
    withdrawal_note = models.CharField(_("note for readers"), max_length=500, blank=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-pk"]
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="article_newest"),
            models.Index(fields=["category", "-published_at", "-id"], name="article_newest_in_category"),
            models.Index(fields=["live_from"], name="article_live_from"),
            models.Index(fields=["review_due"], condition=Q(review_due__isnull=False), name="article_review_due"),
            models.Index(fields=["live_until"], condition=Q(live_until__isnull=False), name="article_live_until"),
            models.Index(fields=["embargo_until"], condition=Q(embargo_until__isnull=False), name="article_embargo"),
            models.Index(
                Coalesce("published_at", "created_at").desc(),
                F("id").desc(),
                condition=Q(replaces=None),
                name="article_at_desk",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["slug"], condition=Q(replaces=None), name="article_slug_unique"),
            models.CheckConstraint(
                condition=~Q(status="live")
                | (
                    ~Q(headline="")
                    & ~Q(body="")
                    & Q(category__isnull=False)
                    & Q(live_from__isnull=False)
                    & Q(published_at__isnull=False)
                ),
                name="article_live_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status="live") | Q(live_until=None) | Q(live_until__gt=F("live_from")),
                name="article_is_withdrawn_after_publication",
            ),
            models.CheckConstraint(
                condition=Q(canonical_url="") | Q(canonical_url__startswith="https://"),
                name="article_canonical_is_https",
            ),
            models.CheckConstraint(condition=~Q(stage="spiked", status="live"), name="article_spiked_is_not_live"),
        ]

    def __str__(self) -> str:
        return self.headline or self.slug

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.replaces:
                self.replaces._give_way(self.live_from)

    def get_absolute_url(self) -> str:
        section = self.category.slug if self.category else "-"
        return reverse("articles:detail", args=[section, self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            if self.replaces:
                self.replaces._give_way(None)
            return super().delete(*args, **kwargs)

    # --- What it is now ---------------------------------------------------------------------

    @property
    def story_row(self) -> "Article":
        """The row that has the comments and the revisions: itself, unless this is a change that waited."""
        return self.replaces or self

    @property
    def is_live(self) -> bool:
        return self.status == Status.LIVE and not self.is_scheduled and not self.is_withdrawn

    @property
    def was_public(self) -> bool:
        return self.is_live or self.status == Status.WITHDRAWN

    @property
    def is_scheduled(self) -> bool:
        return self.status == Status.LIVE and (self.live_from is None or self.live_from > timezone.now())

    @property
    def is_withdrawn(self) -> bool:
        """By an editor or by the clock, whose work the worker may not have written down yet."""
        is_over = self.live_until is not None and self.live_until <= timezone.now()
        return self.status == Status.WITHDRAWN or (self.status == Status.LIVE and is_over)

    @property
    def is_embargoed(self) -> bool:
        return self.embargo_until is not None and self.embargo_until > timezone.now()

    @property
    def is_sponsored(self) -> bool:
        return self.label == Label.SPONSORED

    @property
    def takes_comments(self) -> bool:
        return self.comments_open and self.is_live

    # --- What editors do with it ----------------------------------------------------------------

    def latest_revision(self) -> "Revision | None":
        return self.revisions.order_by("-number").first()

    def save_draft(self, story: "Story", by: Any, **about: Any) -> "Revision":
        """Keep what an editor wrote as the next revision. Readers of a published story see no change.

        about: what else the revision says of itself (kind, restored_from, change, note).
        """
        with transaction.atomic():
            if self.pk is None:
                story.copy_to(self)
                self.created_by = by
                self.save()
            row = Article.objects.select_for_update(of=("self",)).get(pk=self.pk)
            last = row.latest_revision()
            number = last.number + 1 if last else 1
            revision = row.revisions.create(number=number, story=story.as_json(), created_by=by, **about)
            row._set_stage(Stage.REVIEW if row.stage == Stage.REVIEW else Stage.DRAFT)  # approved were other words
            if row.status != Status.LIVE:
                row._take(revision)
        self.refresh_from_db()
        return revision

    def publish(self, revision: "Revision", at: datetime | None = None) -> None:
        """Make the revision public: now, or when the time comes. Of several that wait, the last one stays.

        Under embargo it never happens before the embargo's end. The first publication may lie in the past (that is
        then the date shown). For a live story a time in the past means now. Raises IntegrityError if headline, body
        or category is missing, the slug is taken, or it would be withdrawn before.
        """
        now = timezone.now()
        with transaction.atomic():
            row = Article.objects.select_for_update(of=("self",)).get(pk=self.pk)
            row._settle()
            row._drop_what_waits()
            row._set_stage(Stage.DONE if revision == row.latest_revision() else Stage.DRAFT)
            if row.embargo_until and row.embargo_until > now:
                at = max(at or now, row.embargo_until)
            if row.live_until and row.live_until <= now:
                row.live_until = None  # it was withdrawn, and is to come back
            if row.is_live and at and at > now:
                waiting = Article(replaces=row, status=Status.LIVE, live_from=at, live_until=row.live_until)
                waiting.published_at, waiting.updated_at = row.published_at, row.updated_at
                waiting.comments_open = row.comments_open
                waiting._take(revision, bylines_of=row)
                waiting._date_change(row._substance(), at)
            else:
                at = max(at or now, now) if row.was_public else at
                row._go_live(revision, at or now, now)
            row._plan_follow_ups(publication=max(at or now, now))
            revision.make_public(at or now)
        self.refresh_from_db()

    def withdraw(self, note: str = "") -> None:
        """Take it from the public at once: 410 from now on, with the note. What was only scheduled becomes a draft
        again."""
        with transaction.atomic():
            row = Article.objects.select_for_update(of=("self",)).get(pk=self.pk)
            row._settle()
            row._call_off()
            if row.status == Status.LIVE:
                row.status, row.live_until = Status.WITHDRAWN, timezone.now()
            row.withdrawal_note = note if row.status == Status.WITHDRAWN else ""
            row.save(update_fields=["status", "live_until", "withdrawal_note"])
            row._plan_follow_ups()
        self.refresh_from_db()

    def plan(self, *, embargo_until: datetime | None, live_until: datetime | None, withdrawal_note: str = "") -> None:
        """Nothing of it is public before the one moment, whoever publishes: what was scheduled for earlier moves to
        it. At the other it is withdrawn by itself, with the note: what was scheduled for later is called off."""
        with transaction.atomic():
            row = Article.objects.select_for_update(of=("self",)).get(pk=self.pk)
            row._settle()
            planned = row.planned()
            goes_out = max(filter(None, (planned.live_from, embargo_until))) if planned else None
            if goes_out and live_until and live_until <= goes_out:
                row._call_off()
                planned = None
            row.embargo_until = embargo_until
            if live_until or not row.is_withdrawn:  # whose moment stays known
                row.live_until, row.withdrawal_note = live_until, withdrawal_note if live_until else ""
            row.save(update_fields=["status", "embargo_until", "live_until", "withdrawal_note"])
            Article.objects.filter(replaces=row).update(live_until=live_until)
            if planned and planned.revision and goes_out != planned.live_from:
                row.publish(planned.revision, at=goes_out)
            else:
                row._plan_follow_ups()
        self.refresh_from_db()

    def planned(self) -> "Article | None":
        """The publication that waits for its time: the change beside it, or itself."""
        waiting: Article | None = getattr(self, "replacement", None)
        return waiting if waiting and waiting.is_scheduled else self if self.is_scheduled else None

    def settle(self) -> None:
        """Write down what the clock has done: fold the change whose time has come into the story's row, and withdraw
        what is over. Readers see no difference."""
        with transaction.atomic():
            Article.objects.select_for_update(of=("self",)).get(pk=self.pk)._settle()

    def _set_stage(self, stage: Stage) -> None:
        """By an UPDATE alone: readers see nothing of it, so that no page is to be made anew."""
        self.stage = stage
        if stage != Stage.REVIEW:
            self.reviewer = self.review_due = None
        Article.objects.filter(pk=self.pk).update(
            stage=self.stage, reviewer=self.reviewer_id, review_due=self.review_due
        )

    # --- How the columns are written --------------------------------------------------------------

    def _give_way(self, at: datetime | None) -> None:
        self.gives_way_at = at
        Article.objects.filter(pk=self.pk).update(gives_way_at=at)

    def list_in(self, category_ids: set[int | None]) -> None:
        """Show it on these categories' fronts and on those of the sections they are part of."""
        chosen = Category.objects.filter(pk__in=[pk for pk in category_ids if pk])
        places = {pk for category in chosen for pk in (category.pk, category.parent_id) if pk}
        self.listings.all().delete()
        self.listings.bulk_create(
            Listing(article=self, category_id=pk, published_at=self.published_at) for pk in sorted(places)
        )

    def _go_live(self, revision: "Revision", at: datetime, now: datetime) -> None:
        was_public = self.was_public
        before = self._substance()
        self.status = Status.LIVE
        if self.live_until is None:
            self.withdrawal_note = ""
        if was_public:
            self.live_from = self.live_from if self.live_from and self.live_from <= now and at <= now else at
        else:
            self.live_from = self.published_at = at
        self._take(revision)
        if was_public:
            self._date_change(before, max(at, now))

    def _substance(self) -> tuple[str, ...]:
        return self.headline, self.standfirst, *markup.substance(self.body)

    def _date_change(self, before: tuple[str, ...], at: datetime) -> None:
        """Readers are told of an update only if there is something new to read."""
        if self._substance() != before:
            self.updated_at = at
            self.save(update_fields=["updated_at"])

    def _settle(self) -> None:
        now = timezone.now()
        waiting = getattr(self, "replacement", None)
        if waiting and waiting.live_from <= now:
            self.updated_at = waiting.updated_at
            revision = waiting.revision
            waiting.delete()
            self._state.fields_cache.pop("replacement", None)
            self._take(revision)
        if self.status == Status.LIVE and self.is_withdrawn:
            self.status = Status.WITHDRAWN
            self.save(update_fields=["status"])

    def _drop_what_waits(self) -> None:
        self.slugs.filter(public_from__gt=timezone.now()).delete()  # promised, and now for others to take
        if self.is_scheduled and self.revision:
            self.revision.take_back()
        if waiting := getattr(self, "replacement", None):
            if waiting.revision:
                waiting.revision.take_back()
            waiting.delete()
            self._state.fields_cache.pop("replacement", None)

    def _call_off(self) -> None:
        """Nothing of it waits for its time any more."""
        self._drop_what_waits()
        if self.is_scheduled:
            self.status = Status.WITHDRAWN if self.slugs.exists() else Status.DRAFT
            if self.status == Status.DRAFT:
                self._set_stage(Stage.DRAFT)

    def _plan_follow_ups(self, publication: datetime | None = None) -> None:
        """What the worker is to do at the moments to come, and no more of what was planned before.

        publication: the one that was just decided. Otherwise it is the one that waits, if any.
        """
        now = timezone.now()
        self.follow_ups.filter(moment__gt=now).delete()
        planned = self.planned()
        publication = publication or (planned.live_from if planned else None)
        wanted: list[tuple[str, datetime]] = []
        if planned and planned.live_from:
            wanted.append((FollowUp.What.OUT, planned.live_from))
            if planned is not self:
                wanted.append((FollowUp.What.SETTLE, planned.live_from))
        if self.status == Status.LIVE and self.live_until:
            wanted += [(what, self.live_until) for what in (FollowUp.What.SETTLE, FollowUp.What.OVER)]
        if publication and settings.WEBSUB_HUB:
            wanted.append((FollowUp.What.HUB, publication))
        FollowUp.objects.bulk_create(
            [FollowUp(article=self, what=what, moment=moment, due_at=moment) for what, moment in wanted],
            ignore_conflicts=True,
        )

    def _take(self, revision: "Revision", bylines_of: "Article | None" = None) -> None:
        """Copy the revision's story into the columns and the rows around them."""
        story = revision.read()
        titles = (
            dict((bylines_of or self).bylines.values_list("author_id", "job_title")) if self.pk or bylines_of else {}
        )
        story.copy_to(self)
        self.revision = revision
        self.save()
        if self.status == Status.LIVE:
            claim(self.story_row.slugs, slug=self.slug, defaults={"public_from": self.live_from})
        self.bylines.all().delete()
        self.bylines.bulk_create(
            Byline(
                article=self,
                author=author,
                position=position,
                job_title=titles.get(author.pk, author.job_title),
                published_at=self.published_at,
            )
            for position, author in enumerate(story.authors_in_order())
        )
        self.tags.set(Tag.objects.filter(pk__in=story.tags))
        self.list_in({self.category_id, *story.further_categories})
        self.figures.all().delete()
        shown = markup.photos_in(self.body)
        photos = Photo.objects.in_bulk(shown)
        self.figures.bulk_create(
            Figure(article=self, photo=photos[pk], position=position, has_alt=has_alt)
            for position, (pk, has_alt) in enumerate(shown.items())
            if pk in photos
        )
        self.enclosures.all().delete()
        self.enclosures.bulk_create(
            Enclosure(article=self, attachment=attachment, position=position)
            for position, attachment in enumerate(story.attachments_in_order())
        )
        self.picked.all().delete()
        picked = Article.objects.stories().exclude(pk=self.story_row.pk).in_bulk(story.related)
        self.picked.bulk_create(
            Pick(article=self, story=picked[pk], position=position)
            for position, pk in enumerate(story.related)
            if pk in picked
        )


def next_changes(most: int) -> list[datetime]:
    """The next moments at which the clock changes what stories readers see, in order, up to so many."""
    live, now = Article.objects.filter(status=Status.LIVE), timezone.now()
    # Two questions: each is answered by the first rows of an index.
    moments = {
        moment
        for name in ("live_from", "live_until")
        for moment in live.filter(**{f"{name}__gt": now}).order_by(name).values_list(name, flat=True).distinct()[:most]
    }
    return sorted(moments)[:most]


def _by_place(pairs: set[tuple[int, int]]) -> Iterator[tuple[int, list[int]]]:
    """Each category with its articles, of which SQLite takes some 30,000 at a time."""
    articles: dict[int, list[int]] = {}
    for article, place in pairs:
        articles.setdefault(place, []).append(article)
    for place, all_of_it in articles.items():
        for begin in range(0, len(all_of_it), 10_000):
            yield place, all_of_it[begin : begin + 10_000]
