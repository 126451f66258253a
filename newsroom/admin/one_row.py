from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class OneRowAdmin(admin.ModelAdmin):
    """For a model of one row: its list is its form."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not self.model._default_manager.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        form = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if self.model._default_manager.exists():
            return redirect(reverse(f"{form}_change", args=[1]))
        return redirect(reverse(f"{form}_add"))
