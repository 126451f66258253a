"""Every change of a comment's state, for ever: append-only rows, chained by an HMAC.

The key is not in the database, so nobody who can write there can make a chain that holds. The rows hold a
commitment to the comment's words instead of the words: a salted hash whose salt lies with the comment, so that
erasing the comment leaves the chain whole and says nothing about it.
"""

import hashlib
import hmac
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.states import State

if TYPE_CHECKING:
    from comments.models.comment import ReaderComment

BEGINNING = "0" * 64  # what the first row is chained to


def chain_keys() -> list[bytes]:
    """The key of the chain, and older ones that rows may still be chained by."""
    secrets = [settings.MODERATION_KEY] if settings.MODERATION_KEY else []
    secrets += [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(b"comments.log:" + secret.encode()).digest() for secret in secrets]


class LogHead(models.Model):
    """The last row's number and code. One row; locking it is what makes the log one line."""

    number = models.PositiveBigIntegerField(default=0)
    code = models.CharField(max_length=64, default=BEGINNING)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_log_head")]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"

    @classmethod
    def locked(cls) -> "LogHead":
        head = LogHead.objects.select_for_update().filter(pk=1).first()
        if head is None:
            LogHead.objects.get_or_create(pk=1)
            head = LogHead.objects.select_for_update().get(pk=1)
        return head


class StateChange(models.Model):
    """One change of one comment's state. No foreign keys: a row outlives its comment and its moderator."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    comment_key = models.BigIntegerField(_("comment"), db_index=True)
    at = models.DateTimeField(_("when"))
    actor = models.CharField(_("who or what"), max_length=40)
    before = models.CharField(_("from"), max_length=12, blank=True)  # empty: it came in
    after = models.CharField(_("to"), max_length=12, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    guid = models.CharField(_("Akismet's id of the check"), max_length=100, blank=True)
    words = models.CharField(max_length=64)  # the commitment to name, addresses and text
    code = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        verbose_name = _("change of state")
        verbose_name_plural = _("moderation log")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.number}: {self.comment_key} {self.before or '–'} → {self.after}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The moderation log is only ever added to")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("The moderation log is only ever added to")

    @classmethod
    def append(cls, comment: "ReaderComment", before: str, after: str, *, actor: str, reason: str, guid: str) -> None:
        """Inside the transaction that makes the change: either both stand or neither."""
        with transaction.atomic():
            head = LogHead.locked()
            row = cls(
                number=head.number + 1,
                comment_key=comment.pk,
                at=timezone.now(),
                actor=actor,
                before=before,
                after=after,
                reason=reason[:200],
                guid=guid[:100],
                words=comment.commitment(),
            )
            row.code = row.chained_to(head.code, chain_keys()[0])
            row.save()
            LogHead.objects.filter(pk=1).update(number=row.number, code=row.code)

    def chained_to(self, code: str, key: bytes) -> str:
        """The code of this row behind a row with that code."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        parts = [self.number, self.comment_key, at, self.actor, self.before, self.after, self.reason, self.guid]
        content = json.dumps([code, *parts, self.words], ensure_ascii=True, separators=(",", ":"))
        return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()
