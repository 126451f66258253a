from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.revision import Story

_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)


class AutosaveQuerySet(models.QuerySet["Autosave"]):
    def by_user(self, article: Article | None, user: Any) -> "AutosaveQuerySet":
        return self.filter(article=article, by=user)

    def thin(self) -> int:
        """The last hour stays whole, of the last day one an hour, of the last month one a day. Says how many went."""
        now = timezone.now()
        gone = list(self.filter(saved_at__lt=now - _MONTH).values_list("pk", flat=True))
        kept: set[tuple[Any, ...]] = set()
        old = self.filter(saved_at__gte=now - _MONTH, saved_at__lt=now - _HOUR).order_by("-saved_at", "-pk")
        for pk, article, user, saved_at in old.values_list("pk", "article_id", "by_id", "saved_at").iterator():
            span = (article, user, _span(saved_at, now))
            if span in kept:
                gone.append(pk)
            kept.add(span)
        for begin in range(0, len(gone), 1000):
            self.filter(pk__in=gone[begin : begin + 1000]).delete()
        return len(gone)


class Autosave(models.Model):
    """What an editor had in the form at some moment and has not saved. No revision: it has no number, is based on one,
    and nothing but its own writer's wish makes it one."""

    article = models.ForeignKey(
        Article, null=True, on_delete=models.CASCADE, related_name="autosaves"
    )  # none: a new one
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by"))
    based_on = models.PositiveIntegerField(null=True)  # the number of the revision that was in the form
    story = models.JSONField()
    saved_at = models.DateTimeField(_("saved"), default=timezone.now, db_index=True)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]
        verbose_name = _("autosave")
        verbose_name_plural = _("autosaves")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article}: {self.saved_at}"

    @property
    def ref(self) -> str:
        """What it is called beside the numbers of the revisions."""
        return f"a{self.pk}"

    def read(self) -> Story:
        return Story.from_json(self.story)


def _span(moment: datetime, now: datetime) -> str:
    """Of all that were saved within one of these, one stays."""
    return f"{moment:%Y-%m-%d %H}" if moment >= now - _DAY else f"{moment:%Y-%m-%d}"
