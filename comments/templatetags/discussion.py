"""The discussion below an article. The article's view cannot prepare it: comments stand on a floor above."""

import re
from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Count
from django.template.defaultfilters import urlizetrunc
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from comments.addresses import of_comment, of_part
from comments.forms import BlankForm
from comments.models import DiscussionRules, ReaderComment
from comments.threads import Part, part_of
from newsroom.lib.caching import end_page

register = template.Library()

_LINK = re.compile(r'<a href="([^"]*)"(?: rel="nofollow")?>')  # as urlizetrunc writes it; to a mailbox without a rel
# Most comments hold none, and looking at each of their words costs more than all else that is done to them.
_MAY_HOLD_A_LINK = re.compile(r"://|[.@]\w")


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context: Any, article: Article, part: Part | None = None) -> dict[str, Any]:
    """The part that the page shows; without one the first, below the article itself."""
    standing = DiscussionRules.objects.standing_of(article)
    if request := context.get("request"):
        end_page(request, standing.changes_at)
    return {
        "article": article,
        "standing": standing,
        "part": None if standing.is_hidden else part or part_of(article.story_row),
        "is_below_article": part is None,
        "form": BlankForm(article.story_row) if standing.takes_comments else None,
        "akismet": bool(settings.AKISMET_API_KEY),
    }


register.simple_tag(of_comment, name="comment_address")


@register.simple_tag
def part_address(article: Article, order: str, **key: str) -> str:
    return of_part(article, order, **key)


@register.simple_tag
def count_comments(articles: Iterable[Article]) -> str:
    """Writes on each article of a list how many public comments it has (comment_count). One query for all.

    Counted when asked, not kept in a column: nothing that happens to a comment can make it wrong. The page cache
    keeps the number for a minute at most.
    """
    rows = {article.replaces_id or article.pk: article for article in articles if article}
    public = ReaderComment.objects.public().filter(article__in=rows) if rows else ReaderComment.objects.none()
    counts = dict(public.order_by().values_list("article").annotate(Count("pk")))
    for pk, article in rows.items():
        article.comment_count = counts.get(pk, 0)  # type: ignore[attr-defined]  # for the cards alone
    return ""


@register.filter
def reader_text(text: str) -> SafeString:
    """A reader's plain text as paragraphs, with bare addresses as links that vouch for nothing."""
    if not _MAY_HOLD_A_LINK.search(text):
        return SafeString(linebreaks(text, autoescape=True))
    linked = _LINK.sub(r'<a href="\1" rel="nofollow ugc noopener">', urlizetrunc(text, 60, autoescape=True))
    return mark_safe(linebreaks(linked))  # noqa: S308  # urlizetrunc has escaped it
