from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    def open(self) -> Self:
        return self.filter(state=ErrorReport.State.NEW)


class ErrorReport(models.Model):
    """What a reader thinks is wrong in a story. Nothing is kept of who it was."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        DONE = "done", _("Done")
        REJECTED = "rejected", _("Rejected")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="error_reports", verbose_name=_("article")
    )
    passage = models.CharField(_("passage"), max_length=500, blank=True)
    words = models.TextField(_("what is wrong"), max_length=2000)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    created_at = models.DateTimeField(_("came in"), default=timezone.now)
    trace = models.CharField(max_length=64, editable=False)  # of the day's address: tells one reader from another

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("error report")
        verbose_name_plural = _("error reports")
        indexes = [
            models.Index(fields=["state", "-created_at", "-id"], name="error_report_newest"),
            models.Index(fields=["trace", "created_at"], name="error_report_trace"),
        ]

    def __str__(self) -> str:
        return self.words if len(self.words) <= 80 else f"{self.words[:79]}…"
