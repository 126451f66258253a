"""Readers say what is wrong in a story. Their page is the same for everybody; what they send waits for the desk."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article, ErrorReport
from newsroom.lib.addresses import client_address
from newsroom.lib.answers import for_one_reader, see_other
from newsroom.lib.caching import page_cache


def _storable(value: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError(_("This text holds characters that cannot be stored. Type it again, please."))


class ErrorReportForm(forms.Form):
    passage = forms.CharField(
        label=_("The passage"),
        max_length=500,
        required=False,
        validators=[_storable],
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "id_passage_help"}),
        help_text=_("Copied out of the story, if it is one passage."),
    )
    words = forms.CharField(
        label=_("What is wrong, and what would be right?"),
        max_length=2000,
        validators=[_storable],
        widget=forms.Textarea(attrs={"rows": 6, "aria-describedby": "id_words_help"}),
        help_text=_("The editors read it. Nobody is told who you are, and we cannot write back."),
    )
    website = forms.CharField(required=False)  # no human sees it

    @property
    def is_by_a_machine(self) -> bool:
        return bool(self.data.get("website"))


def report(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    return _take(request, category, slug) if request.method == "POST" else _ask(request, category, slug)


@page_cache
@require_safe
def _ask(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    return _page(request, _published(category, slug), ErrorReportForm())


@page_cache
@require_safe
def thanks(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    return render(request, "articles/report_thanks.html", {"article": _published(category, slug)})


@for_one_reader
@require_http_methods(["POST"])
def _take(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article = _published(category, slug)
    try:
        form = ErrorReportForm(request.POST)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return _page(request, article, ErrorReportForm(), status=413, is_too_large=True)
    if not form.is_valid():
        return _page(request, article, form, status=422)
    trace = salted_hmac("articles.reports", f"{timezone.now():%Y-%m-%d} {client_address(request)}").hexdigest()
    recent = ErrorReport.objects.filter(trace=trace, created_at__gte=timezone.now() - timedelta(hours=1))
    if recent.count() >= settings.ERROR_REPORTS_AN_HOUR:
        return _page(request, article, form, status=429, is_too_often=True)
    words = {name: form.cleaned_data[name] for name in ("passage", "words")}
    state = ErrorReport.State.REJECTED if form.is_by_a_machine else ErrorReport.State.NEW
    # Sent twice, it is stored once.
    if not recent.filter(article=article.story_row, **words).exists():
        article.story_row.error_reports.create(trace=trace, state=state, **words)
    return see_other(reverse("articles:report-thanks", args=[category, slug]))


def _published(category: str, slug: str) -> Article:
    return get_object_or_404(Article.objects.published().for_reading(), slug=slug, category__slug=category)


def _page(
    request: HttpRequest, article: Article, form: ErrorReportForm, *, status: int = 200, **about: Any
) -> HttpResponse:
    return render(request, "articles/report.html", {"article": article, "form": form} | about, status=status)
