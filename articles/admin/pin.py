from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.photo import thumbnail
from articles.admin.words import waits
from articles.front import PLACES, make_front
from articles.models import Pin


class PinRow(forms.ModelForm):
    """In the list, where no label stands beside a field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            parts = getattr(field.widget, "widgets", [field.widget])
            words = ["{}"] if len(parts) == 1 else [_("{}, date"), _("{}, time")]
            for widget, label in zip(parts, words, strict=True):
                widget.attrs["aria-label"] = label.format(field.label)


@admin.register(Pin)
class PinAdmin(admin.ModelAdmin):
    """One page: what is pinned, to be changed in place, and what readers see at the top of the front page."""

    change_list_template = "admin/articles/pin/change_list.html"
    list_display = ["picture", "story", "state", "place", "until"]
    list_display_links = ["picture", "story"]
    list_editable = ["place", "until"]
    list_select_related = ["story__lead_photo"]
    autocomplete_fields = ["story"]
    fields = ["story", "place", "until"]
    actions_on_top = True

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, pin: Pin) -> str:
        return thumbnail(pin.story.lead_photo)

    @admin.display(description=gettext_lazy("state"))
    def state(self, pin: Pin) -> str:
        if not pin.is_standing:
            return _("Its time at the top has ended")
        return _("Stands") if pin.story.is_live else waits(pin.story)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return super().get_changelist_form(request, form=PinRow, **kwargs)

    def save_model(self, request: HttpRequest, obj: Pin, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.story.is_live:
            self.message_user(request, f"“{obj.story}”: {waits(obj.story)}", messages.WARNING)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        top = make_front().top
        pinned = set(Pin.objects.standing().values_list("story", flat=True))
        slots = [(article, (article.replaces_id or article.pk) in pinned) for article in top]
        context = {"slots": slots, "places": PLACES, "title": _("The top of the front page")}
        return super().changelist_view(request, context | (extra_context or {}))
