import base64
import hashlib
import re
from collections.abc import Sequence
from typing import Any, cast

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_prose_editor.widgets import importmap

from articles.figures import illustrated
from articles.forms import ArticleForm, PhotoForm
from articles.front import PLACES, make_front
from articles.models import Article, Attachment, Byline, Photo, Pin, Tag
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
        return _thumbnail(photo)

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


@admin.register(Attachment)
class AttachmentAdmin(admin.ModelAdmin):
    list_display = ["title", "file", "readable_size", "created_at"]
    search_fields = ["title", "file"]
    fields = ["title", "file"]

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def readable_size(self, attachment: Attachment) -> str:
        return filesizeformat(attachment.size)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    list_display = ["headline", "state", "category", "signed_by", "published_at"]
    list_filter = ["status", "label", "category"]
    list_select_related = ["category"]
    search_fields = ["headline", "slug", "kicker"]
    autocomplete_fields = ["lead_photo", "tags"]
    ordering = ["-created_at"]
    fieldsets = [
        (None, {"fields": ["kicker", "headline", "slug", "standfirst", "body"]}),
        (gettext_lazy("Pictures and documents"), {"fields": ["lead_photo", "sensitive_note", "attachments"]}),
        (gettext_lazy("Who wrote it, and what it is"), {"fields": ["bylines", "agency", "label", "sponsor"]}),
        (gettext_lazy("Where it stands"), {"fields": ["category", "further_categories", "tags", "related"]}),
        (gettext_lazy("Publication"), {"fields": ["publish_at", "comments_open", "based_on"]}),
        (
            gettext_lazy("Search engines"),
            {"fields": ["search_title", "search_description", "canonical_url"], "classes": ["collapse"]},
        ),
    ]

    # --- Lists --------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).stories().with_bylines()  # type: ignore[attr-defined,no-any-return]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["headline"]}

    @admin.display(description=gettext_lazy("state"))
    def state(self, article: Article) -> str:
        return _state(article)

    @admin.display(description=gettext_lazy("by"))
    def signed_by(self, article: Article) -> str:
        names: list[Byline] = list(article.bylines.all())
        return ", ".join(str(byline) for byline in names) or article.agency or "–"

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A public address must go on answering."""
        *found, protected = super().get_deleted_objects(objs, request)
        words = _("“%s” has a public address, which must go on answering. Withdraw it instead.")
        return *found, [*protected, *(words % article for article in objs if article.slugs.exists())]

    # --- Saving is a revision; publishing makes it public ------------------------------------------

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        revision = obj.save_draft(form.story, by=request.user)
        if form.is_publishing:
            obj.publish(revision, at=form.cleaned_data["publish_at"])

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self._say_what_happened(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._say_what_happened(request, obj) or super().response_change(request, obj)

    def _say_what_happened(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if "_publish" in request.POST:
            self.message_user(request, _what_is_public(article), messages.SUCCESS)
        elif "_draft" in request.POST:
            self.message_user(request, _("Saved. Readers see no change until you publish it."), messages.SUCCESS)
        else:
            return None
        return redirect(reverse("admin:articles_article_change", args=[article.pk]))

    # --- Further pages of the desk ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<path:object_id>/withdraw/", self._own(self.withdraw_view), name="articles_article_withdraw"),
            path("<path:object_id>/preview/", self._own(self.preview_view), name="articles_article_preview"),
        ]
        return own + super().get_urls()

    def _own(self, view: Any) -> Any:
        return self.admin_site.admin_view(view)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self._changeable(request, object_id)
        if request.method == "POST":
            article.withdraw()
            self.log_change(request, article, "Withdrawn")
            self.message_user(request, _("It is withdrawn. Its address says so to readers."), messages.SUCCESS)
            return redirect(reverse("admin:articles_article_change", args=[article.pk]))
        context = self.admin_site.each_context(request) | {
            "title": _("Withdraw this article?"),
            "article": article,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/articles/article/withdraw.html", context)

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The newest revision as readers would see it."""
        article = self._changeable(request, object_id)
        revision = article.latest_revision()
        if revision is None:
            raise Http404("Nothing has been written yet")
        story = revision.read()
        story.copy_to(article)
        article.published_at = article.published_at or timezone.now()
        bylines = [Byline(author=author, job_title=author.job_title) for author in story.authors_in_order()]
        context = {
            "article": article,
            "body": illustrated(article.body),
            "bylines": bylines,
            "tags": list(Tag.objects.filter(pk__in=story.tags)),
            "attachments": story.attachments_in_order(),
            "related": [],
            "is_preview": True,
        }
        return render(request, "articles/article_detail.html", context)

    def _changeable(self, request: HttpRequest, object_id: str) -> Article:
        article = self.get_object(request, unquote(object_id))
        if article is None or not self.has_change_permission(request, article):
            raise Http404("No such article, or not yours to change")
        return cast("Article", article)

    # --- The editor under the strict policy ------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        view = csp_update({"script-src": [importmap_hash()]})(super().changeform_view)
        try:
            return view(request, *args, **kwargs)
        except IntegrityError:
            # Somebody took the address between our look and our save. Looked at again, the form says so itself,
            # with all that was typed.
            return view(request, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        article = kwargs.get("obj")
        if article:
            context |= {"what_is_public": _what_is_public(article), "article": article}
        return super().render_change_form(request, context, *args, **kwargs)


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
        return _thumbnail(pin.story.lead_photo)

    @admin.display(description=gettext_lazy("state"))
    def state(self, pin: Pin) -> str:
        if not pin.is_standing:
            return _("Its time at the top has ended")
        return _("Stands") if pin.story.is_live else _waits(pin.story)

    def save_model(self, request: HttpRequest, obj: Pin, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not obj.story.is_live:
            self.message_user(request, f"“{obj.story}”: {_waits(obj.story)}", messages.WARNING)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        top = make_front().top
        pinned = set(Pin.objects.standing().values_list("story", flat=True))
        slots = [(article, (article.replaces_id or article.pk) in pinned) for article in top]
        context = {"slots": slots, "places": PLACES, "title": _("The top of the front page")}
        return super().changelist_view(request, context | (extra_context or {}))


def _thumbnail(photo: Photo | None) -> str:
    if photo is None or not photo.src:
        return "–"
    height = round(160 * photo.height / max(photo.width, 1))
    markup = '<img src="{}" alt="{}" class="desk-photo" width="160" height="{}" loading="lazy">'
    return format_html(markup, photo.src, photo.alt, height)


def _state(article: Article) -> str:
    if article.is_scheduled:
        return _("Scheduled for %s") % in_words(article.live_from)
    return str(article.get_status_display())


def _waits(story: Article) -> str:
    """Of a pinned story that readers do not see."""
    if story.is_scheduled:
        return _("Takes its place by itself when it goes out, on %s") % in_words(story.live_from)
    return _("Not published: takes its place as soon as it is (now: %s)") % _state(story)


def importmap_hash() -> str:
    """The one inline script of the site: the editor's import map, named by its content in the policy."""
    written = re.search(r"<script[^>]*>(.*)</script>", str(importmap.render()), re.DOTALL)
    digest = hashlib.sha256(written.group(1).encode() if written else b"").digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _what_is_public(article: Article) -> SafeString | str:
    """In the editor's words: what readers see now, and what they will see when."""
    waiting = getattr(article, "replacement", None)
    if article.is_live:
        seen = format_html(_('Readers see it at <a href="{0}">{0}</a>.'), article.get_absolute_url())
        if waiting:
            return format_html("{} {}", seen, _("A change waits until %s.") % in_words(waiting.live_from))
        newest = article.latest_revision()
        if newest and newest.pk != article.revision_id:
            return format_html("{} {}", seen, _("Your latest changes are not published."))
        return seen
    if article.is_scheduled:
        return _("It goes out by itself on %s.") % in_words(article.live_from)
    return _("Readers do not see it.")
