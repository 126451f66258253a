from collections.abc import Sequence
from typing import Any

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import roles, workflow
from articles.admin import autosave
from articles.admin.article_list import ArticleList
from articles.admin.autosave import AutosavePages
from articles.admin.buttons import buttons_for, unnamed_publish_button
from articles.admin.calendar import Calendar
from articles.admin.desk_pages import DeskPages
from articles.admin.error_report import in_the_form
from articles.admin.importmap import importmap_hash
from articles.admin.removal import RemovalPage
from articles.admin.revisions import RevisionPages
from articles.admin.words import what_is_public
from articles.figures import illustrated
from articles.forms import BUTTONS, ArticleForm
from articles.forms_times import PLAN
from articles.models import Article, ArticleQuerySet, Byline, Stage, Tag
from articles.roles import Act
from articles.widgets import CheckedChoiceField, OfferingAutocomplete, OfferingAutocompleteMultiple


@admin.register(Article)
class ArticleAdmin(DeskPages, ArticleList, Calendar):
    """The stories that are the user's to see. Who may do what with them is asked of articles.roles, everywhere."""

    form = ArticleForm
    change_form_template = "admin/articles/article/change_form.html"
    autocomplete_fields = ["lead_photo", "tags"]
    fieldsets = [
        (None, {"fields": ["kicker", "headline", "slug", "standfirst", "body"]}),
        (gettext_lazy("Pictures and documents"), {"fields": ["lead_photo", "sensitive_note", "attachments"]}),
        (gettext_lazy("Who wrote it, and what it is"), {"fields": ["bylines", "agency", "label", "sponsor"]}),
        (gettext_lazy("Where it stands"), {"fields": ["category", "further_categories", "tags", "related"]}),
        (gettext_lazy("Review"), {"fields": ["reviewer", "review_due"]}),
        (gettext_lazy("If the text of a published story has changed"), {"fields": ["change", "note"]}),
        (gettext_lazy("Publication"), {"fields": [*PLAN, "comments_open", "based_on"]}),
        (
            gettext_lazy("Search engines"),
            {"fields": ["search_title", "search_description", "canonical_url"], "classes": ["collapse"]},
        ),
    ]

    class Media:
        js = ["newsroom/publish-button.js", "newsroom/desk-labels.js"]

    # --- Whose they are ------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Act.SEE, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return roles.may(request.user, Act.BEGIN)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_spiked = obj is not None and obj.stage == Stage.SPIKED
        return roles.may(request.user, Act.WRITE, obj) and not is_spiked

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.may(request.user, Act.DELETE, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    # --- Lists --------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        rows: ArticleQuerySet = super().get_queryset(request)  # type: ignore[assignment]
        return rows.filter(roles.within(request.user, Act.SEE))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Article], search_term: str) -> Any:
        """Pickers find what is public, too, whoever's it is."""
        if request.resolver_match and request.resolver_match.url_name == "autocomplete":
            stories = Article.objects.stories()
            queryset = stories.published() | stories.filter(roles.within(request.user, Act.SEE))
            queryset = queryset.newest_at_desk().defer("body")
        return super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        review = ["reviewer", "review_due"]
        if obj and obj.stage == Stage.REVIEW and roles.may(request.user, Act.REVIEW, obj):
            review.append("rejection")
        publication = ["comments_open", "based_on"]
        if roles.may(request.user, Act.OVERRIDE, obj):
            publication.insert(0, "override")
        if roles.may(request.user, Act.PUBLISH):
            publication = [*PLAN, *publication]
        own: dict[Any, Any] = {gettext_lazy("Review"): review, gettext_lazy("Publication"): publication}
        shown = [(name, about | {"fields": own.get(name, about["fields"])}) for name, about in self.fieldsets]
        is_known = obj is not None and obj.was_public  # otherwise nobody has read what could have changed
        return [(name, about) for name, about in shown if is_known or "change" not in about["fields"]]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.autocomplete_fields:
            widget = OfferingAutocompleteMultiple if db_field.many_to_many else OfferingAutocomplete
            kwargs["widget"] = widget(db_field, self.admin_site, offered=100)
            kwargs |= {"form_class": CheckedChoiceField} if db_field.many_to_many else {}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user, form.taken_up = request.user, autosave.taken_up(request, obj)
        return form

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        return {} if obj else {"slug": ["headline"]}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A public address must go on answering."""
        *found, protected = super().get_deleted_objects(objs, request)
        words = _("“%s” has a public address, which must go on answering. Withdraw it instead.")
        return *found, [*protected, *(words % article for article in objs if article.slugs.exists())]

    # --- Saving is a revision; publishing makes it public ------------------------------------------

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        revision = workflow.save(obj, form.story, request.user, **form.about_the_change)
        given = form.cleaned_data
        if not change:
            autosave.adopt(request, obj)
        if form.may_plan:
            form.plan(obj)
        try:
            match next((name for name in BUTTONS if name in request.POST), ""):
                case "_publish":
                    workflow.publish(obj, revision, request.user, at=given["publish_at"], override=form.overridden)
                case "_submit":
                    workflow.submit(obj, request.user, reviewer=given["reviewer"], due=given["review_due"])
                case "_approve":
                    workflow.approve(obj, request.user)
                case "_reject":
                    workflow.reject(obj, request.user, given["rejection"])
        except workflow.TooLate:
            self._say_late(request)
        if form.is_publishing and form.overridden:
            self.log_change(request, obj, _("Published against the checklist: %s") % form.overridden)

    def response_add(self, request: HttpRequest, obj: Article, post_url_continue: Any = None) -> HttpResponse:
        return self._say_what_happened(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return self._say_what_happened(request, obj) or super().response_change(request, obj)

    def _say_what_happened(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        if "_publish" in request.POST:
            said: Any = what_is_public(article)
        elif "_submit" in request.POST and article.stage == Stage.REVIEW:
            said = _("It is in review. Whom it concerns is told by mail.")
        elif "_approve" in request.POST and article.stage == Stage.APPROVED:
            said = _("Approved. Readers see no change until it is published.")
        elif "_reject" in request.POST and article.stage == Stage.DRAFT:
            said = _("Sent back to the writer, with your reason.")
        elif {"_draft", *BUTTONS} & set(request.POST):
            said = _("Saved. Readers see no change until you publish it.")
            if not roles.may(request.user, Act.PUBLISH, article):
                said = _("Saved. Only the desk sees it.")
        else:
            return None
        self.message_user(request, said, messages.SUCCESS)
        may_go_on = roles.may(request.user, Act.SEE, article)
        return self._back_to(article) if may_go_on else redirect(reverse("admin:articles_article_changelist"))

    # --- Further pages of the desk ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        own = [path("<path:object_id>/preview/", preview, name="articles_article_preview")]
        pages = (RevisionPages(self), AutosavePages(self), RemovalPage(self))
        return [*self.desk_urls(), *own, *(place for page in pages for place in page.urls()), *super().get_urls()]

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The newest revision as readers would see it."""
        article = self.story_for(request, object_id, Act.SEE)
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
            "is_preview": True,
        }
        return render(request, "articles/article_detail.html", context)

    # --- The editor under the strict policy ------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        article = self.get_object(request, unquote(object_id)) if object_id else None
        if article and request.method in {"GET", "HEAD"} and not self.has_change_permission(request, article):
            return self.read_view(request, article)
        view: Any = csp_update({"script-src": [importmap_hash()]})(super().changeform_view)
        return view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        article, form = kwargs.get("obj"), context["adminform"].form
        context |= {"buttons": buttons_for(request.user, article, form), "findings": form.findings}
        context |= {"unnamed": unnamed_publish_button(article)}
        if article:
            context |= self.desk_context(request, article)
        context |= autosave.about(request, article) | in_the_form(request, article)
        return super().render_change_form(request, context, *args, **kwargs)
