from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.figures import illustrated
from articles.front import make_front
from articles.models import Article, Attachment, Revision
from articles.neighbours import neighbours_of
from articles.related import related_to
from articles.structured_data import of_article, preview_picture
from newsroom.lib.caching import page_cache


@page_cache
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/front_page.html", {"front": make_front()})


@page_cache
@require_safe
def article_detail(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    published = Article.objects.published().for_reading()
    article = get_object_or_404(published, slug=slug, category__slug=category)
    bylines, tags = list(article.bylines.all()), list(article.tags.all())
    corrections = list(Revision.objects.corrections_of(article))
    context = {
        "article": article,
        "body": illustrated(article.body),
        "bylines": bylines,
        "tags": tags,
        "attachments": list(Attachment.objects.filter(enclosures__article=article).order_by("enclosures__position")),
        "neighbours": neighbours_of(article),
        "related": related_to(article, [tag.pk for tag in tags]),
        "preview_picture": preview_picture(article.lead_photo),
        "corrections": corrections,
        "structured_data": of_article(article, bylines, tags, corrections),
    }
    return render(request, "articles/article_detail.html", context)
