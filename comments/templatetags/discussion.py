"""The discussion below an article. The article's view cannot prepare it: comments stand on a floor above."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.conf import settings
from django.db.models import Count
from django.template.defaultfilters import urlizetrunc
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from comments.forms import ReaderCommentForm
from comments.models import ReaderComment

register = template.Library()

_LINK = re.compile(r'<a href="([^"]*)"(?: rel="nofollow")?>')  # as urlizetrunc writes it; to a mailbox without a rel


@dataclass
class Node:
    comment: ReaderComment
    replies: list["Node"] = field(default_factory=list)


def thread(article: Article) -> tuple[list[Node], int]:
    """The discussion as a tree, oldest first, and the number of public comments. One query.

    Built from the parents alone, so that nothing else in the rows can lose a comment. A removed one keeps its
    place only for its replies.
    """
    shown = ReaderComment.objects.filter(article=article).in_thread().order_by("submit_date", "pk").defer("envelope")
    nodes = {comment.pk: Node(comment) for comment in shown}
    roots: list[Node] = []
    for pk, node in nodes.items():
        parent = nodes.get(node.comment.parent_id) if node.comment.parent_id != pk else None
        (parent.replies if parent else roots).append(node)
    return _without_bare_tombstones(roots), sum(node.comment.is_public_now for node in nodes.values())


def _without_bare_tombstones(nodes: list[Node]) -> list[Node]:
    for node in nodes:
        node.replies = _without_bare_tombstones(node.replies)
    return [node for node in nodes if node.comment.is_public_now or node.replies]


@register.inclusion_tag("comments/_discussion.html", takes_context=True)
def discussion(context: Any, article: Article) -> dict[str, Any]:
    nodes, count = thread(article.story_row)
    return {
        "article": article,
        "nodes": nodes,
        "count": count,
        "form": ReaderCommentForm(article.story_row) if article.takes_comments else None,
        "akismet": bool(settings.AKISMET_API_KEY),
    }


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
    linked = _LINK.sub(r'<a href="\1" rel="nofollow ugc noopener">', urlizetrunc(text, 60, autoescape=True))
    return mark_safe(linebreaks(linked))  # noqa: S308  # urlizetrunc has escaped it
