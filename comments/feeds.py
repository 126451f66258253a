"""The feed of an article's comments."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Article
from comments.addresses import below
from comments.models import ReaderComment
from comments.templatetags.discussion import reader_text

NEWEST = 50
# What a form may send and no XML may hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _CommentFeed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        # Without comments the package says "now": no two answers would be the same.
        last: datetime = max([self.feed["published_at"], *(item["updateddate"] for item in self.items)])
        return last


def comment_feed(article: Article) -> str:
    """The newest public comments as Atom. One query. Ids and dates stay, so that an unchanged thread is a 304."""
    page = settings.SITE_URL + article.get_absolute_url()
    feed = _CommentFeed(
        title=_clean(_("Comments on “%s”") % article.headline),
        link=f"{page}#comments",
        description=None,
        language=get_language(),
        feed_url=settings.SITE_URL + below(article, "feed"),
        feed_guid=_tag(f"article/{article.pk}/comments", article.published_at),
        published_at=article.published_at,
    )
    newest = ReaderComment.objects.filter(article=article).public().order_by("-pk")
    for comment in newest.defer("envelope")[:NEWEST]:
        feed.add_item(**_entry(comment, article))
    return str(feed.writeString("utf-8"))


def _entry(comment: ReaderComment, article: Article) -> dict[str, Any]:
    name = _clean(comment.user_name)
    return {
        "title": _("Comment by %s") % name,
        "link": settings.SITE_URL + below(article, "comment", comment.pk),
        "description": reader_text(_clean(comment.comment)),
        "author_name": name,
        "unique_id": _tag(f"comment/{comment.pk}", comment.submit_date),
        "pubdate": comment.submit_date,
        "updateddate": comment.edited_at or comment.submit_date,
    }


def _tag(name: str, since: datetime | None) -> str:
    """An id that outlives every change of address (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{since:%Y-%m-%d}:{name}"


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)
