"""What was made public, for ever: append-only rows, signed and chained.

A seal binds one revision, as it stands, to its article, its number and its times. It holds a commitment to the
words instead of the words: a salted hash whose salt lies with the revision. A court's order can therefore take words
out of a revision, and out of its history: the new seal says that it happened, the old one says nothing any more.

Each seal carries the hash of its article's last seal and of the paper's last one: so that a seal, or a whole article,
cannot be missing from the middle. What is missing from the end, the heads tell (articles/verification.py).
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib import signing

if TYPE_CHECKING:
    from articles.models.revision import Revision

BEGINNING = "0" * 64  # what the first row of a chain is chained to


class SealedAct(models.TextChoices):
    PUBLISHED = "published", _("made public")
    TAKEN_BACK = "taken back", _("taken back before its time")  # nobody saw it
    REMOVED = "removed", _("words removed by law")


class SealHead(models.Model):
    """The last seal's number and code. One row; locking it is what makes the seals one line."""

    number = models.PositiveBigIntegerField(default=0)
    code = models.CharField(max_length=64, default=BEGINNING)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_seal_head")]

    def __str__(self) -> str:
        return f"{self.number} {self.code}"

    @classmethod
    def locked(cls) -> "SealHead":
        head = SealHead.objects.select_for_update().filter(pk=1).first()
        if head is None:
            SealHead.objects.get_or_create(pk=1)
            head = SealHead.objects.select_for_update().get(pk=1)
        return head


class Seal(models.Model):
    """One act on one revision. No foreign keys: it outlives whatever it speaks of."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    article_key = models.BigIntegerField(_("article"), db_index=True)
    revision_number = models.PositiveIntegerField(_("revision"))
    act = models.CharField(_("what was done"), max_length=10, choices=SealedAct.choices)
    at = models.DateTimeField(_("when"))
    public_from = models.DateTimeField(_("public from"), null=True)
    saved_by = models.BigIntegerField(null=True)  # the key of who wrote the revision
    by = models.CharField(_("by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    words = models.CharField(max_length=64)  # the commitment to the revision's words
    before = models.CharField(max_length=64)  # the code of the article's last seal
    code = models.CharField(max_length=64)
    key = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["number"]
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.number}: {self.article_key} #{self.revision_number} {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Seals are only ever added")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Seals are only ever added")

    @classmethod
    def append(cls, revision: "Revision", act: SealedAct, *, by: str = "", reason: str = "") -> "Seal":
        """Inside the transaction that does what it says: either both stand or neither."""
        with transaction.atomic():
            head = SealHead.locked()
            last = Seal.objects.filter(article_key=revision.article_id).last()
            seal = cls(
                number=head.number + 1,
                article_key=revision.article_id,
                revision_number=revision.number,
                act=act,
                at=timezone.now(),
                public_from=revision.published_from,
                saved_by=revision.created_by_id,
                by=by[:150],
                reason=reason[:300],
                words=revision.commitment(),
                before=last.code if last else BEGINNING,
            )
            content = seal.content(head.code)
            seal.code = hashlib.sha256(content).hexdigest()
            seal.key, seal.signature = signing.sign(content)
            seal.save()
            SealHead.objects.filter(pk=1).update(number=seal.number, code=seal.code)
        return seal

    def content(self, previous: str) -> bytes:
        """What is signed, behind the seal with that code."""
        parts = [previous, self.before, self.number, self.article_key, self.revision_number, self.act]
        parts += [_moment(self.at), _moment(self.public_from), self.saved_by, self.by, self.reason, self.words]
        return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()


def commitment(salt: str, *parts: Any) -> str:
    """Says nothing without the salt, and nothing else with it."""
    written = json.dumps([salt, *parts], ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_moment)
    return hashlib.sha256(written.encode()).hexdigest()


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else ""
