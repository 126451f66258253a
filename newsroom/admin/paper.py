from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsroom.models import Link, Paper

admin.site.site_header = _("The desk")
admin.site.site_title = _("The desk")
admin.site.index_title = _("What would you like to do?")


class LinkInline(admin.TabularInline):
    model = Link
    extra = 1


@admin.register(Paper)
class PaperAdmin(admin.ModelAdmin):
    """One row: its list is its form."""

    inlines = [LinkInline]
    fieldsets = [
        (None, {"fields": ["name", "tagline", "logo", "footer"]}),
        (
            _("The adblock notice"),
            {
                "fields": ["notice_title", "notice_text"],
                "description": _("Shown only to readers whose browser blocks advertisements on this site."),
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Paper.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if Paper.objects.exists():
            return redirect(reverse("admin:newsroom_paper_change", args=[1]))
        return redirect(reverse("admin:newsroom_paper_add"))
