from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.comment import ReaderComment


class AppealQuerySet(models.QuerySet["Appeal"]):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)

    def answer(self, comment: ReaderComment) -> bool:
        """A moderator has decided on the comment anew. False: nobody waits for that."""
        return bool(self.waiting().filter(comment=comment).update(answered_at=timezone.now()))


class Appeal(models.Model):
    """That a writer asks the moderators to look at a refused comment again. One a comment, ever."""

    comment = models.OneToOneField(ReaderComment, on_delete=models.CASCADE, related_name="appeal")
    words = models.CharField(_("words"), max_length=1000, blank=True)  # empty: erased
    made_at = models.DateTimeField(_("when"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["comment"], condition=models.Q(answered_at=None), name="appeal_waiting")]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.words[:50]}"
