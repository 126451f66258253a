"""What an editor has in the form, kept while it is written: by a small POST of its own. Nothing here is a revision."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from articles.models import Article, Autosave
from newsroom.lib import presence
from newsroom.lib.moments import in_words

if TYPE_CHECKING:
    from articles.admin.article import ArticleAdmin

_ONE = timedelta(minutes=1)  # what is typed within it is one autosave


class AutosavePages:
    def __init__(self, desk: "ArticleAdmin") -> None:
        self.desk = desk

    def urls(self) -> list[URLPattern]:
        view = self.desk.admin_site.admin_view(require_POST(self.autosave_view))
        return [
            path("autosave/", view, name="articles_article_autosave_new"),
            path("<path:object_id>/autosave/", view, name="articles_article_autosave"),
        ]

    def autosave_view(self, request: HttpRequest, object_id: str = "") -> JsonResponse:
        article = self._article(request, object_id)
        kept = self._keep(request, article)
        newest = article.latest_revision() if article else None
        answer = {
            "kept": kept.pk if kept else None,
            "at": in_words(timezone.now(), "TIME_FORMAT"),
            "others": presence.enter(_place(article), _name(request)) if article else [],
            "newest": newest.number if newest else 0,
        }
        return JsonResponse(answer)

    def _article(self, request: HttpRequest, object_id: str) -> Article | None:
        article = self.desk.get_object(request, object_id) if object_id else None
        if object_id and article is None:
            raise Http404("No such article")
        may = self.desk.has_change_permission(request, article) if article else self.desk.has_add_permission(request)
        if not may:
            raise PermissionDenied
        return article

    def _keep(self, request: HttpRequest, article: Article | None) -> Autosave | None:
        """None: it stands so in the newest revision. If it stands so in the newest autosave already, that."""
        data = request.POST.copy()
        for act in [name for name in data if name.startswith("_")]:
            del data[act]  # nothing is published here
        form = self.desk.get_form(request, article, change=article is not None)(data, instance=article or Article())
        story = form.as_typed()
        saved = article.latest_revision() if article else None
        user: Any = request.user  # signed in: admin_view sees to it
        own = Autosave.objects.by_user(article, user)
        last = own.first()
        if story.is_empty or (saved and saved.read().as_json() == story.as_json()):
            return None
        if last and last.read().as_json() == story.as_json():
            return last
        based_on = form.cleaned_data.get("based_on")
        if last and last.based_on == based_on and last.saved_at > timezone.now() - _ONE:
            last.story, last.saved_at = story.as_json(), timezone.now()
            last.save(update_fields=["story", "saved_at"])
            return last
        return own.create(article=article, by=user, based_on=based_on, story=story.as_json())


def taken_up(request: HttpRequest, article: Article | None) -> Autosave | None:
    """The editor's own autosave that the address asks for (?autosave=7), or of a colleague in the same story."""
    key = request.GET.get("autosave", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 18):
        return None
    kept = Autosave.objects.filter(pk=int(key), article=article)
    return (kept if article else kept.filter(by=request.user.pk)).first()


def about(request: HttpRequest, article: Article | None) -> dict[str, Any]:
    """For the form's page: where to send what is typed, what was never saved, who else is here."""
    name = "admin:articles_article_autosave" if article else "admin:articles_article_autosave_new"
    newest = article.latest_revision() if article else None
    return {
        "autosave_address": reverse(name, args=[article.pk] if article else []),
        "autosave_newest": newest.number if newest else 0,
        "unsaved": _unsaved(request, article),
        "is_taken_up": taken_up(request, article) is not None,
        "others_here": presence.others(_place(article), _name(request)) if article else [],
    }


def adopt(request: HttpRequest, article: Article) -> None:
    """What was kept of a new story belongs to it from its first save."""
    Autosave.objects.by_user(None, request.user).update(article=article)


def _unsaved(request: HttpRequest, article: Article | None) -> Autosave | None:
    last = Autosave.objects.by_user(article, request.user).first()
    newest = article.latest_revision() if article else None
    if last is None or (newest and (newest.created_at >= last.saved_at or newest.read() == last.read())):
        return None
    return last


def _place(article: Article | None) -> str:
    return f"article:{article.pk}" if article else ""


def _name(request: HttpRequest) -> str:
    return str(getattr(request.user, "get_full_name", str)() or request.user)
