import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_comments.models import Comment
from django_comments_xtd.models import XtdComment

from articles.models import Article
from authors.models import Author
from comments.models.log import StateChange
from comments.models.states import QUEUED, READERS, NotAllowedError, State, is_allowed, is_decided
from comments.service import Verdict
from newsroom.lib.caching import renew_page

MAX_LEVEL = 3  # replies to replies to replies; the reader's first comment is level 0


class ReaderCommentQuerySet(models.QuerySet["ReaderComment"]):
    def public(self) -> Self:
        """What the public sees. Nobody else spells out a state."""
        return self.filter(state=State.APPROVED)

    def in_thread(self) -> Self:
        """What stands in a discussion: the public comments, and removed ones, of which only the place shows."""
        return self.filter(state__in=(State.APPROVED, State.REMOVED)).select_related("speaker")

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
            # Of the comment's own row alone: its thread's rows are locked by those who reply.
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


class Badge(models.TextChoices):
    """What stands beside the name of somebody from the paper."""

    AUTHOR = "author", _("Author of this article")
    NEWSROOM = "newsroom", _("Newsroom")


class ReaderComment(XtdComment):
    """A reader's comment on an article. The row is also its own entry in the queue of checks."""

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
    # Once it is public, those who follow are told: once in its life.
    is_announced = models.BooleanField(default=False, editable=False)
    # So many marks of that kind: counted here as well, so that a thread costs no query more.
    recommendations = models.PositiveIntegerField(_("recommendations"), default=0, editable=False)
    # The same comment once more is this one. None: it was erased.
    fingerprint = models.CharField(max_length=64, unique=True, null=True, editable=False)
    salt = models.CharField(max_length=32, default=_make_salt, editable=False)

    objects = ReaderCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["article", "state"], name="comment_article_state"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="comment_due"),
            models.Index(fields=["state", "decided_at"], name="comment_decided"),
            models.Index(fields=["state"], condition=Q(is_announced=False), name="comment_to_announce"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="comment_state_known"),
            models.CheckConstraint(
                condition=Q(speaker=None, badge="") | Q(badge__in=Badge.values), name="comment_speaker_has_a_badge"
            ),
            # Nothing waits for ever: whatever is in the queue has a time.
            models.CheckConstraint(
                condition=~Q(state__in=QUEUED) | Q(due_at__isnull=False), name="comment_queued_is_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.comment[:50]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        # The package counts and orders a thread in Python; without the lock, parallel replies corrupt both.
        with transaction.atomic():
            if self._state.adding and self.parent_id:
                thread = XtdComment.norel_objects.filter(pk=self.parent_id).values("thread_id")
                list(XtdComment.norel_objects.select_for_update(of=("self",)).filter(pk__in=thread).values("pk"))
            is_new = self._state.adding
            if is_new:
                self.writer_key = writer_key(self.user_email)
            super().save(*args, **kwargs)
            if is_new:
                StateChange.append(self, "", self.state, actor="reader", reason=self.concern, guid="")

    def _calculate_thread_data(self) -> None:
        try:
            super()._calculate_thread_data()
        except XtdComment.DoesNotExist:  # a comment above it was deleted
            if self.level == 0:  # the very one that it replies to
                self.parent_id = self.thread_id = self.pk

    def get_absolute_url(self) -> str:
        return f"{self._article_as_read().get_absolute_url()}#comment-{self.pk}"

    @property
    def is_public_now(self) -> bool:
        return self.state == State.APPROVED

    @property
    def takes_replies(self) -> bool:
        return self.is_public_now and self.level < MAX_LEVEL

    def move(
        self,
        to: State,
        *,
        expected: State,
        by: Any = None,
        reason: str = "",
        due_at: datetime | None = None,
        **columns: Any,
    ) -> bool:
        """Change its state if it still is the expected one, and log it. False: somebody was faster.

        by is the moderator, or READERS; without one it is the screening. By UPDATE, not save(): the package's signals
        would touch the replies. Raises NotAllowedError if nobody of that kind may do this. due_at is of the next check.
        """
        if not is_allowed(expected, to, by_human=by is not None, by_readers=by == READERS):
            who = "Readers" if by == READERS else "A moderator" if by else "The screening"
            raise NotAllowedError(f"{who} cannot move from {expected} to {to}")
        columns |= {"state": to, "decided_at": timezone.now() if is_decided(to) else None}
        if by is None or self.verdict:  # otherwise decided before Akismet could: it is still asked
            columns["due_at"] = due_at
        with transaction.atomic():
            moved = ReaderComment.objects.filter(pk=self.pk, state=expected).update(**columns)
            if moved:
                Comment.objects.filter(pk=self.pk).update(
                    is_public=to == State.APPROVED, is_removed=to == State.REMOVED
                )
                actor = READERS if by == READERS else f"moderator {by.pk}" if by else "screening"
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
        still_asked = ReaderComment.objects.filter(pk=self.pk, due_at__isnull=False)
        still_asked.update(due_at=timezone.now() + after, failure=failure[:300])

    def renew_page(self) -> None:
        """What the public reads of it is made anew. Call it after the commit."""
        page = self._article_as_read().get_absolute_url()
        renew_page(page)
        renew_page(f"{page}comments/feed/")

    def _article_as_read(self) -> Article:
        """The row that the public reads now: a change that waited may have moved it to another address."""
        rows = Article.objects.published().filter(Q(pk=self.article_id) | Q(replaces=self.article_id))
        return rows.select_related("category").first() or self.article
