"""What readers are told was wrong: the page of all corrections, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.models import Revision
from newsroom.lib.caching import page_cache
from newsroom.lib.paging import paginate


@page_cache
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    page = paginate(request, Revision.objects.corrections().select_related("article__category").defer("story"))
    return render(request, "articles/corrections.html", {"page": page})
