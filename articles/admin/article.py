from collections.abc import Sequence
from typing import Any, cast

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin import autosave
from articles.admin.autosave import AutosavePages
from articles.admin.error_report import in_the_form
from articles.admin.importmap import importmap_hash
from articles.admin.removal import RemovalPage
from articles.admin.revisions import RevisionPages
from articles.admin.words import state_of, what_is_public
from articles.figures import illustrated
from articles.forms import ArticleForm
from articles.models import Article, Byline, Tag


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
        (gettext_lazy("If the text of a published story has changed"), {"fields": ["change", "note"]}),
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
        return state_of(article)

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

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"taken_up": autosave.taken_up(request, obj)})

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        revision = obj.save_draft(form.story, by=request.user, **form.about_the_change)
        if not change:
            autosave.adopt(request, obj)
        if form.is_publishing:
            obj.publish(revision, at=form.cleaned_data["publish_at"])

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self._say_what_happened(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._say_what_happened(request, obj) or super().response_change(request, obj)

    def _say_what_happened(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if "_publish" in request.POST:
            self.message_user(request, what_is_public(article), messages.SUCCESS)
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
        pages = (RevisionPages(self), AutosavePages(self), RemovalPage(self))
        return [*own, *(place for page in pages for place in page.urls()), *super().get_urls()]

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
            context |= {"what_is_public": what_is_public(article), "article": article}
        context |= autosave.about(request, article) | in_the_form(request, article)
        return super().render_change_form(request, context, *args, **kwargs)
