"""Loads the demo newspaper into an empty database, or into one that holds nothing but it."""

import io
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image

from articles.models import Article, Attachment, Change, Photo, Pin, Story, Tag
from authors.models import Author
from categories.models import Category
from comments.models import Appeal, DiscussionRules, Mode, ReaderComment, State
from comments.service import Verdict
from comments.speakers import badge_of
from newsroom.demo import logins, pictures, texts
from newsroom.models import Campaign, Page, Paper, Slot

READERS_DOMAIN = "@readers.example"  # whoever has such an address wrote in the demo
_VERDICTS = {"approved": Verdict.HAM, "held": Verdict.HAM, "spam": Verdict.SPAM}


class NotOurs(Exception):  # noqa: N818  # it is a refusal, and reads as one
    """The database holds something that the demo did not make."""


def is_empty() -> bool:
    return not (
        Article.objects.exists() or Author.objects.exists() or Category.objects.exists() or Paper.objects.exists()
    )


def load_demo(progress: Callable[[str], None] = lambda line: None) -> bool:
    """Load what is missing. False: it was all there. Raises NotOurs before anything is written."""
    refuse_what_is_not_ours()
    known = set(Article.objects.values_list("slug", flat=True))
    articles = texts.read_articles()
    with transaction.atomic():
        logins.make()
        _load_paper()
        logins.seat()
        _load_pages()
        _load_advertisements()
        for number, text in enumerate(articles, 1):
            if text.slug not in known:
                progress(f"{number:2}/{len(articles)} {text.headline}")
                _load_article(text)
        if not known:
            _pick_related(articles)
            _pin()
            _load_comments()
            _load_rules()
    return len(known) < len(articles)


def refuse_what_is_not_ours() -> None:
    paper = texts.read_paper()
    articles = texts.read_articles()
    ours = {
        Article: {text.slug for text in articles},
        Author: {author["slug"] for author in paper["authors"]},
        Category: {category["slug"] for category in paper["categories"]},
        Tag: {slugify(tag) for text in articles for tag in text.tags},
    }
    for model, slugs in ours.items():
        if foreign := model._default_manager.exclude(slug__in=slugs).first():
            raise NotOurs(f"{model._meta.verbose_name} “{foreign}”")
    if user := User.objects.exclude(username__in=logins.STAFF).first():
        raise NotOurs(f"user “{user}”")
    if paper_row := Paper.objects.exclude(name=paper["name"]).first():
        raise NotOurs(f"paper “{paper_row}”")
    if page := Page.objects.exclude(url__in=[page.url for page in texts.read_pages()]).first():
        raise NotOurs(f"static page “{page}”")
    advertisers = {words["advertiser"] for words in paper["advertisements"]}
    if campaign := Campaign.objects.exclude(advertiser__in=advertisers).first():
        raise NotOurs(f"advertisement “{campaign}”")
    if comment := ReaderComment.objects.exclude(user_email__endswith=READERS_DOMAIN).first():
        raise NotOurs(f"comment {comment.pk} by “{comment.user_name}”")


def _load_paper() -> None:
    words = texts.read_paper()
    paper, is_new = Paper.objects.get_or_create(
        pk=1, defaults={key: words[key] for key in ("name", "tagline", "footer", "corrections_email")}
    )
    if is_new:
        for position, link in enumerate(words["links"]):
            paper.links.create(label=link["label"], address=link["url"], position=position)
    for position, category in enumerate(words["categories"]):
        about = {key: category[key] for key in ("name", "description", "colour")}
        about |= {"position": position, "is_opinion": category["slug"] == "opinion"}
        Category.objects.get_or_create(slug=category["slug"], defaults=about)
    for author in words["authors"]:
        _load_author(author)


def _load_pages() -> None:
    for page in texts.read_pages():
        Page.objects.get_or_create(url=page.url, defaults=asdict(page))


def _load_advertisements() -> None:
    """The house's own: they step in where no campaign runs."""
    for words in texts.read_paper()["advertisements"]:
        slot = Slot(words["slot"])
        if Campaign.objects.filter(slot=slot).exists():
            continue
        drawn = pictures.advertisement(words["picture"], slot.size.width * 2, slot.size.height * 2)
        about = {key: words[key] for key in ("advertiser", "alt", "address")}
        Campaign(slot=slot, picture=_as_file(drawn, f"{words['picture']}.png"), is_house=True, **about).save()


def _load_author(words: dict[str, object]) -> None:
    slug = str(words["slug"])
    if Author.objects.filter(slug=slug).exists():
        return
    author = Author(slug=slug, **{key: words[key] for key in ("name", "job_title", "bio")})
    author.user = User.objects.filter(username=words.get("login")).first()
    author.portrait = _as_file(pictures.portrait(slug), f"{slug}.png")
    author.save()
    links = words["links"]
    assert isinstance(links, list)  # noqa: S101  # for the type checker
    for link in links:
        author.links.create(label=link["label"], url=link["url"])


