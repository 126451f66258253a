from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.front import make_front
from newsroom.admin.one_row import OneRowAdmin
from newsroom.lib.charts import share_chart
from newsroom.middleware import write_at_the_end
from newsroom.models import Notice, NoticeHour

_DAYS = 30  # that the figures show


@admin.register(Notice)
class NoticeAdmin(OneRowAdmin):
    change_form_template = "admin/newsroom/notice/change_form.html"
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    fieldsets = [
        (
            None,
            {
                "fields": ["is_on", "title", "text"],
                "description": _("Shown only to readers whose browser blocks advertisements on this site."),
            },
        ),
        (_("Support link"), {"fields": ["support_label", "support_address"]}),
        (_("Who sees it, and where"), {"fields": ["silence_days", "share", "categories", "pages"]}),
        (_("Figures without tracking"), {"fields": ["is_counting"]}),
    ]

    # --- Further pages of the desk ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("preview/", self.admin_site.admin_view(self.preview_view), name="newsroom_notice_preview"),
            path("figures/", self.admin_site.admin_view(self.figures_view), name="newsroom_notice_figures"),
        ]
        return own + super().get_urls()

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The front page with the notice in sight: as it is saved or, posted from the form, as it would be."""
        self._check_may_look(request)
        notice = Notice.current()
        if request.method == "POST":
            form = self.get_form(request, notice)(request.POST, instance=notice)
            if not form.is_valid():
                return self._own_page(request, "preview_refused", {"title": _("No preview yet"), "form": form}, 422)
        page = render(request, "articles/front_page.html", {"front": make_front()})
        write_at_the_end(page, render_to_string("newsroom/_reader_note.html", {"notice": notice, "in_sight": True}))
        return page

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        self._check_may_look(request)
        days = NoticeHour.objects.by_day(until=timezone.localdate(), days=_DAYS)
        context = {
            "title": _("Readers with a blocker"),
            "days": days,
            "chart": share_chart([day.share for day in days]),
            "is_empty": not any(any(day[1:]) for day in days),
            "is_counting": Notice.current().is_counting,
        }
        return self._own_page(request, "figures", context)

    def _own_page(self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        whole = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/newsroom/notice/{name}.html", whole, status=status)

    def _check_may_look(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
