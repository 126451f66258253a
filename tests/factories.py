"""Rows for tests, each with sensible words. Everything goes the way the desk's own code goes."""

import io
import itertools
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from articles.models import Article, Attachment, Photo, Story, Tag
from authors.models import Author
from categories.models import Category
from comments.models import QUEUED, ReaderComment, State
from newsroom.follow_ups import do_due
from newsroom.models import Campaign, Slot

_numbers = itertools.count(1)


def make_category(slug: str = "world", **columns: Any) -> Category:
    return Category.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize()} | columns)[0]


def make_author(slug: str = "james-carter", **columns: Any) -> Author:
    name = slug.replace("-", " ").title()
    return Author.objects.get_or_create(
        slug=slug, defaults={"name": name, "job_title": "Senior News Editor"} | columns
    )[0]


def make_tag(name: str) -> Tag:
    return Tag.objects.get_or_create(name=name, slug=name)[0]


def picture_file(name: str = "photo.png", size: tuple[int, int] = (40, 30), kind: str = "PNG") -> ContentFile:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind)
    return ContentFile(written.getvalue(), name=name)


def make_photo(**columns: Any) -> Photo:
    return Photo.objects.create(**{"file": picture_file(), "alt": "A teal square"} | columns)


def pdf_file(name: str = "report.pdf") -> ContentFile:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "PDF")
    return ContentFile(written.getvalue(), name=name)


def make_attachment(**columns: Any) -> Attachment:
    return Attachment.objects.create(**{"file": pdf_file(), "title": "The report"} | columns)


def make_story(**parts: Any) -> Story:
    number = next(_numbers)
    known: dict[str, Any] = {
        "headline": f"Story {number}",
        "slug": f"story-{number}",
        "body": "<p>Words.</p>",
    }
    if "category" not in parts:
        known["category"] = make_category().pk
    if "bylines" not in parts:
        known["bylines"] = (make_author().pk,)
    return Story(**known | parts)


def make_draft(**parts: Any) -> Article:
    article = Article()
    article.save_draft(make_story(**parts), by=None)
    return article


def make_article(*, at: datetime | None = None, **parts: Any) -> Article:
    """A published article; at is its publication time (default: an hour ago, each a second after the last)."""
    article = make_draft(**parts)
    revision = article.latest_revision()
    assert revision
    article.publish(revision, at=at or timezone.now() - timedelta(hours=1) + timedelta(seconds=article.pk % 3000))
    return article


def make_articles(count: int, **parts: Any) -> list[Article]:
    return [make_article(**parts) for _number in range(count)]


def do_follow_ups() -> None:
    """What the worker does once a moment has come."""
    while do_due():
        pass


def make_comment(article: Article, state: State = State.APPROVED, **columns: Any) -> ReaderComment:
    parent: ReaderComment | None = columns.pop("parent", None)
    comment = ReaderComment(
        article=article,
        content_type=ContentType.objects.get_for_model(Article),
        object_pk=str(article.pk),
        site_id=settings.SITE_ID,
        state=state,
        is_public=state == State.APPROVED,
        parent_id=parent.pk if parent else 0,
        **{
            "user_name": "Ada Reader",
            "user_email": "ada@readers.example",
            "comment": f"Comment {next(_numbers)}",
            "submit_date": timezone.now(),
            "due_at": timezone.now() if state in QUEUED else None,
        }
        | columns,
    )
    comment.save()
    return comment


def make_staff(username: str = "editor", *, superuser: bool = True) -> User:
    return User.objects.create_user(username, password="tests only", is_staff=True, is_superuser=superuser)


def make_campaign(*, size: tuple[int, int] | None = None, **columns: Any) -> Campaign:
    """A campaign that began an hour ago; its picture has its place's size."""
    number = next(_numbers)
    known = {
        "advertiser": f"Advertiser {number}",
        "slot": Slot.FRONT,
        "alt": f"Advertisement {number}",
        "address": f"https://advertiser-{number}.example/",
        "starts_at": timezone.now() - timedelta(hours=1),
    } | columns
    campaign = Campaign(**known)
    if "picture" not in columns:
        campaign.picture = picture_file(f"advertisement-{number}.png", size or Slot(campaign.slot).size)
    campaign.save()
    return campaign