def _load_article(text: texts.Text) -> None:
    scene = pictures.SCENES[text.picture]
    photo = Photo(alt=scene.alt, caption=text.caption, credit=text.credit)
    photo.file = _as_file(pictures.lead_picture(text.picture), f"{text.picture}.jpg", "JPEG")
    photo.save()
    authors = Author.objects.in_bulk(text.authors, field_name="slug")
    story = Story(
        headline=text.headline,
        slug=text.slug,
        kicker=text.kicker,
        label=text.label,
        sponsor=text.sponsor,
        standfirst=text.standfirst,
        body=text.body,
        lead_photo=photo.pk,
        sensitive_note=text.sensitive_note,
        category=Category.objects.get(slug=text.category).pk,
        bylines=tuple(authors[slug].pk for slug in text.authors),
        agency=text.agency,
        attachments=tuple(_attachment(name).pk for name in text.documents),
        tags=tuple(_tag(name).pk for name in text.tags),
    )
    article = Article()
    correction = next((words for words in texts.read_paper()["corrections"] if words["story"] == text.slug), None)
    first = replace(story, body=story.body.replace(correction["right"], correction["wrong"])) if correction else story
    revision = article.save_draft(first, by=None)
    if text.status != "draft":
        article.publish(revision, at=_moment(text.days_ago))
    if correction:
        article.publish(article.save_draft(story, by=None, change=Change.CORRECTION, note=correction["note"]))
    if text.updated_days_ago is not None:
        Article.objects.filter(pk=article.pk).update(updated_at=_moment(text.updated_days_ago))


def _moment(days_ago: float) -> datetime:
    """Relative to today: a morning paper's stories do not move within the minute."""
    return (timezone.now() - timedelta(days=days_ago)).replace(second=0, microsecond=0)


def _attachment(name: str) -> Attachment:
    title, draw = pictures.DOCUMENTS[name]
    known = Attachment.objects.filter(title=title).first()
    if known:
        return known
    written = io.BytesIO()
    draw().save(written, "PDF", resolution=pictures.DPI, title=title, author=str(Paper.objects.get()))
    return Attachment.objects.create(title=title, file=ContentFile(written.getvalue(), name=f"{name}.pdf"))


def _tag(name: str) -> Tag:
    return Tag.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def _pick_related(articles: list[texts.Text]) -> None:
    """Once all are there, since a pick may be younger than the story that picks it."""
    rows = {article.slug: article for article in Article.objects.stories()}
    for text in articles:
        row = rows[text.slug]
        first = row.latest_revision()
        if first and text.picks:
            revision = row.save_draft(
                replace(first.read(), related=tuple(rows[slug].pk for slug in text.picks)), by=None
            )
            if first.published_from:
                row.publish(revision, at=first.published_from)


def _pin() -> None:
    for words in texts.read_paper()["pins"]:
        Pin.objects.create(story=Article.objects.stories().get(slug=words["story"]), place=words["place"])


def _load_comments() -> None:
    rows: dict[int, ReaderComment] = {}
    article_type = ContentType.objects.get_for_model(Article)
    for words in texts.read_comments():
        article = Article.objects.get(slug=words["article"])
        parent = rows.get(words.get("parent", 0))
        written = (article.published_at or timezone.now()) + timedelta(minutes=words["minutes_after"])
        comment = ReaderComment(
            article=article,
            content_type=article_type,
            object_pk=str(article.pk),
            site_id=settings.SITE_ID,
            user_name=words["name"],
            user_email=words["email"],
            comment=words["text"],
            submit_date=min(written, timezone.now()),
            parent_id=parent.pk if parent else 0,
            state=State(words["state"]),
            is_public=words["state"] == "approved",
            verdict=Verdict.SPAM if "appeal" in words else _VERDICTS[words["state"]],
            concern="a first comment with a link" if words["state"] == "held" and "appeal" not in words else "",
        )
        if "speaker" in words:
            comment.speaker = Author.objects.get(slug=words["speaker"])
            comment.badge = badge_of(comment.speaker, article)
        comment.save()
        if "appeal" in words:
            Appeal.objects.create(comment=comment, words=words["appeal"])
        rows[words["id"]] = comment


def _load_rules() -> None:
    for words in texts.read_rules():
        DiscussionRules.objects.create(article=Article.objects.get(slug=words["article"]), mode=Mode(words["mode"]))


def _as_file(picture: Image.Image, name: str, kind: str = "PNG") -> ContentFile:
    written = io.BytesIO()
    picture.save(written, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return ContentFile(written.getvalue(), name=name)
