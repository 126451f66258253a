"""The pages around a story's form: its notes, withdrawing and spiking it, and the words of the publish button."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from articles import roles, workflow
from articles.admin.buttons import publish_button, unnamed_publish_button
from articles.admin.words import state_word, what_is_public
from articles.forms import ArticleForm
from articles.forms_times import goes_out
from articles.models import Article, Note, Stage, Status
from articles.roles import Act
from newsroom.lib.addressed import AddressedAdmin
from newsroom.lib.markup import plain_text

_STEPS_SHOWN = 20


class NoteForm(forms.ModelForm):
    def __init__(self, *args: Any, body: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body

    class Meta:
        model = Note
        fields = ["passage", "words"]
        widgets = {"passage": forms.Textarea(attrs={"rows": 2}), "words": forms.Textarea(attrs={"rows": 3})}

    def clean_passage(self) -> str:
        passage = " ".join(self.cleaned_data["passage"].split())
        if passage and not Note(passage=passage).stands_in(self.body):
            raise ValidationError(_("These words do not stand in the body. Copy them from there."))
        return passage


class WithdrawalForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note for readers"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Why it is gone, in a sentence or two. Stands at its address from then on."),
    )


class SpikeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


class DeskPages(AddressedAdmin):
    """Each page asks whether the act is the user's before it shows or does anything."""

    def desk_urls(self) -> list[URLPattern]:
        views = {
            "withdraw": self.withdraw_view,
            "spike": self.spike_view,
            "unspike": require_POST(self.unspike_view),
            "notes": self.notes_view,
            "resolve": require_POST(self.resolve_view),
            "naming": require_safe(self.naming_view),
        }
        pages = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"articles_article_{name}")
            for name, view in views.items()
        ]
        naming = self.admin_site.admin_view(require_safe(self.naming_view))
        return [path("add/naming/", naming, name="articles_article_add_naming"), *pages]

    def story_for(self, request: HttpRequest, object_id: str, act: Act) -> Article:
        """Raises Http404 for a story that the user does not see, PermissionDenied for what is not his to do."""
        article = self.get_object(request, unquote(object_id))
        if article is None or not roles.may(request.user, Act.SEE, article):
            raise Http404("No such story, or not yours to see")
        if not roles.may(request.user, act, article):
            raise PermissionDenied
        return cast("Article", article)

    # --- What stands beside the form -------------------------------------------------------------------

    def desk_context(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        newest = article.latest_revision()
        text = plain_text(newest.read().body) if newest else ""
        notes = article.notes.filter(resolved_at=None).select_related("by")
        is_live = article.status == Status.LIVE
        return {
            "article": article,
            "state": state_word(article),
            "what_is_public": what_is_public(article),
            "rejection": workflow.last_rejection(article),
            "notes": [(note, note.passage in text) for note in notes],
            "steps": article.steps.select_related("by")[:_STEPS_SHOWN],
            "may_withdraw": is_live and roles.may(request.user, Act.WITHDRAW, article),
            "may_spike": not is_live and roles.may(request.user, Act.SPIKE, article),
            "is_spiked": article.stage == Stage.SPIKED,
        }

    def read_view(self, request: HttpRequest, article: Article) -> HttpResponse:
        """For those who see a story and cannot change it, or not as it stands."""
        context = self.admin_site.each_context(request) | self.desk_context(request, article)
        context |= {"title": str(article), "opts": self.opts}
        return TemplateResponse(request, "admin/articles/article/story.html", context)

    # --- Its ends -----------------------------------------------------------------------------------------

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self.story_for(request, object_id, Act.WITHDRAW)
        form = WithdrawalForm(_sent(request), initial={"note": article.withdrawal_note})
        if article.status != Status.LIVE:
            self.message_user(request, _("Readers do not see it anyway."), messages.WARNING)
            return self._back_to(article)
        if request.method == "POST" and form.is_valid():
            workflow.withdraw(article, request.user, form.cleaned_data["note"])
            self.log_change(request, article, _("Withdrawn"))
            self.message_user(request, _("It is withdrawn. Its address says so to readers."), messages.SUCCESS)
            return self._back_to(article)
        return self._ask(request, article, form, "withdraw.html", _("Withdraw this article?"))

    def spike_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self.story_for(request, object_id, Act.SPIKE)
        form = SpikeForm(_sent(request))
        if request.method == "POST" and form.is_valid():
            try:
                workflow.spike(article, request.user, form.cleaned_data["reason"])
            except workflow.TooLate:
                self._say_late(request)
            else:
                self.log_change(request, article, _("Spiked"))
                self.message_user(request, _("It is spiked: kept, and out of the way."), messages.SUCCESS)
            return self._back_to(article)
        return self._ask(request, article, form, "spike.html", _("Spike this story?"))

    def unspike_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self.story_for(request, object_id, Act.SPIKE)
        try:
            workflow.unspike(article, request.user)
        except workflow.TooLate:
            self._say_late(request)
        else:
            self.log_change(request, article, _("Taken off the spike"))
            self.message_user(request, _("It is a draft again."), messages.SUCCESS)
        return self._back_to(article)

    # --- Notes pinned to passages -----------------------------------------------------------------------------

    def notes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self.story_for(request, object_id, Act.NOTE)
        newest = article.latest_revision()
        body = newest.read().body if newest else ""
        form = NoteForm(_sent(request), body=body)
        if request.method == "POST" and form.is_valid():
            workflow.add_note(article, request.user, form.cleaned_data["words"], form.cleaned_data["passage"])
            return redirect(reverse("admin:articles_article_notes", args=[article.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Notes on “%s”") % article,
            "article": article,
            "opts": self.opts,
            "form": form,
            "body": body,
            "notes": [(note, note.stands_in(body)) for note in article.notes.select_related("by", "resolved_by")],
        }
        return TemplateResponse(request, "admin/articles/article/notes.html", context)

    def resolve_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self.story_for(request, object_id, Act.NOTE)
        key = request.POST.get("note", "")
        note = get_object_or_404(article.notes, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)
        workflow.resolve(note, request.user)
        return redirect(reverse("admin:articles_article_notes", args=[article.pk]))

    # --- The publish button's words for a time that is being typed -----------------------------------------------

    def naming_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        if not roles.may(request.user, Act.PUBLISH):
            raise PermissionDenied
        article = self.story_for(request, object_id, Act.SEE) if object_id else None
        try:
            at, embargo = (
                ArticleForm.base_fields[name].clean([request.GET.get(f"{name}_{part}", "") for part in range(3)])
                for name in ("publish_at", "embargo")
            )
            button = publish_button(article, goes_out(at, embargo))
        except (ValidationError, OverflowError):
            button = unnamed_publish_button(article)
        return JsonResponse({"label": button.label, "value": button.value})

    # --- What they share -------------------------------------------------------------------------------------------

    def _ask(self, request: HttpRequest, article: Article, form: forms.Form, template: str, title: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": title,
            "article": article,
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, f"admin/articles/article/{template}", context)

    def _back_to(self, article: Article) -> HttpResponse:
        return redirect(reverse("admin:articles_article_change", args=[article.pk]))

    def _say_late(self, request: HttpRequest) -> None:
        words = _("A colleague has moved the story on meanwhile. Look at where it stands, and decide anew.")
        self.message_user(request, words, messages.WARNING)
