from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.latest import latest
from articles.search import RANKED, Hit, Question, best, correction, matching, with_extracts
from articles.search_forms import LONGEST, Order, SearchForm
from authors.models import Author
from newsroom.lib.paging import paginate

HITS = 10  # a page


@dataclass(frozen=True)
class Results:
    hits: list[Hit]
    is_first: bool
    before: str | None = None  # of the next page's address, one of the two; neither on the last page
    page: int | None = None

    def writers(self) -> list[Author]:
        found = {byline.author for hit in self.hits for byline in hit.article.bylines.all()}
        return sorted(found, key=lambda author: author.name)


# The page cache keeps none of these: there is no end of what can be asked, and it would push out what many read.
@cache_control(public=True, max_age=0, must_revalidate=True)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form, "longest": LONGEST}
    if not form.is_valid():
        return render(request, "articles/search.html", context, status=400)
    question = form.question()
    if not question.is_empty:
        by_time = form.cleaned_data["order"] == Order.NEWEST or not question.words
        results = _newest(request, question) if by_time else _best(request, question)
        context |= {"question": question, "by_time": by_time, "results": results}
        if not results.hits:
            context |= {"correction": correction(question), "latest": latest()}
    return render(request, "articles/search.html", context)


def _newest(request: HttpRequest, question: Question) -> Results:
    page = paginate(request, matching(question).for_listing(), through=question.through, size=HITS)
    return Results(with_extracts(question, page.rows), page.is_first, before=page.older or None)


def _best(request: HttpRequest, question: Question) -> Results:
    number = _page_number(request.GET.get("page", "1"))
    hits = best(question, (number - 1) * HITS, number * HITS + 1)
    further = number + 1 if len(hits) > HITS and number < RANKED // HITS else None
    return Results(hits[:HITS], number == 1, page=further)


def _page_number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= RANKED // HITS):
        raise Http404("No such page")
    return int(given)
