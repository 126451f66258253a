"""The pages of the archive and of the tags."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.archive import Period, with_stories, years
from articles.models import Article, Tag
from newsroom.lib.alphabet import by_letter
from newsroom.lib.caching import page_cache
from newsroom.lib.paging import paginate


@page_cache
@require_safe
def archive_index(request: HttpRequest) -> HttpResponse:
    """Everything, newest first; on the first page after the years and months there are."""
    page = paginate(request, Article.objects.published().for_listing())
    months = _months_by_year() if page.is_first else []
    context = {"page": page, "years": months, "address": reverse("articles:archive")}
    return render(request, "articles/archive_index.html", context)


def _months_by_year() -> list[tuple[Period, list[Period]]]:
    known = years()
    months = with_stories([month for year in known for month in year.parts])
    return [(year, [month for month in months if month.year == year.year]) for year in known]


@page_cache
@require_safe
def archive(request: HttpRequest, year: str, month: str = "", day: str = "") -> HttpResponse:
    """The stories of a year, a month or a day. One without stories says so, and where the next ones are."""
    period = Period(int(year), int(month) if month else None, int(day) if day else None)
    try:
        stories = period.stories()
    except (ValueError, OverflowError):
        raise Http404("No such date") from None
    context = {
        "period": period,
        "parts": with_stories(period.parts),
        "earlier": period.earlier(),
        "later": period.later(),
        "page": paginate(request, stories.for_listing()),
    }
    return render(request, "articles/archive.html", context)


@page_cache
@require_safe
def tag_index(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/tag_index.html", {"letters": by_letter(Tag.objects.in_print())})


@page_cache
@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    page = paginate(request, tag.articles.published().for_listing())
    return render(request, "articles/tag_detail.html", {"tag": tag, "page": page})
