from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from authors.models import Author
from authors.structured_data import profile_page
from newsroom.lib.alphabet import by_letter
from newsroom.lib.caching import page_cache
from newsroom.lib.paging import paginate


@page_cache
@require_safe
def author_index(request: HttpRequest) -> HttpResponse:
    return render(request, "authors/author_index.html", {"letters": by_letter(Author.objects.in_print())})


@page_cache
@require_safe
def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    author = get_object_or_404(Author.objects.prefetch_related("links"), slug=slug)
    page = paginate(request, author.articles.published().for_listing(), through="bylines")
    context = {"author": author, "page": page, "structured_data": [profile_page(author)]}
    return render(request, "authors/author_detail.html", context)
