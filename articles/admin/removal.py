"""The desk's page for legal removal: what is to go, where it stands, and then, at a second click, the act."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import removal
from articles.models import Article, Seal, SealedAct
from newsroom.lib.redaction import Redaction

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin


class RemovalForm(forms.Form):
    passage = forms.CharField(
        label=_("Name or passage"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=_("As it reads. Other spacing, capitals and bold or linked parts of it are found too."),
    )
    instead = forms.CharField(label=_("What stands there instead"), max_length=60, initial=_("[removed]"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Such as the number of the court’s order. It is kept and signed, so it must not say the words."),
    )

    def clean_passage(self) -> str:
        passage = " ".join(str(self.cleaned_data["passage"]).split())
        if len(re.findall(r"\w", passage)) < 2:
            raise ValidationError(_("That is too little: it would be found everywhere."))
        return passage

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "passage" in cleaned:
            for name in ("instead", "reason"):
                if Redaction(cleaned["passage"], "").count(cleaned.get(name, "")):
                    self.add_error(name, _("This would keep the words that are to go."))
        return cleaned

    @property
    def redaction(self) -> Redaction:
        return Redaction(self.cleaned_data["passage"], self.cleaned_data["instead"])


class RemovalPage:
    def __init__(self, desk: "ArticleAdmin") -> None:
        self.desk = desk

    def urls(self) -> list[URLPattern]:
        view = self.desk.admin_site.admin_view(self.view)
        return [path("<path:object_id>/legal-removal/", view, name="articles_article_removal")]

    def view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self.desk.get_object(request, object_id)
        if article is None:
            raise Http404("No such article")
        if not request.user.has_perm("articles.legal_removal"):
            raise PermissionDenied
        form = RemovalForm(request.POST or None)
        context: dict[str, Any] = {"form": form, "places": None, "by_hand": []}
        if form.is_valid():
            context["places"] = removal.find(article, form.redaction)
            context["by_hand"] = removal.by_hand(article, form.redaction)
            if "_remove" in request.POST and context["places"]:
                return self._remove(request, article, form)
        about = {"title": _("Legal removal"), "article": article, "original": article, "opts": self.desk.opts}
        context |= self.desk.admin_site.each_context(request) | about
        context["done"] = Seal.objects.filter(article_key=article.pk, act=SealedAct.REMOVED)
        return TemplateResponse(request, "admin/articles/article/removal.html", context)

    def _remove(self, request: HttpRequest, article: Article, form: RemovalForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        versions = removal.remove(article, form.redaction, by=request.user, reason=reason)
        self.desk.log_change(request, article, _("Words removed by law: %s") % reason)
        said = ngettext(
            "The words are gone, from %d version too.", "The words are gone, from %d versions too.", len(versions)
        )
        self.desk.message_user(request, said % len(versions), messages.SUCCESS)
        return redirect(reverse("admin:articles_article_removal", args=[article.pk]))
