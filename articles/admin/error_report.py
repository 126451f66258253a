from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import ErrorReport

State = ErrorReport.State


@admin.register(ErrorReport)
class ErrorReportAdmin(admin.ModelAdmin):
    """What readers reported. A state is all that is to be decided; the story itself is corrected in its own form."""

    list_display = ["__str__", "article", "state", "created_at"]
    list_filter = ["state"]
    list_select_related = ["article"]
    search_fields = ["words", "passage", "article__headline"]
    readonly_fields = ["article", "correct_it", "passage", "words", "created_at"]
    fields = ["state", "article", "correct_it", "passage", "words", "created_at"]
    actions = ["mark_done", "mark_rejected", "mark_new"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("answer"))
    def correct_it(self, report: ErrorReport) -> str:
        address = reverse("admin:articles_article_change", args=[report.article_id])
        return format_html('<a href="{}?report={}">{}</a>', address, report.pk, _("Correct the story"))

    @admin.action(description=gettext_lazy("Mark as done"))
    def mark_done(self, request: HttpRequest, reports: QuerySet[ErrorReport]) -> None:
        self._mark(request, reports, State.DONE)

    @admin.action(description=gettext_lazy("Mark as rejected"))
    def mark_rejected(self, request: HttpRequest, reports: QuerySet[ErrorReport]) -> None:
        self._mark(request, reports, State.REJECTED)

    @admin.action(description=gettext_lazy("Mark as new"))
    def mark_new(self, request: HttpRequest, reports: QuerySet[ErrorReport]) -> None:
        self._mark(request, reports, State.NEW)

    def _mark(self, request: HttpRequest, reports: QuerySet[ErrorReport], state: ErrorReport.State) -> None:
        count = reports.update(state=state)
        said = ngettext("%(count)d report: %(state)s.", "%(count)d reports: %(state)s.", count)
        self.message_user(request, said % {"count": count, "state": state.label})


def in_the_form(request: HttpRequest, article: Any) -> dict[str, Any]:
    """The open reports on a story, for its own form; the one that is being answered first."""
    if article is None:
        return {"error_reports": []}
    reports = sorted(article.error_reports.open()[:20], key=lambda row: str(row.pk) != request.GET.get("report"))
    return {"error_reports": reports}
