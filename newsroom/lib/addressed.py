"""The admin of things that have an address of their own."""

from typing import Any

from django.contrib import admin
from django.db import IntegrityError
from django.http import HttpRequest

from newsroom.lib.addresses import absolute


class AddressedAdmin(admin.ModelAdmin):
    def view_on_site(self, thing: Any) -> str:
        """Where SITE_URL says that readers are. Django would ask a row of django.contrib.sites, which nobody keeps."""
        return absolute(thing.get_absolute_url())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            # Somebody took the address between our look and our save. Looked at again, the form says so itself,
            # with all that was typed.
            return super().changeform_view(request, *args, **kwargs)
