from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from articles.front import make_front
from articles.models import Article
from articles.related import related_to
from articles.structured_data import of_article, preview_picture
from categories.models import Category
from newsroom.lib.caching import page_cache


@page_cache
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    sections = list(Category.objects.at_top())
    return render(request, "articles/front_page.html", {"front": make_front(sections), "sections": sections})


@page_cache
@require_safe
def article_detail(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article = Article.objects.published().for_reading().filter(slug=slug).first()
    if article is None:
        return _withdrawn_or_missing(request, slug)
    if article.category and article.category.slug != category:
        return redirect(article, permanent=True)
    bylines, tags = list(article.bylines.all()), list(article.tags.all())
    context = {
        "article": article,
        "bylines": bylines,
        "tags": tags,
        "related": related_to(article, [tag.pk for tag in tags]),
        "preview_picture": preview_picture(article.lead_photo),
        "structured_data": of_article(article, bylines, tags),
    }
    return render(request, "articles/article_detail.html", context)


def _withdrawn_or_missing(request: HttpRequest, slug: str) -> HttpResponse:
    if Article.objects.withdrawn().filter(slug=slug).exists():
        return render(request, "410.html", status=410)
    raise Http404("No such article")
