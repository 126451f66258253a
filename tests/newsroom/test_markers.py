"""Nothing that is not public stands in any public answer.

Pieces in every state that readers are not to see have a word of their own in each text field. The addresses come from
the urlconf: a new pattern is asked by itself, and needs a line here only if it takes something that is new, too.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.regex_helper import normalize

from articles import workflow
from articles.models import Article, Label, Pin, Story
from comments.models import ReaderComment
from tests.factories import (
    make_article,
    make_attachment,
    make_author,
    make_category,
    make_comment,
    make_photo,
    make_staff,
    make_story,
    make_tag,
)

pytestmark = pytest.mark.django_db

ANSWERS = 10_000
HOUR = timedelta(hours=1)
ORDINARY = "harbour ferry council pier"  # in every piece, so that a search comes near all of them
MARKER = re.compile(rb"zq[a-z]+")
_CHOSEN = {"label"}
_WRITTEN = {"body": "<p>{} %s</p>" % ORDINARY, "canonical_url": "https://{}.example/", "headline": "{} pier"}  # noqa: UP031


def secret(name: str) -> Story:
    """A piece with a word of its own in each text field, in its pictures and documents."""
    texts = {field.name: f"zq{name}{field.name.replace('_', '')}" for field in fields(Story) if field.type is str}
    written = {key: _WRITTEN.get(key, "{}").format(word) for key, word in texts.items() if key not in _CHOSEN}
    photo = make_photo(alt=f"zq{name}alt", caption=f"zq{name}caption", credit=f"zq{name}credit")
    around = {
        "lead_photo": photo.pk,
        "attachments": (make_attachment(title=f"zq{name}attachment").pk,),
        "tags": (make_tag("harbour").pk,),
        "category": make_category("world").pk,
        "bylines": (make_author().pk,),
        "label": Label.SPONSORED,
    }
    return replace(make_story(), **written, **around)


def keep(story: Story) -> Article:
    article = Article()
    article.save_draft(story, by=None)
    return article


def publish(article: Article, story: Story | None = None, **at: Any) -> Article:
    revision = article.save_draft(story, by=None) if story else article.latest_revision()
    article.publish(revision, **at)
    return article


def open_story(name: str) -> Article:
    words = {"headline": f"Open {name}", "body": f"<p>{ORDINARY}</p>", "tags": (make_tag("harbour").pk,)}
    return make_article(slug=f"open-{name}", **words)


def make_secrets() -> list[Article]:
    now = timezone.now()
    embargoed = keep(secret("embargoed"))
    embargoed.plan(embargo_until=now + HOUR, live_until=None)
    withdrawn, over = (publish(keep(secret(name)), at=now - 9 * HOUR) for name in ("withdrawn", "over"))
    withdrawn.withdraw()
    over.plan(embargo_until=None, live_until=now + timedelta(seconds=1))
    replaced = publish(keep(secret("replaced")), at=now - 9 * HOUR)
    later = make_story(headline="Open at last", slug="open-at-last", body=f"<p>{ORDINARY}</p>")
    publish(replaced, later, at=now + timedelta(seconds=1))
    open_story("edited").save_draft(secret("edited"), by=None)
    spiked = keep(secret("spiked"))
    workflow.spike(spiked, make_staff())
    return [
        keep(secret("draft")),
        spiked,
        publish(keep(secret("scheduled")), at=now + HOUR),
        publish(open_story("changing"), secret("change"), at=now + HOUR),
        publish(embargoed),
        withdrawn,
        over,
        replaced,
    ]


# --- Every address there is -------------------------------------------------------------------------


def patterns(resolver: Any, before: str = "") -> Iterator[tuple[str, list[str]]]:
    for part in resolver.url_patterns:
        for own, names in normalize(part.pattern.regex.pattern):
            if isinstance(part, URLResolver) and part.app_name != "admin":
                yield from patterns(part, before + own)
            elif isinstance(part, URLPattern):
                yield f"/{before}{own}", [*re.findall(r"%\((\w+)\)s", before), *names]


def addresses() -> Iterator[str]:
    slugs = {"world", "harbour", "james-carter", "nothing"}
    slugs |= {slug for (slug,) in Article.objects.values_list("slug")}
    keys = [*Article.objects.values_list("pk", flat=True), *ReaderComment.objects.values_list("pk", flat=True)]
    keys = sorted({str(pk) for pk in [*keys, 0, 999]})
    today = timezone.localdate()
    known = {
        "slug": sorted(slugs),
        "category": ["world"],
        "kind": ["articles", "authors", "tags"],
        "year": [f"{today.year + n}" for n in (-1, 0, 1)],
        "month": [f"{n:02}" for n in range(1, 13)],
        "day": sorted({f"{n:02}" for n in (1, 15, 31, today.day)}),
        "address": [
            *slugs,
            *(f"{section}/{slug}" for section in ("world", "nothing") for slug in slugs),
            *(f"WORLD//{slug.upper()}" for slug in slugs),
        ],
    }
    for pattern, names in patterns(get_resolver()):
        for values in itertools.product(*(known.get(name, keys) for name in names)):
            yield pattern % dict(zip(names, values, strict=True))
    yield from questions(slugs)


def questions(slugs: set[str]) -> Iterator[str]:
    words = [*ORDINARY.split(), "open", "-open harbour", '"harbour ferry"', "sponsored", "harbor", "fery"]
    words += [f"zq{slug[2:-6]}" for slug in slugs if slug.startswith("zq")]  # nearly as a secret is written
    for word, order, section in itertools.product(words, ("", "best", "newest"), ("", "world", "nothing")):
        yield f"/search/?q={quote(word)}&order={order}&section={section}"
        yield f"/search/?q={quote(word)}&order={order}&author=james-carter&since=2020-01-01&page=1"
    for place, way, hours in itertools.product(
        ("/archive/", "/world/", "/tags/harbour/", "/authors/james-carter/"), ("before", "after"), range(-20, 20)
    ):
        moment = quote((timezone.now() + hours * HOUR).isoformat())
        yield f"{place}?{way}={moment}_{hours + 20}"


def leaks(answer: Any, address: str) -> set[str]:
    """The secret words that stand in it; what was asked for may be said again."""
    written = b"".join([answer.content, *(f"{name}: {value}".encode() for name, value in answer.headers.items())])
    asked = unquote(address).lower()
    return {word for found in set(MARKER.findall(written.lower())) if (word := found.decode()) not in asked}


def test_nothing_secret_stands_in_any_public_answer(client: Client, time_machine, django_capture_on_commit_callbacks):
    time_machine.move_to(timezone.now(), tick=False)
    with django_capture_on_commit_callbacks(execute=True):
        secrets = make_secrets()
        open_story("always")
        for story in secrets:
            Pin.objects.create(story=story)
    time_machine.shift(1)  # what is over now, nobody has written down
    for story in Article.objects.stories().filter(slug__startswith="zq").exclude(slug__startswith="zqreplaced"):
        make_comment(story, comment=f"{story.slug}comment")
    cache.clear()
    asked = list(dict.fromkeys(addresses()))
    found: dict[str, set[str]] = {}
    kinds: dict[str, int] = {}

    def ask(address: str) -> None:
        answer = client.get(address)
        kinds[address] = answer.status_code
        told = leaks(answer, address)
        if "/changes/" in address:  # where readers may read what was public once
            told = {word for word in told if not word.startswith("zqreplaced")}
        if told:
            found[address] = told

    for address in asked:
        ask(address)
    shown = [address for address, status in kinds.items() if status == 200 and not address.startswith("/search/")]
    for address in shown:  # and as the cache keeps them, one after the other: it is a small one
        for _again in range((ANSWERS - len(asked)) // len(shown) + 1):
            ask(address)

    assert found == {}
    assert len(asked) > ANSWERS / 10
    assert {*kinds.values()} >= {200, 301, 404, 405, 410}


def test_a_leak_would_be_found(client: Client):
    publish(keep(secret("public")))

    found = {word for path in ("/", "/world/zqpublicslug/", "/feed/") for word in leaks(client.get(path), path)}

    texts = ("headline", "kicker", "standfirst", "body", "sponsor", "agency", "searchtitle", "searchdescription")
    assert found >= {f"zqpublic{name}" for name in (*texts, "sensitivenote", "alt", "attachment", "canonicalurl")}
