from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Colleague
from articles.widgets import is_key
from authors.admin import AuthorAdmin
from authors.models import Author
from comments import admin_rules, feedback, own_letters  # noqa: F401  # registers the rules of discussions
from comments.models import (
    Appeal,
    BlockedTerm,
    Feedback,
    Follow,
    Mailbox,
    Mark,
    ReaderComment,
    Refusal,
    ReservedName,
    State,
    StateChange,
)
from comments.models.feedback import UNDO_SECONDS
from newsroom.lib.addressed import AddressedAdmin
from newsroom.lib.moments import in_words


class AppealFilter(admin.SimpleListFilter):
    title = gettext_lazy("appeals")
    parameter_name = "appeal"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("Waiting for an answer")), ("answered", _("Answered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> QuerySet[ReaderComment]:
        appeals = Appeal.objects.filter(comment=OuterRef("pk"))
        match self.value():
            case "waiting":
                return queryset.filter(Exists(appeals.waiting()))
            case "answered":
                return queryset.filter(Exists(appeals.exclude(answered_at=None)))
        return queryset


class ReportedFilter(admin.SimpleListFilter):
    title = gettext_lazy("reported by readers")
    parameter_name = "reported"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> QuerySet[ReaderComment]:
        return queryset.filter(Exists(_reports())) if self.value() == "yes" else queryset


def _reports() -> QuerySet[Mark]:
    return Mark.objects.filter(comment=OuterRef("pk"), kind=Mark.Kind.REPORT).order_by()


def _list_as_read() -> float:
    """When the list that a moderator looks at was made; earlier rather than later, for edits that were under way."""
    return round(timezone.now().timestamp() - 10, 3)


class DecisionForm(ActionForm):
    """The list's actions, with what a refusal's writer is told, and when the words that are decided on were read."""

    refusal = forms.ChoiceField(
        label=gettext_lazy("Reason, told to the writer:"),
        required=False,
        choices=[("", gettext_lazy("– none –")), *Refusal.choices],
    )
    read_at = forms.FloatField(label="", required=False, initial=_list_as_read, widget=forms.HiddenInput)


def _names_of(actors: set[str]) -> dict[str, str]:
    """What people call those whom the moderation log names, as far as they are known."""
    known = {"reader": _("the writer"), "writer": _("the writer"), "readers": _("readers"), "screening": _("screening")}
    keys = [key for word, _space, key in (actor.partition(" ") for actor in actors) if word == "moderator"]
    moderators = Colleague.objects.in_bulk([key for key in keys if is_key(key)])
    return known | {f"moderator {key}": str(moderator) for key, moderator in moderators.items()}


@admin.register(ReaderComment)
class ReaderCommentAdmin(AddressedAdmin):
    """The moderators' list. Nobody writes comments here, and nobody rewrites a reader's."""

    list_display = [
        "text",
        "writer",
        "state_word",
        "verdict",
        "concern",
        "appeal_words",
        "reports",
        "article",
        "rules",
        "submit_date",
    ]
    list_display_links = ["text"]
    list_filter = ["state", AppealFilter, "verdict", ReportedFilter, "submit_date"]
    list_select_related = ["article__category", "appeal"]
    search_fields = ["comment", "user_name", "user_email"]
    ordering = ["-submit_date"]
    date_hierarchy = "submit_date"
    actions = ["approve", "hold", "mark_as_spam", "remove", "turn_down"]
    action_form = DecisionForm
    fields = [
        ("article", "rules"),
        "text",
        ("user_name", "user_email", "user_url"),
        ("state_word", "verdict", "concern", "refusal"),
        "appeal_words",
        ("recommendations", "reported"),
        ("submit_date", "edited_at", "ip_address"),
        ("attempts", "failure"),
        "history",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReaderComment]:
        counted = _reports().values("comment").annotate(count=Count("pk")).values("count")
        counts = Coalesce(Subquery(counted, IntegerField()), 0)
        rows: QuerySet[ReaderComment] = super().get_queryset(request).defer("envelope")
        annotated: QuerySet[ReaderComment] = rows.annotate(report_count=counts)
        return annotated

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for row in self.fields or [] for name in ([row] if isinstance(row, str) else row)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("comment"))
    def text(self, comment: ReaderComment) -> str:
        return format_html('<div class="desk-comment">{}</div>', comment.comment[:600])

    @admin.display(description=gettext_lazy("writer"), ordering="user_name")
    def writer(self, comment: ReaderComment) -> str:
        return f"{comment.user_name} ({comment.get_badge_display()})" if comment.badge else str(comment.user_name)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_word(self, comment: ReaderComment) -> str:
        return format_html(
            '<span class="desk-state desk-state-{}">{}</span>', comment.state, comment.get_state_display()
        )

    @admin.display(description=gettext_lazy("appeal"), ordering="appeal__made_at", empty_value="–")
    def appeal_words(self, comment: ReaderComment) -> str:
        """What its writer says against the refusal, and whether anybody has answered."""
        appeal: Appeal | None = getattr(comment, "appeal", None)
        if appeal is None:
            return ""
        word = _("answered") if appeal.answered_at else _("waiting")
        return format_html(
            '<div class="desk-comment"><strong>{}</strong> ({}) {}</div>', word, in_words(appeal.made_at), appeal.words
        )

    @admin.display(description=gettext_lazy("discussion"))
    def rules(self, comment: ReaderComment) -> str:
        """Where it is paused, hidden, or held first."""
        address = reverse("admin:comments_discussionrules_article", args=[comment.article_id])
        return format_html('<a href="{}">{}</a>', address, _("Rules …"))

    @admin.display(description=gettext_lazy("reports"))
    def reports(self, comment: ReaderComment) -> int:
        return comment.report_count  # type: ignore[no-any-return]  # get_queryset counts them

    @admin.display(description=gettext_lazy("reported"), empty_value="–")
    def reported(self, comment: ReaderComment) -> str:
        """What readers say is wrong with it."""
        reports = comment.marks.filter(kind=Mark.Kind.REPORT)
        lines = ((in_words(row.made_at), row.get_reason_display(), row.words) for row in reports)
        return format_html_join("", "<p>{}: <strong>{}</strong> {}</p>", lines)

    @admin.display(description=gettext_lazy("history"))
    def history(self, comment: ReaderComment) -> str:
        """What the moderation log says of it."""
        rows = StateChange.objects.filter(comment_key=comment.pk)
        names = _names_of({row.actor for row in rows})
        lines = (
            (in_words(row.at), row.get_after_display(), names.get(row.actor, row.actor), row.reason) for row in rows
        )
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}: <strong>{}</strong> ({}) {}</li>", lines))

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

    @admin.action(description=gettext_lazy("Let the refusal stand (answers the appeal)"), permissions=["change"])
    def turn_down(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> None:
        answered = [comment for comment in queryset if feedback.turn_down(comment, by=request.user)]
        for comment in answered:
            self.log_change(request, comment, _("Appeal turned down"))
        text = ngettext("%d appeal is answered.", "%d appeals are answered.", len(answered)) % len(answered)
        self.message_user(request, text, messages.SUCCESS if answered else messages.WARNING)

    def _move(self, request: HttpRequest, queryset: QuerySet[ReaderComment], to: State) -> None:
        moved, undoable, told = [], [], set()
        refusal = request.POST.get("refusal", "")  # the form has checked it
        queryset = self._as_read(request, queryset.exclude(salt=""))  # of what was erased there is nothing to decide
        for comment in queryset.exclude(state=to):
            done, waiting, news = feedback.decide(comment, to, by=request.user, refusal=refusal)
            moved += [comment] if done else []
            undoable += [waiting] if waiting else []
            told |= {news} if news else set()
        for comment in moved:
            self.log_change(request, comment, str(to.label))
        self._tell(request, len(moved), to, undoable)
        for news in told:
            self.message_user(request, news, messages.WARNING)
        if late := queryset.exclude(state=to).count():
            self.message_user(request, _("%d had changed meanwhile and were left alone.") % late, messages.WARNING)

    def _as_read(self, request: HttpRequest, queryset: QuerySet[ReaderComment]) -> QuerySet[ReaderComment]:
        """Without those whose writers have edited them since the list was made: nobody decides on words unread."""
        try:
            read_at = datetime.fromtimestamp(float(request.POST.get("read_at", "")), UTC)
        except (ValueError, OverflowError, OSError):
            return queryset
        edited = Q(edited_at__gt=read_at)
        if count := queryset.filter(edited).count():
            text = ngettext(
                "%d comment was edited by its writer meanwhile and was left alone. Read it again.",
                "%d comments were edited by their writers meanwhile and were left alone. Read them again.",
                count,
            )
            self.message_user(request, text % count, messages.WARNING)
        return queryset.exclude(edited)

    def _tell(self, request: HttpRequest, count: int, to: State, undoable: list[Feedback]) -> None:
        text = ngettext("%(count)d comment: %(state)s.", "%(count)d comments: %(state)s.", count)
        text %= {"count": count, "state": to.label}
        if undoable:
            address = reverse("admin:comments_readercomment_undo", args=["-".join(str(row.pk) for row in undoable)])
            offer = _("Akismet hears of it in %d seconds.") % UNDO_SECONDS
            text = format_html('{} {} <a href="{}">{}</a>', text, offer, address, _("Undo"))
        self.message_user(request, text, messages.SUCCESS)

    # --- Taking a decision back ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        undo = self.admin_site.admin_view(self.undo_view)
        return [path("undo/<str:keys>/", undo, name="comments_readercomment_undo"), *super().get_urls()]

    def undo_view(self, request: HttpRequest, keys: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows = Feedback.objects.filter(pk__in=[key for key in keys.split("-") if key.isdecimal() and len(key) < 19])
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {"title": _("Take it back?"), "opts": self.opts}
            return TemplateResponse(request, "admin/comments/readercomment/undo.html", context | {"rows": rows})
        found = list(rows.select_related("comment__article__category"))
        if not found:
            self.message_user(request, _("There is nothing left to take back."), messages.WARNING)
        for row in found:
            try:
                feedback.undo(row, by=request.user)
            except feedback.TooLateError:
                self.message_user(request, _("Akismet has heard of it already. Decide anew."), messages.WARNING)
            else:
                self.message_user(request, _("Taken back."), messages.SUCCESS)
        return redirect(reverse("admin:comments_readercomment_changelist"))


@admin.register(BlockedTerm)
class BlockedTermAdmin(admin.ModelAdmin):
    list_display = ["term", "note"]
    search_fields = ["term", "note"]


@admin.register(ReservedName)
class ReservedNameAdmin(admin.ModelAdmin):
    search_fields = ["name"]


@admin.register(StateChange)
class StateChangeAdmin(admin.ModelAdmin):
    """The moderation log, to be read. Nobody writes it but the comments themselves."""

    list_display = ["number", "at", "comment_key", "before", "after", "actor", "reason", "guid"]
    list_filter = ["after"]
    search_fields = ["=comment_key", "=guid", "actor"]
    ordering = ["-number"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Mailbox)
class MailboxAdmin(admin.ModelAdmin):
    """Who gets letters, and which addresses take none. To be read; deleting one ends its letters."""

    list_display = ["__str__", "follow_count", "is_daily", "refused_at", "refusal"]
    list_filter = ["is_daily", ("refused_at", admin.EmptyFieldListFilter)]
    search_fields = ["=email"]
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        own = self.admin_site.admin_view(own_letters.view)
        return [path("own/", own, name="comments_own_letters"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mailbox]:
        counted: QuerySet[Mailbox] = super().get_queryset(request).annotate(follow_count=Count("follows"))
        return counted

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("follows"))
    def follow_count(self, mailbox: Mailbox) -> int:
        return mailbox.follow_count  # type: ignore[attr-defined,no-any-return]  # get_queryset counts them


class AuthorFollowForm(forms.ModelForm):
    when = forms.ChoiceField(label=gettext_lazy("when"), choices=[("", "–"), *own_letters.WHEN])

    class Meta:
        model = Follow
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["when"] = "daily" if self.instance.mailbox.is_daily else "each"

    def clean_when(self) -> str:
        own_letters.check_address(getattr(self.instance, "author", None))  # none: it is being added
        return str(self.cleaned_data["when"])

    @transaction.atomic
    def save(self, commit: bool = True) -> Follow:
        mailbox = Mailbox.objects.of(self.instance.author.user.email)
        if mailbox:
            Mailbox.objects.filter(pk=mailbox.pk).update(is_daily=self.cleaned_data["when"] == "daily")
        self.instance.mailbox, self.instance.scope = mailbox, Follow.Scope.ALL
        self.instance.confirmed_at = timezone.now()  # editors vouch for their authors' addresses
        follow: Follow = super().save(commit)
        return follow


class AuthorFollowInline(admin.StackedInline):
    """Letters about the comments on all that an author writes. For those who may change the author."""

    model = Follow
    form = AuthorFollowForm
    fk_name = "author"

    def get_extra(self, request: HttpRequest, obj: Author | None = None, **kwargs: Any) -> int:
        return 1 if obj else 0  # an author has to be there first

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("authors.change_author")

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


# Shown with the author, whose app stands below and knows nothing of comments.
AuthorAdmin.inlines = [*AuthorAdmin.inlines, AuthorFollowInline]
