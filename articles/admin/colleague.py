from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from articles import roles
from articles.models import Colleague
from articles.roles import Act


@admin.register(Colleague)
class ColleagueAdmin(admin.ModelAdmin):
    """Only to be found: by whoever may send a story for review, and by name alone."""

    search_fields = ["username", "first_name", "last_name"]
    list_display = ["__str__"]
    list_display_links = None
    fields = ["username", "first_name", "last_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Colleague]:
        return roles.reviewers().order_by("first_name", "last_name", "username")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Act.SUBMIT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
