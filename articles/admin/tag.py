from django.contrib import admin

from articles.models import Tag
from newsroom.lib.addressed import AddressedAdmin


@admin.register(Tag)
class TagAdmin(AddressedAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
