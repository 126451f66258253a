from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from categories.models import Category
from categories.structured_data import collection_page
from newsroom.lib.caching import page_cache
from newsroom.lib.paging import paginate


@page_cache
@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    category = get_object_or_404(Category.objects.select_related("parent"), slug=slug)
    context = {
        "category": category,
        "parts": list(category.section.children.all()),
        "page": paginate(request, category.articles.published().for_listing(), through="listings"),
        "structured_data": [collection_page(category)],
    }
    return render(request, "categories/category_detail.html", context)
