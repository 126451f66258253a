import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat, Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_comments.models import Comment
from django_comments_xtd.models import XtdComment

from articles.models import Article
from authors.models import Author
from comments.addresses import below
from comments.models.log import StateChange
from comments.models.rules import DiscussionRules
from comments.models.states import QUEUED, READERS, WRITER, NotAllowedError, State, is_allowed, is_decided
from comments.service import Verdict
from newsroom.lib.caching import renew_page

STEP = 26  # digits of a place for each level: the moment in microseconds (16), then the comment's id (10)
_AFTER_DIGITS = "x"  # sorts behind every digit in every collation
DEEPEST = 9  # the most that settings.COMMENT_DEPTH may be


class ReaderCommentQuerySet(models.QuerySet["ReaderComment"]):
    def approved(self) -> Self:
        """Published, whether or not the discussion is hidden: of one discussion, which its rules are asked about."""
        return self.filter(state=State.APPROVED)

    def public(self) -> Self:
        """What the public sees. Nobody else spells out a state, or asks whether a discussion is hidden."""
        return self.approved().filter(~DiscussionRules.objects.hiding("article"))

    def in_thread(self, own: "ReaderComment | None" = None) -> Self:
        """What stands in a discussion: the public comments, and the places of removed ones with public ones below.

        own: one that is among them, whatever its state. Whether the discussion is hidden is not asked here, row by
        row of thousands, but once by whoever shows it.
        """
        after, before = OuterRef("place"), Concat(OuterRef("place"), Value(_AFTER_DIGITS))
        below = self.model.objects.filter(article=OuterRef("article"), place__gt=after, place__lt=before)
        shown = Q(state=State.APPROVED) | Q(Exists(below.filter(state=State.APPROVED)), state=State.REMOVED)
        if own:
            shown |= Q(state=State.REMOVED, place__in=own.places_above)
        return self.filter(shown | Q(pk=own.pk) if own else shown).select_related("speaker")

    def to_announce(self) -> Self:
        """Public, and nobody who follows has been told yet."""
        return self.public().filter(is_announced=False)

    def due(self, now: datetime) -> Self:
        """Whatever still has to be asked about: also what a moderator decided before Akismet could."""
        return self.filter(due_at__lte=now)

    def claim_next(self, lease: timedelta) -> "ReaderComment | None":
        """The one that has been due for longest, for ourselves until the lease ends. None: nothing is due.

        Without its old failure: it is no longer put off but under check, and nobody may wake it meanwhile.
        """
        now = timezone.now()
        with transaction.atomic():
            due = self.due(now).order_by("due_at")
            # Of our own table alone: who claims a comment needs none of the package's rows.
            locked = due.select_for_update(
                of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
            )
            pk = locked.values_list("pk", flat=True).first()
            if pk is None:
                return None
            self.filter(pk=pk).update(due_at=now + lease, attempts=models.F("attempts") + 1, failure="")
        return self.select_related("article__category").filter(pk=pk).first()

    def put_off(self) -> Self:
        """What failed before and waits for its next try."""
        return self.filter(due_at__gt=timezone.now()).exclude(failure="")


