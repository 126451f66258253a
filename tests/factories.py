"""Rows for tests, each with sensible words. Everything goes the way the desk's own code goes."""

import io
import itertools
import random
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from django_comments.models import Comment
from django_comments_xtd.models import XtdComment
from PIL import Image

from articles.models import Article, Attachment, Photo, Story, Tag
from authors.models import Author
from categories.models import Category
from comments.models import QUEUED, ReaderComment, State
from comments.models.comment import STEP
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
    return Photo.objects.create(**{"file": picture_file(), "alt": "A teal square", "credit": "Newsroom"} | columns)


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


def make_discussion(article: Article, count: int) -> None:
    """So many comments with all depths, a twentieth of them removed; by a few INSERTs, past save() and the log."""
    chance = random.Random(1)
    begin = timezone.now() - timedelta(days=3)
    about = ContentType.objects.get_for_model(Article)
    base = Comment.objects.bulk_create(
        Comment(
            content_type=about,
            object_pk=str(article.pk),
            site_id=settings.SITE_ID,
            user_name=f"Reader {number % 97}",
            user_email=f"reader-{number % 97}@readers.example",
            comment=f"Word {number}. " + "The pier should have been painted long ago, and in another colour. " * 5,
            submit_date=begin + number * timedelta(seconds=9),
        )
        for number in range(count)
    )
    comments: list[ReaderComment] = []
    for row in base:
        parent = chance.choice(comments[-40:]) if comments and chance.random() < 0.7 else None
        comment = ReaderComment(pk=row.pk, article=article, submit_date=row.submit_date)
        comment.state = State.REMOVED if chance.random() < 0.05 else State.APPROVED
        comment.place = comment.place_below(str(parent.place) if parent else "")
        comment.parent_id, comment.thread_id = (parent.pk, parent.thread_id) if parent else (row.pk, row.pk)
        comment.comment_ptr_id, comment.level = row.pk, len(comment.place) // STEP - 1
        comments.append(comment)
    for model in (XtdComment, ReaderComment):  # Django inserts rows of several tables one by one only
        fields = [field for field in model._meta.local_concrete_fields if not field.generated]
        for begins in range(0, count, 500):
            model._base_manager.all()._insert(comments[begins : begins + 500], fields=fields, using="default")


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
