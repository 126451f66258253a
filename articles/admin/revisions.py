"""The desk's pages about a story's versions: the list, any two compared, an older one restored."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article, ArticleSlug, Autosave, Photo, Revision, Story
from articles.versions import all_differences
from categories.models import Category
from newsroom.lib.addresses import slug_from
from newsroom.lib.moments import in_words

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

_PAGE = 50
_AUTOSAVES = 20


class RevisionPages:
    def __init__(self, desk: "ArticleAdmin") -> None:
        self.desk = desk

    def urls(self) -> list[URLPattern]:
        place = "<path:object_id>/revisions/"
        return [
            self._path(place, require_safe(self.list_view), "articles_article_revisions"),
            self._path(f"{place}compare/", require_safe(self.compare_view), "articles_article_compare"),
            self._path(f"{place}<slug:ref>/restore/", require_POST(self.restore_view), "articles_article_restore"),
        ]

    def _path(self, place: str, view: Any, name: str) -> URLPattern:
        own: URLPattern = path(place, self.desk.admin_site.admin_view(view), name=name)
        return own

    def list_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Newest first; what was saved by itself stands above, as long as it is kept."""
        article = self._changeable(request, object_id)
        revisions = article.revisions.select_related("created_by").defer("note")
        before = request.GET.get("before", "")
        if before.isdecimal() and len(before) < 10:
            revisions = revisions.filter(number__lt=int(before))
        shown = list(revisions[: _PAGE + 1])
        photos = Photo.objects.in_bulk({row.story.get("lead_photo") or 0 for row in shown})
        rows = [(row, photos.get(row.story.get("lead_photo") or 0)) for row in shown[:_PAGE]]
        context = {
            "title": _("Versions of “%s”") % article,
            "rows": rows,
            "older": shown[_PAGE - 1].number if len(shown) > _PAGE else None,
            "autosaves": [] if before else article.autosaves.select_related("by")[:_AUTOSAVES],
            "newest": rows[0][0].number if rows else None,
        }
        return self._page(request, article, "revisions", context)

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = self._changeable(request, object_id)
        old_ref, new_ref = request.GET.get("old", ""), request.GET.get("new", "")
        old, new = _find(article, old_ref), _find(article, new_ref)
        if isinstance(old, Revision) and isinstance(new, Revision) and old.number > new.number:
            old, new, old_ref, new_ref = new, old, new_ref, old_ref
        context = {
            "title": _("What differs"),
            "old": old,
            "new": new,
            "old_name": _named(old),
            "new_name": _named(new),
            "refs": (old_ref, new_ref),
            "differences": all_differences(old.read(), new.read()),
        }
        return self._page(request, article, "compare", context)

    def restore_view(self, request: HttpRequest, object_id: str, ref: str) -> HttpResponse:
        """The old words as a new version, on top: nothing is rewritten, and readers see no change."""
        article = self._changeable(request, object_id)
        version = _find(article, ref)
        number = version.number if isinstance(version, Revision) else None
        fresh = article.save_draft(
            _still_possible(version.read(), article), by=request.user, kind=Revision.Kind.RESTORED, restored_from=number
        )
        self.desk.log_change(
            request, article, _("Restored %(version)s as %(number)s") % {"version": ref, "number": fresh.number}
        )
        said = _("%(version)s is the newest version again, as number %(number)s. Readers see no change yet.")
        self.desk.message_user(request, said % {"version": _named(version), "number": fresh.number}, messages.SUCCESS)
        return redirect(reverse("admin:articles_article_change", args=[article.pk]))

    def _changeable(self, request: HttpRequest, object_id: str) -> Article:
        article: Article | None = self.desk.get_object(request, object_id)
        if article is None:
            raise Http404("No such article")
        if not self.desk.has_change_permission(request, article):
            raise PermissionDenied
        return article

    def _page(self, request: HttpRequest, article: Article, name: str, context: dict[str, Any]) -> HttpResponse:
        about = {"article": article, "original": article, "opts": self.desk.opts}
        context = self.desk.admin_site.each_context(request) | about | context
        return TemplateResponse(request, f"admin/articles/article/{name}.html", context)


def _find(article: Article, ref: str) -> Revision | Autosave:
    """“7”: that revision; “a12”: that autosave."""
    rows: Any = article.autosaves.select_related("by") if ref[:1] == "a" else article.revisions
    number = ref.removeprefix("a")
    found = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        found = rows.filter(**{"pk" if ref[:1] == "a" else "number": int(number)}).first()
    if found is None:
        raise Http404("No such version")
    version: Revision | Autosave = found
    return version


def _named(version: Revision | Autosave) -> str:
    if isinstance(version, Revision):
        return _("Version %s") % version.number
    return _("What %(who)s had written by %(when)s") % {"who": version.by, "when": in_words(version.saved_at)}


def _still_possible(story: Story, article: Article) -> Story:
    """Without the rows that are gone, and without an address that never was its own or is another's by now."""
    others = Article.objects.stories().exclude(pk=article.pk).filter(slug=story.slug)
    taken = others.exists() or ArticleSlug.objects.filter(slug=story.slug).exclude(owner=article).exists()
    is_slug = slug_from(story.slug, 200) == story.slug != ""
    slug = story.slug if is_slug and not taken else article.slug
    original = story.canonical_url if story.canonical_url.startswith("https://") else ""
    photo = story.lead_photo if Photo.objects.filter(pk=story.lead_photo or 0).exists() else None
    category = story.category if Category.objects.filter(pk=story.category or 0).exists() else None
    return replace(story, lead_photo=photo, category=category, slug=slug, canonical_url=original)