def writer_key(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()


def _make_salt() -> str:
    return secrets.token_hex(16)


class Refusal(models.TextChoices):
    """Why a comment is not shown, as its writer is told. Nothing in it says how the filter works."""

    INSULT = "insult", _("It insults or threatens somebody.")
    HATE = "hate", _("It stirs up hatred against a group of people.")
    PRIVATE = "private", _("It tells private things about somebody.")
    FALSE = "false", _("It spreads a falsehood.")
    OFF_TOPIC = "off topic", _("It is not about the article.")
    ADVERTISING = "advertising", _("It advertises something.")
    UNLAWFUL = "unlawful", _("We may not publish it by law.")


class Badge(models.TextChoices):
    """What stands beside the name of somebody from the paper."""

    AUTHOR = "author", _("Author of this article")
    NEWSROOM = "newsroom", _("Newsroom")


class ReaderComment(XtdComment):
    """A reader's comment on an article. The row is also its own entry in the queue of checks."""

    parent_id: int  # the package's own field, and its package is untyped
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="comments")
    # Of staff, given as they wrote: what becomes of their account or their name later changes nothing.
    speaker = models.ForeignKey(
        Author, verbose_name=_("author"), null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    badge = models.CharField(_("badge"), max_length=10, choices=Badge.choices, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UNCHECKED)
    verdict = models.CharField(_("Akismet's word"), max_length=12, choices=Verdict.choices, blank=True)
    verdict_guid = models.CharField(max_length=100, blank=True, editable=False)
    # Whatever is held against it besides the verdict, in words for the moderators.
    concern = models.CharField(_("concern"), max_length=200, blank=True)
    # What Akismet was sent the first time; rechecks and feedback repeat it word for word.
    envelope = models.JSONField(editable=False, default=dict)
    due_at = models.DateTimeField(_("next check"), null=True, editable=False)  # null: nothing is to be asked
    attempts = models.PositiveIntegerField(_("checks"), default=0, editable=False)
    failure = models.CharField(_("last failure"), max_length=300, blank=True, editable=False)
    # Of the writer's e-mail address, to find his other comments by.
    writer_key = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    is_trusted = models.BooleanField(_("known writer"), default=False, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    # What the moderator who refused it gives as the reason; its writer reads it on the receipt.
    refusal = models.CharField(_("reason"), max_length=12, choices=Refusal.choices, blank=True)
    edited_at = models.DateTimeField(_("edited by its writer"), null=True, editable=False)
    # Once it is public, those who follow are told: once in its life.
    is_announced = models.BooleanField(default=False, editable=False)
    # Where it stands: the steps of all comments above it, then its own. In the order of their places, comments stand as
    # they are read: oldest first, each directly followed by its replies. It never changes, so nobody waits for a lock.
    place = models.CharField(max_length=STEP * (DEEPEST + 1), null=True, editable=False)  # null: while it is stored
    thread_place = models.GeneratedField(
        expression=Left("place", STEP), output_field=models.CharField(max_length=STEP, null=True), db_persist=True
    )
    # So many marks of that kind: counted here as well, so that a thread costs no query more.
    recommendations = models.PositiveIntegerField(_("recommendations"), default=0, editable=False)
    # The same comment once more is this one. None: it was erased.
    fingerprint = models.CharField(max_length=64, unique=True, null=True, editable=False)
    # Other words, another salt: whoever judges a comment judges the words with this one. Empty: they were erased.
    salt = models.CharField(max_length=32, default=_make_salt, editable=False)

    objects = ReaderCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["article", "state", "xtdcomment_ptr"], name="comment_article_state"),
            models.Index(fields=["article", "-thread_place", "place"], name="comment_newest_threads"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="comment_due"),
            models.Index(fields=["state", "decided_at"], name="comment_decided"),
            models.Index(fields=["state"], condition=Q(is_announced=False), name="comment_to_announce"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "place"], name="comment_has_a_place_of_its_own"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="comment_state_known"),
            models.CheckConstraint(
                condition=Q(speaker=None, badge="") | Q(badge__in=Badge.values), name="comment_speaker_has_a_badge"
            ),
            # Nothing waits for ever: whatever is in the queue has a time.
            models.CheckConstraint(
                condition=~Q(state__in=QUEUED) | Q(due_at__isnull=False), name="comment_queued_is_due"
            ),
            models.CheckConstraint(condition=~Q(state=State.APPROVED) | ~Q(salt=""), name="comment_public_has_words"),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(state__in=(State.SPAM, State.REMOVED)), name="comment_refused_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.comment[:50]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self.writer_key = writer_key(self.user_email)
            # Past the package's save(), which numbers and counts the whole thread anew, row by row and without a lock.
            super(XtdComment, self).save(*args, **kwargs)
            self._take_place(self.parent_id)
            StateChange.append(self, "", self.state, actor="reader", reason=self.concern, guid="")

    def _take_place(self, replied_to: int) -> None:
        """Below the comment it replies to; beside it, if that stands as deep as any may."""
        parents = ReaderComment.objects.filter(pk=replied_to).values_list("place", "thread_id")
        above, self.thread_id = parents.first() or ("", self.pk)  # the parent may be deleted by now
        if not above:
            self.parent_id = self.pk
        self.place = self.place_below(above or "")
        self.level = len(self.place) // STEP - 1
        columns = {"thread_id": self.thread_id, "parent_id": self.parent_id, "level": self.level}
        XtdComment.norel_objects.filter(pk=self.pk).update(**columns)
        ReaderComment.objects.filter(pk=self.pk).update(place=self.place)

    def place_below(self, above: str) -> str:
        """Its place if it replies to the comment in that one."""
        since = (self.submit_date - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        return f"{above[: STEP * settings.COMMENT_DEPTH]}{max(since, 0):016d}{self.pk:010d}"

    def get_absolute_url(self) -> str:
        """Its own address, which leads to wherever it stands."""
        return below(self._article_as_read(), "comment", self.pk)

    @property
    def places_above(self) -> list[str]:
        """Of the comments below which it stands."""
        place = str(self.place)
        return [place[:end] for end in range(STEP, len(place), STEP)]

    @property
    def is_public_now(self) -> bool:
        return self.state == State.APPROVED

    @property
    def stands_aside(self) -> bool:
        """Whether it is a reply that stands beside what it replies to, not below: that is one of the deepest."""
        above = str(self.place)[-STEP - 10 : -STEP]
        return self.parent_id not in {self.pk, int(above or 0)}

    @property
    def takes_replies(self) -> bool:
        return self.is_public_now

    @property
    def is_withdrawn(self) -> bool:
        """Removed by its own writer, and so without a word."""
        return self.state == State.REMOVED and not self.salt

    def with_these_words(self) -> ReaderCommentQuerySet:
        """This row, as long as its words are those that we have in hand."""
        return ReaderComment.objects.filter(pk=self.pk, salt=self.salt)

    def move(
        self,
        to: State,
        *,
        expected: State,
        by: Any = None,
        reason: str = "",
        due_at: datetime | None = None,
        words: str | None = None,
        **columns: Any,
    ) -> bool:
        """Change its state if it still is the expected one, and log it. False: somebody was faster.

        What moves are the words in hand: if the writer has other words by now, nothing happens. by is the moderator,
        or READERS or WRITER; without one it is the screening. By UPDATE, not save(): the package's signals would touch
        the replies. Raises NotAllowedError if nobody of that kind may do this. due_at is of the next check. words are
        those that the writer puts in the place of the old ones.
        """
        if not is_allowed(expected, to, by_human=by is not None, by=by):
            who = f"The {by}" if by in (READERS, WRITER) else "A moderator" if by else "The screening"
            raise NotAllowedError(f"{who} cannot move from {expected} to {to}")
        columns = {"refusal": "", "state": to, "decided_at": timezone.now() if is_decided(to) else None} | columns
        if by in (None, WRITER) or self.verdict:  # otherwise decided before Akismet could: it is still asked
            columns["due_at"] = due_at
        shown: dict[str, Any] = {"is_public": to == State.APPROVED, "is_removed": to == State.REMOVED}
        if words is not None:
            columns["salt"], shown["comment"] = _make_salt(), words
        with transaction.atomic():
            moved = self.with_these_words().filter(state=expected).update(**columns)
            if moved:
                Comment.objects.filter(pk=self.pk).update(**shown)
                if words is not None:
                    self.refresh_from_db(fields=["comment", "salt"])  # the log is bound to them
                actor = by if by in (READERS, WRITER) else f"moderator {by.pk}" if by else "screening"
                guid = columns.get("verdict_guid", self.verdict_guid)
                StateChange.append(self, expected, to, actor=actor, reason=reason, guid=guid)
                transaction.on_commit(self.renew_page, robust=True)
        if moved:
            self.refresh_from_db()
        return bool(moved)

    def commitment(self) -> str:
        """Binds the log to the words without holding them: a salted hash. Empty once they are erased."""
        if not self.salt:
            return ""
        words = [self.user_name, self.user_email, self.user_url, self.comment]
        return hashlib.sha256("\0".join([self.salt, *words]).encode()).hexdigest()

    def put_back(self, after: timedelta, failure: str) -> None:
        """The service did not answer: it stays hidden, and is due again."""
        still_asked = self.with_these_words().filter(due_at__isnull=False)
        still_asked.update(due_at=timezone.now() + after, failure=failure[:300])

    def renew_page(self) -> None:
        """What the public reads of it is made anew. Call it after the commit."""
        renew_page(self._article_as_read().get_absolute_url())

    def _article_as_read(self) -> Article:
        """The row that the public reads now: a change that waited may have moved it to another address."""
        rows = Article.objects.published().filter(Q(pk=self.article_id) | Q(replaces=self.article_id))
        return rows.select_related("category").first() or self.article
