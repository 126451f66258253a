from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from authors.models import Author, AuthorLink
from newsroom.lib import images
from newsroom.lib.addressed import AddressedAdmin


class AuthorLinkInline(admin.StackedInline):  # in a table its fields would have no labels
    model = AuthorLink
    extra = 1


@admin.register(Author)
class AuthorAdmin(AddressedAdmin):
    list_display = ["picture", "name", "job_title", "slug"]
    list_display_links = ["picture", "name"]
    search_fields = ["name", "job_title"]
    autocomplete_fields = ["user"]
    formfield_overrides = images.PICTURE_FIELDS
    inlines = [AuthorLinkInline]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["name"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # Whoever has an author's account speaks as that author: only those who may manage accounts say whose it is.
        return [] if request.user.has_perm("auth.change_user") else ["user"]

    @admin.display(description=_("portrait"))
    def picture(self, author: Author) -> str:
        if not author.face:
            return "–"
        return format_html('<img src="{}" alt="" width="48" height="48" class="desk-portrait">', author.face)
