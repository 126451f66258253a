"""What Akismet is told about a comment. Source: Akismet's API page for comment-check."""

from datetime import UTC
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from comments.models import ReaderComment
from newsroom.lib.addresses import client_address

HONEYPOT = "honeypot"
_HEADER_LENGTH = 500  # characters of a header that are worth keeping


def seal(comment: ReaderComment, request: HttpRequest, honeypot: str) -> dict[str, Any]:
    """The fields of the first check. Stored with the comment: rechecks and feedback repeat them.

    Staff are called authors, whatever they are: the word "administrator" would stop the service from checking at all.
    """
    article = comment.article
    role = {"user_role": "author"} if comment.user_id and comment.user.is_staff else {}
    context = [article.category.name if article.category else "", *(tag.name for tag in article.tags.all())]
    sealed = {
        "user_ip": client_address(request) or "0.0.0.0",  # noqa: S104  # required, even where it is unknown
        "user_agent": request.headers.get("User-Agent", "")[:_HEADER_LENGTH],
        "referrer": request.headers.get("Referer", "")[:_HEADER_LENGTH],
        "permalink": settings.SITE_URL + article.get_absolute_url(),
        "comment_type": "comment" if comment.parent_id in {0, comment.pk} else "reply",
        "comment_author": comment.user_name,
        "comment_author_email": comment.user_email,
        "comment_author_url": comment.user_url,
        "comment_content": comment.comment,
        "comment_date_gmt": comment.submit_date.astimezone(UTC).isoformat(),
        "comment_post_modified_gmt": (article.updated_at or article.published_at).astimezone(UTC).isoformat()
        if article.published_at
        else "",
        "blog_lang": settings.LANGUAGE_CODE,
        "blog_charset": "UTF-8",
        "comment_context": [name for name in context if name],
        "honeypot_field_name": HONEYPOT,
        HONEYPOT: honeypot[:_HEADER_LENGTH],
    }
    return sealed | role


def seal_again(comment: ReaderComment, request: HttpRequest) -> dict[str, Any]:
    """The same of an edited comment: its new words and where they come from; the rest is as it was told first."""
    sealed, first = seal(comment, request, comment.envelope.get(HONEYPOT, "")), comment.envelope
    return sealed | {name: first[name] for name in ("referrer", "comment_date_gmt") if name in first}
