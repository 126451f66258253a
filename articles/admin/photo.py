from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.forms import PhotoForm
from articles.models import Photo
from newsroom.lib.moments import in_words

_IS_NEW = "is_new"
_NEW_PHOTO = [(None, {"fields": ["file", "alt", "caption", "credit"]})]
_OFFERED = 60  # photos in the picker; a word finds the others


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    form = PhotoForm
    list_display = ["picture", "__str__", "credit", "state", "created_at"]
    list_display_links = ["picture", "__str__"]
    search_fields = ["caption", "alt", "credit"]
    readonly_fields = ["whole_picture", "state"]
    fieldsets = [
        (None, {"fields": ["file", "state", "alt", "caption", "credit"]}),
        (
            gettext_lazy("Focal point"),
            {
                "fields": ["whole_picture", ("focus_x", "focus_y")],
                "description": gettext_lazy("What must be seen wherever the picture is cut. Click on it."),
            },
        ),
    ]

    class Media:
        js = ["newsroom/focal-point.js"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else _NEW_PHOTO

    # --- What editors see of it ---------------------------------------------------------------------

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, photo: Photo) -> str:
        return thumbnail(photo)

    @admin.display(description=gettext_lazy("picture"))
    def whole_picture(self, photo: Photo) -> str:
        if not photo.src:
            return "–"
        return format_html('<span class="desk-focus"><img src="{}" alt="{}"></span>', photo.src, photo.alt)

    @admin.display(description=gettext_lazy("copies"))
    def state(self, photo: Photo) -> str:
        facts = {"made": len(photo.copies) if isinstance(photo.copies, dict) else 0, "all": len(photo.plan())}
        made = _("%(made)d of %(all)d made") % facts
        if photo.failure:
            tried = _("Next try at %s.") % in_words(photo.due_at) if photo.due_at else ""
            return format_html("{}. <strong>{}</strong> {}", made, photo.failure, tried)
        return f"{made}." if photo.due_at is None else _("%s, the others follow.") % made

    # --- A new one: first the file, then the words for what is to be seen ---------------------------------

    def save_model(self, request: HttpRequest, obj: Photo, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.were_read:
            self.message_user(request, _("The file brought words with it: look them over."), messages.INFO)

    def response_add(self, request: HttpRequest, obj: Photo, post_url_continue: Any = None) -> HttpResponse:
        """On to the picture, for its words and its focal point; a popup closes as soon as nothing is missing."""
        is_popup = IS_POPUP_VAR in request.POST
        if (is_popup and obj.alt) or "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        address = reverse("admin:articles_photo_change", args=[obj.pk])
        return redirect(f"{address}?{IS_POPUP_VAR}=1&{_IS_NEW}=1" if is_popup else address)

    def response_change(self, request: HttpRequest, obj: Photo) -> HttpResponse:
        if IS_POPUP_VAR in request.POST and _IS_NEW in request.GET:
            return super().response_add(request, obj)  # which tells the page behind to choose it
        return super().response_change(request, obj)

    # --- The picker, which the editor opens for a figure in the body ---------------------------------------

    def get_urls(self) -> list[URLPattern]:
        pick = path("pick/", self.admin_site.admin_view(self.pick_view), name="articles_photo_pick")
        return [pick, *super().get_urls()]

    def pick_view(self, request: HttpRequest) -> HttpResponse:
        """The newest photos, or those that a word finds. Its script hands the chosen one to the editor's window."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "").replace("\0", "")[:100]
        found, _has_doubles = self.get_search_results(request, Photo.objects.exclude(copies={}), words)
        context = self.admin_site.each_context(request) | {
            "title": _("Choose a picture"),
            "photos": found[:_OFFERED],
            "words": words,
            "callback": request.GET.get("CKEditorFuncNum", "")[:20],
            "is_popup": True,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/articles/photo/pick.html", context)


def thumbnail(photo: Photo | None) -> str:
    if photo is None or not (src := photo.src):
        return "–"
    height = round(160 * photo.height / max(photo.width, 1))
    markup = '<img src="{}" alt="{}" class="desk-photo" width="160" height="{}" loading="lazy">'
    return format_html(markup, src, photo.alt, height)
