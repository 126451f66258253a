from typing import Any

from csp.decorators import csp_update
from django import forms
from django.contrib import admin
from django.contrib.flatpages.admin import FlatPageAdmin  # noqa: F401  # registers itself; ours stands in for it
from django.contrib.flatpages.models import FlatPage
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from articles.admin.importmap import importmap_hash
from articles.forms import EXTENSIONS
from categories.models import CategorySlug
from newsroom.forwarding import is_answered
from newsroom.lib import markup
from newsroom.lib.addressed import AddressedAdmin
from newsroom.lib.addresses import FOR_PAGES, RESERVED_AT_TOP, free_slug, slug_from
from newsroom.models import Page, PageAddress

admin.site.unregister(FlatPage)


class PageForm(forms.ModelForm):
    content = ProseEditorFormField(
        label=_("Text"),
        config={"extensions": EXTENSIONS},
        sanitize=markup.sanitise,
        widget=AdminProseEditorWidget,
        required=False,
    )

    class Meta:
        model = Page
        fields = ["title", "url", "content", "description"]
        labels = {"url": _("Address")}
        help_texts = {"url": _("Such as about or about/team; the slashes come by themselves. Empty: from the title.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "url" in self.fields:
            self.fields["url"].required = False

    def clean_url(self) -> str:
        typed = self.cleaned_data["url"].strip("/ ") or self.cleaned_data.get("title", "").replace("/", " ")
        wanted = "/".join(filter(None, (slug_from(part, 90) for part in typed.split("/"))))
        if not wanted:
            raise ValidationError(_("Give it an address: letters, digits and hyphens."))
        if len(wanted) > 90:
            raise ValidationError(_("This address is too long: 90 characters at most."))
        if self._is_taken(wanted):
            raise ValidationError(
                _("Something else is or was at “%(address)s”. “%(free)s” is free.")
                % {"address": f"/{wanted}/", "free": f"/{self._free(wanted)}/"}
            )
        return f"/{wanted}/"

    def _free(self, wanted: str) -> str:
        first, slash, rest = wanted.partition("/")
        if _is_a_sections(first):
            return free_slug(first, lambda slug: self._is_taken(slug + slash + rest)) + slash + rest
        return free_slug(wanted, self._is_taken)

    def _is_taken(self, wanted: str) -> bool:
        address = f"/{wanted}/"
        others = PageAddress.objects.exclude(owner=None).exclude(owner=self.instance.pk)
        return _is_a_sections(wanted.partition("/")[0]) or is_answered(address) or others.filter(url=address).exists()


def _is_a_sections(first: str) -> bool:
    """The site's own sections, and the paper's: below them no page can stand."""
    is_the_papers = CategorySlug.objects.filter(slug=first).exclude(owner=None)
    return first in RESERVED_AT_TOP - FOR_PAGES or is_the_papers.exists()


@admin.register(Page)
class PageAdmin(AddressedAdmin):
    form = PageForm
    list_display = ["title", "url"]
    search_fields = ["title", "url", "content"]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return csp_update({"script-src": [importmap_hash()]})(super().changeform_view)(request, *args, **kwargs)
