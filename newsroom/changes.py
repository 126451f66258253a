"""What readers may see of how a story changed: the words that differ between its published versions."""

from itertools import pairwise
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from articles.models import Article, Change, Revision
from articles.versions import differences_for_readers
from newsroom.lib.caching import page_cache
from newsroom.models import Paper


class Step(NamedTuple):
    """From one published version to the next."""

    old: Revision
    new: Revision


@page_cache
@require_safe
def changes(request: HttpRequest, category: str, slug: str) -> HttpResponse:
    article, steps = _find(category, slug)
    return render(request, "articles/changes.html", {"article": article, "steps": steps})


@page_cache
@require_safe
def change(request: HttpRequest, category: str, slug: str, number: int) -> HttpResponse:
    article, steps = _find(category, slug)
    step = next((step for step in steps if step.new.number == number), None)
    if step is None:
        raise Http404("No such change, or none that readers are shown")
    differences = differences_for_readers(step.old.read(), step.new.read())
    context = {"article": article, "change": step.new, "old": step.old, "differences": differences}
    return render(request, "articles/change.html", context)


def _find(category: str, slug: str) -> tuple[Article, list[Step]]:
    """The story, and what changed in it for its readers, newest first."""
    shown = Paper.current().what_changed
    if shown == Paper.WhatChanged.NOTHING:
        raise Http404("This paper does not show what changed")
    article = get_object_or_404(Article.objects.published().for_reading(), slug=slug, category__slug=category)
    published = article.story_row.revisions.published().order_by("published_from", "number")
    versions = list(published)
    steps = [Step(old, new) for old, new in pairwise(versions) if _is_seen(old, new)]
    if shown == Paper.WhatChanged.NO_TYPOS:
        steps = [step for step in steps if step.new.change != Change.TYPO]
    return article, steps[::-1]


def _is_seen(old: Revision, new: Revision) -> bool:
    return any(old.story.get(name) != new.story.get(name) for name in ("kicker", "headline", "standfirst", "body"))
