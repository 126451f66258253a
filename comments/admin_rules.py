"""Where moderators and editors set the rules of discussions: a page for each article, each category, and the site."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Article
from categories.models import Category
from comments.models import DiscussionRules, Mode


class RulesForm(forms.ModelForm):
    class Meta:
        model = DiscussionRules
        fields = ["mode", "close_after_days"]
        widgets = {"mode": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        effects = [f"{mode.label}: {mode.effect}" for mode in Mode]
        self.fields["mode"].choices = list(zip(Mode.values, effects, strict=True))  # type: ignore[attr-defined]  # it is a ChoiceField


@admin.register(DiscussionRules)
class DiscussionRulesAdmin(admin.ModelAdmin):
    """The list of what is set. Each is made and changed on the page of its article, its category, or the site."""

    list_display = ["about", "mode_word", "close_after_days"]
    list_display_links = ["about"]
    list_filter = ["mode"]
    list_select_related = ["article", "category"]
    search_fields = ["article__headline", "category__name"]
    ordering = ["article", "category"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("discussion of"))
    def about(self, rules: DiscussionRules) -> str:
        return str(rules)

    @admin.display(description=gettext_lazy("comments are"), ordering="mode")
    def mode_word(self, rules: DiscussionRules) -> str:
        return str(rules.get_mode_display())

    # --- The page of one ----------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrapped = self.admin_site.admin_view
        own = [
            path("site/", wrapped(self.site_view), name="comments_discussionrules_site"),
            path("article/<int:pk>/", wrapped(self.article_view), name="comments_discussionrules_article"),
            path("category/<int:pk>/", wrapped(self.category_view), name="comments_discussionrules_category"),
        ]
        return own + super().get_urls()

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        rules = self.get_object(request, object_id)
        return redirect(page_of(rules)) if rules else super().change_view(request, object_id, *args, **kwargs)

    def site_view(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, DiscussionRules(), [])

    def article_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        article = get_object_or_404(Article.objects.stories().select_related("category__parent"), id=pk)
        standing = DiscussionRules.objects.standing_of(article) if article.is_live else None
        around = DiscussionRules.objects.select_related("category").around(article)
        return self._page(request, DiscussionRules(article=article), around, standing=standing, article=article)

    def category_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        category = get_object_or_404(Category, id=pk)
        of_section = Q(category=category.parent_id) if category.parent_id else Q(pk=None)
        around = DiscussionRules.objects.filter(of_section | Q(article=None, category=None))
        return self._page(request, DiscussionRules(category=category), list(around.select_related("category")))

    def _page(
        self, request: HttpRequest, new: DiscussionRules, around: list[DiscussionRules], **context: Any
    ) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        place: dict[str, Any] = {"article": new.article, "category": new.category}
        rules = DiscussionRules.objects.filter(**place).first() or new
        form = RulesForm(request.POST if request.method == "POST" else None, instance=rules)
        if form.is_valid():
            saved, _is_new = DiscussionRules.objects.update_or_create(defaults=form.cleaned_data, **place)
            self.log_change(request, saved, f"{saved.get_mode_display()}, {saved.close_after_days}")
            told = _("Readers see it from now on. %(discussion)s: %(effect)s")
            told %= {"discussion": saved, "effect": Mode(saved.mode).effect}
            self.message_user(request, told, messages.SUCCESS)
            return redirect(request.path)
        context |= self.admin_site.each_context(request) | {
            "title": _("Rules of the discussion"),
            "subtitle": str(rules),
            "opts": self.opts,
            "rules": rules,
            "form": form,
            "others": [(other, page_of(other)) for other in around if other.pk != rules.pk],
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/comments/discussionrules/rules.html", context, status=status)


def page_of(rules: DiscussionRules) -> str:
    if rules.article_id:
        return reverse("admin:comments_discussionrules_article", args=[rules.article_id])
    if rules.category_id:
        return reverse("admin:comments_discussionrules_category", args=[rules.category_id])
    return reverse("admin:comments_discussionrules_site")
