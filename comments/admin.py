from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.models import ReaderComment, State


@admin.register(ReaderComment)
class ReaderCommentAdmin(admin.ModelAdmin):
    """The moderators' list. Nobody writes comments here, and nobody rewrites a reader's."""

    list_display = ["text", "writer", "state_word", "verdict", "concern", "article", "submit_date"]
    list_display_links = ["text"]
    list_filter = ["state", "verdict", "submit_date"]
    list_select_related = ["article__category"]
    search_fields = ["comment", "user_name", "user_email"]
    ordering = ["-submit_date"]
    date_hierarchy = "submit_date"
    actions = ["approve", "hold", "mark_as_spam", "remove"]
    fields = [
        "article",
        "text",
        ("user_name", "user_email", "user_url"),
        ("state_word", "verdict", "concern"),
        ("submit_date", "ip_address"),
        ("attempts", "failure"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReaderComment]:
        return super().get_queryset(request).defer("envelope")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for row in self.fields or [] for name in ([row] if isinstance(row, str) else row)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("comment"))
    def text(self, comment: ReaderComment) -> str:
        return format_html('<div class="desk-comment">{}</div>', comment.comment[:600])

    @admin.display(description=gettext_lazy("writer"), ordering="user_name")
    def writer(self, comment: ReaderComment) -> str:
        return str(comment.user_name)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, comment: ReaderComment) -> str:
        return format_html(
            '<span class="desk-state desk-state-{}">{}</span>', comment.state, comment.get_state_display()
        )

    @admin.action(description=gettext_lazy("Publish"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> None:
        self._move(request, queryset, State.APPROVED)

    @admin.action(description=gettext_lazy("Hold"), permissions=["change"])
    def hold(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> None:
        self._move(request, queryset, State.HELD)

    @admin.action(description=gettext_lazy("Mark as spam"), permissions=["change"])
    def mark_as_spam(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> None:
        self._move(request, queryset, State.SPAM)

    @admin.action(description=gettext_lazy("Remove (its replies keep their place)"), permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> None:
        self._move(request, queryset, State.REMOVED)

    def _move(self, request: HttpRequest, queryset: QuerySet[ReaderComment], to: State) -> None:
        moved = [comment for comment in queryset if comment.move(to, expected=State(comment.state))]
        for comment in moved:
            self.log_change(request, comment, str(to.label))
        told = ngettext("%(count)d comment: %(state)s.", "%(count)d comments: %(state)s.", len(moved))
        self.message_user(request, told % {"count": len(moved), "state": to.label}, messages.SUCCESS)
        if late := queryset.count() - len(moved):
            self.message_user(request, _("%d had changed meanwhile and were left alone.") % late, messages.WARNING)
