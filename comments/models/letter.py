import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from comments.models.comment import ReaderComment
from comments.models.follow import Follow, Mailbox

ONE_QUESTION = timedelta(days=1)  # at most, to one address: whoever types another's address cannot flood it


class LetterQuerySet(models.QuerySet["Letter"]):
    def questions(self) -> Self:
        return self.filter(comment=None)

    def waiting(self) -> Self:
        return self.filter(due_at__isnull=False)

    def due(self, now: datetime) -> Self:
        """What may be sent now. A comment that is not public (any more) waits with its letters until it is."""
        public = ReaderComment.objects.public().filter(pk=OuterRef("comment"))
        return self.filter(Q(comment=None) | Exists(public), due_at__lte=now)

    def claim_next(self, lease: timedelta, *, may_ask: bool = True) -> "list[Letter]":
        """Those that go out as one mail next, for ourselves until the lease ends. Empty: nothing is due."""
        now = timezone.now()
        due = self.due(now) if may_ask else self.due(now).exclude(comment=None)
        with transaction.atomic():
            # The mailbox's row is locked, not the letter's: a digest is one worker's alone.
            of_unlocked = due.order_by("due_at", "pk").select_related("mailbox")
            skips = connection.features.has_select_for_update_skip_locked
            first = of_unlocked.select_for_update(of=("mailbox",), skip_locked=skips).first()
            if first is None:
                return []
            # Looked at again under the lock: another worker may just have taken some.
            chosen = _one_mail(list(due.filter(mailbox=first.mailbox).order_by("due_at", "pk")), first.mailbox)
            mail_id = next((letter.mail_id for letter in chosen), "") or secrets.token_hex(16)
            claimed = self.filter(pk__in=[letter.pk for letter in chosen], due_at__lte=now)
            claimed.update(due_at=now + lease, attempts=F("attempts") + 1, mail_id=mail_id)
        rows = self.filter(pk__in=[letter.pk for letter in chosen])
        return list(rows.select_related("mailbox", "follow", "comment__article__category").order_by("pk"))


class Letter(models.Model):
    """That somebody is to be told of a comment; or, without one, to be asked whether letters are wanted at all.

    The row is its own entry in the queue: due at a time, claimed with a lease, kept until it was sent.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="letters")
    follow = models.ForeignKey(Follow, null=True, on_delete=models.CASCADE, related_name="letters")
    comment = models.ForeignKey(ReaderComment, null=True, on_delete=models.CASCADE, related_name="letters")
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)  # null: sent, or never to be sent
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    # In the Message-ID: should one mail go out twice, mail programs know it for the same.
    mail_id = models.CharField(max_length=32, blank=True, db_index=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="letter_due")]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "comment"], name="letter_once_a_comment"),
            models.UniqueConstraint(
                fields=["mailbox"], condition=Q(comment=None, due_at__isnull=False), name="letter_asks_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(comment=None, follow=None) | Q(comment__isnull=False, follow__isnull=False),
                name="letter_about_a_comment_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}: {self.comment_id or '?'}"

    @classmethod
    def question_to(cls, mailbox: Mailbox) -> "Letter":
        """The one that waits already; or a new one, not within a day of the last. Lock the mailbox first."""
        waiting = mailbox.letters.questions().waiting().first()
        if waiting:
            return waiting
        last = mailbox.letters.questions().aggregate(last=models.Max("sent_at"))["last"]
        now = timezone.now()
        return cls.objects.create(mailbox=mailbox, due_at=max(now, last + ONE_QUESTION) if last else now)


def _one_mail(due: list[Letter], mailbox: Mailbox) -> list[Letter]:
    """What goes out together: once more what went together before, a digest, or a single letter."""
    first = due[0] if due else None
    if first and first.mail_id:
        return [letter for letter in due if letter.mail_id == first.mail_id]
    if first and first.comment_id and mailbox.is_daily:
        return [letter for letter in due if letter.comment_id and not letter.mail_id]
    return due[:1]
