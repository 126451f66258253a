from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_comments.models import Comment
from django_comments_xtd.models import XtdComment

from articles.models import Article
from comments.service import Verdict
from newsroom.lib.caching import renew_page

MAX_LEVEL = 3  # replies to replies to replies; the reader's first comment is level 0


class State(models.TextChoices):
    UNCHECKED = "unchecked", _("Waiting for its check")
    PROVISIONAL = "provisional", _("Waiting for a second check")
    HELD = "held", _("Held for a moderator")
    APPROVED = "approved", _("Published")
    SPAM = "spam", _("Spam")
    BLATANT = "blatant", _("Blatant spam")
    REMOVED = "removed", _("Removed")


QUEUED = (State.UNCHECKED, State.PROVISIONAL)


class ReaderCommentQuerySet(models.QuerySet["ReaderComment"]):
    def public(self) -> Self:
        """What the public sees. Nobody else spells out a state."""
        return self.filter(state=State.APPROVED)

    def in_thread(self) -> Self:
        """What stands in a discussion: the public comments, and removed ones, of which only the place shows."""
        return self.filter(state__in=(State.APPROVED, State.REMOVED))

    def due(self, now: datetime) -> Self:
        return self.filter(state__in=QUEUED, due_at__lte=now)

    def claim(self, pk: int, until: datetime) -> bool:
        """Take one due comment off the queue until then. False: somebody else has it."""
        # Without its old failure: it is no longer put off but under check, and nobody may wake it meanwhile.
        attempts = models.F("attempts") + 1
        return bool(self.due(timezone.now()).filter(pk=pk).update(due_at=until, attempts=attempts, failure=""))


class ReaderComment(XtdComment):
    """A reader's comment on an article. The row is also its own entry in the queue of checks."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="comments")
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.UNCHECKED)
    verdict = models.CharField(_("Akismet's word"), max_length=12, choices=Verdict.choices, blank=True)
    verdict_guid = models.CharField(max_length=100, blank=True, editable=False)
    # Whatever is held against it besides the verdict, in words for the moderators.
    concern = models.CharField(_("concern"), max_length=200, blank=True)
    # What Akismet was sent the first time; rechecks and feedback repeat it word for word.
    envelope = models.JSONField(editable=False, default=dict)
    due_at = models.DateTimeField(_("next check"), null=True, editable=False)
    attempts = models.PositiveIntegerField(_("checks"), default=0, editable=False)
    failure = models.CharField(_("last failure"), max_length=300, blank=True, editable=False)

    objects = ReaderCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            models.Index(fields=["article", "state"], name="comment_article_state"),
            models.Index(fields=["due_at"], condition=Q(state__in=QUEUED), name="comment_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="comment_state_known"),
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
            super().save(*args, **kwargs)

    def _calculate_thread_data(self) -> None:
        try:
            super()._calculate_thread_data()
        except XtdComment.DoesNotExist:  # a comment above it was deleted
            if self.level == 0:  # the very one that it replies to
                self.parent_id = self.thread_id = self.pk

    def get_absolute_url(self) -> str:
        return f"{self._page_address()}#comment-{self.pk}"

    @property
    def is_public_now(self) -> bool:
        return self.state == State.APPROVED

    @property
    def takes_replies(self) -> bool:
        return self.is_public_now and self.level < MAX_LEVEL

    def move(self, to: State, *, expected: State, **columns: Any) -> bool:
        """Change its state if it still is the expected one; the article's page shows it on the next read.

        By UPDATE, not save(): the package's signals would touch the replies. False: somebody was faster.
        """
        with transaction.atomic():
            moved = ReaderComment.objects.filter(pk=self.pk, state=expected).update(
                state=to, due_at=columns.pop("due_at", None), **columns
            )
            if moved:
                Comment.objects.filter(pk=self.pk).update(
                    is_public=to == State.APPROVED, is_removed=to == State.REMOVED
                )
                transaction.on_commit(self._renew_page, robust=True)
        if moved:
            self.refresh_from_db()
        return bool(moved)

    def put_back(self, after: timedelta, failure: str) -> None:
        """The service did not answer: it stays hidden, and is due again."""
        ReaderComment.objects.filter(pk=self.pk, state__in=QUEUED).update(
            due_at=timezone.now() + after, failure=failure[:300]
        )

    def _renew_page(self) -> None:
        renew_page(self._page_address())

    def _page_address(self) -> str:
        """Where the public reads the article now: a change that waited may have moved it."""
        rows = Article.objects.published().filter(Q(pk=self.article_id) | Q(replaces=self.article_id))
        return (rows.select_related("category").first() or self.article).get_absolute_url()
