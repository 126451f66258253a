from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.figures import illustrated
from articles.front import make_front
from articles.models import Article, Attachment, Enclosure, Revision
from articles.onward import onward_from
from articles.structured_data import of_article, preview_picture
from newsroom.lib.caching import page_cache


@page_cache
@require_safe
def front_page(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/front_page.html", {"front": make_front()})


@page_cache
@require_safe
def article_detail(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    # What few stories have is fetched only where there is any.
    published = Article.objects.published().for_reading()
    rows: Any = published.annotate(
        is_corrected=Revision.objects.correct(),
        has_attachments=Exists(Enclosure.objects.filter(article=OuterRef("pk"))),
    )
    article = get_object_or_404(rows, slug=slug, category__slug=category)
    bylines, tags = list(article.bylines.all()), list(article.tags.all())
    corrections = list(Revision.objects.corrections_of(article)) if article.is_corrected else []
    attachments = Attachment.objects.filter(enclosures__article=article).order_by("enclosures__position")
    context = {
        "article": article,
        "body": illustrated(article.body),
        "bylines": bylines,
        "tags": tags,
        "attachments": list(attachments) if article.has_attachments else [],
        "onward": onward_from(article, [tag.pk for tag in tags]),
        "preview_picture": preview_picture(article.lead_photo),
        "corrections": corrections,
        "structured_data": of_article(article, bylines, tags, corrections),
    }
    return render(request, "articles/article_detail.html", context)
