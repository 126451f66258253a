from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from categories.models import Category
from newsroom.lib.addressed import AddressedAdmin


@admin.register(Category)
class CategoryAdmin(AddressedAdmin):
    list_display = ["name", "parent", "slug", "colour", "position"]
    list_select_related = ["parent"]
    list_editable = ["position"]
    search_fields = ["name", "slug"]
    filter_horizontal = ["editors"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["name"]}  # an address that is known is not changed behind one's back
