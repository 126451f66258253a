"""The feeds, as feedparser and other strangers read them."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.utils import timezone
from lxml import etree

from articles.models import Article, Tag
from newsroom.models import Paper
from tests.factories import (
    do_follow_ups,
    make_article,
    make_articles,
    make_author,
    make_category,
    make_draft,
    make_photo,
    make_story,
    make_tag,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
PLACES = ["/", "/world/", "/authors/james-carter/", "/tags/peace/"]
XML = ["feed/", "feed/atom/"]
KINDS = [*XML, "feed/json/"]
BODY = (
    '<p>See <a href="/world/other/">this</a>, <a href="#end">the end</a> and'
    ' <a href="https://example.org/?a=1&amp;b=2" rel="noopener">that</a>; not <code>src="/x"</code>.</p>'
    '<figure><img src="/media/a.webp" alt="A &gt; B"></figure>'
)


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def article(commits) -> Article:
    Paper(name="The Lantern", tagline="A light").save()
    with commits():
        return make_article(
            at=AT,
            headline="Peace & talks <now>",
            slug="peace-talks",
            standfirst="They <may> meet & eat.",
            body=BODY,
            bylines=(make_author().pk, make_author("ada-pellow").pk),
            tags=(make_tag("peace").pk, make_tag("war").pk),
            lead_photo=make_photo(caption="A meeting", credit="Ada Lens").pk,
        )


def read(client, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200
    feed = feedparser.parse(response.content, response_headers={"content-type": response.headers["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def content_of(article: Article) -> str:
    copy = article.lead_photo.largest
    address = "http://testserver/world/peace-talks/"
    return " ".join(
        f"""<p><strong>They &lt;may&gt; meet &amp; eat.</strong></p>
        <figure>
        <img src="http://testserver{copy.address}" width="{copy.width}" height="{copy.height}" alt="A teal square">
        <figcaption>A meeting Ada Lens</figcaption>
        </figure>
        <div class="prose">
        <p>See <a href="http://testserver/world/other/">this</a>, <a href="{address}#end">the end</a> and
        <a href="https://example.org/?a=1&amp;b=2" rel="noopener">that</a>; not <code>src="/x"</code>.</p><figure><img
        alt="A &gt; B" src="http://testserver/media/a.webp"></figure><br hidden>
        </div>""".split()
    )


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", XML)
def test_every_feed_is_well_formed_and_whole(client, article, place, kind):
    feed = read(client, place + kind)

    (entry,) = feed.entries
    names = {"/": "", "/world/": ": World", "/authors/james-carter/": ": James Carter", "/tags/peace/": ": peace"}
    assert feed.feed.title == "The Lantern" + names[place]
    assert (feed.version, feed.feed.language) == ({"feed/": "rss20", "feed/atom/": "atom10"}[kind], "en")
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [f"http://testserver{place}{kind}"]
    assert {
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "authors": [author.name for author in entry.authors],
        "tags": [tag.term for tag in entry.tags],
        "published": datetime(*entry.published_parsed[:6], tzinfo=UTC),
        "updated": datetime(*entry.updated_parsed[:6], tzinfo=UTC),
    } == {
        "id": f"tag:testserver,{article.created_at:%Y-%m-%d}:/articles/{article.pk}/",
        "title": "Peace & talks <now>",
        "link": "http://testserver/world/peace-talks/",
        "authors": ["James Carter", "Ada Pellow"],
        "tags": ["peace", "war"],
        "published": AT,
        "updated": AT,
    }


@pytest.mark.parametrize("kind", XML)
def test_the_text_the_picture_and_its_credit_are_in_the_feed(client, article, kind):
    root = etree.fromstring(client.get(f"/{kind}").content)

    names = {"media": "http://search.yahoo.com/mrss/", "atom": "http://www.w3.org/2005/Atom"}
    content = {"feed/": "//*[local-name()='encoded']", "feed/atom/": "//atom:content"}[kind]
    summary = {"feed/": "//item/description", "feed/atom/": "//atom:summary"}[kind]
    (picture,) = root.xpath("//media:content", namespaces=names)
    copy = article.lead_photo.largest
    assert " ".join(root.xpath(content, namespaces=names)[0].text.split()) == content_of(article)
    assert root.xpath(summary, namespaces=names)[0].text == "They &lt;may&gt; meet &amp; eat."
    assert dict(picture.attrib) == {
        "url": f"http://testserver{copy.address}",
        "type": "image/jpeg",
        "medium": "image",
        "width": str(copy.width),
        "height": str(copy.height),
    }
    assert [(part.tag.partition("}")[2], part.text) for part in picture] == [
        ("description", "A meeting"),
        ("credit", "Ada Lens"),
    ]


def test_the_json_feed_has_it_all(client, article):
    response = client.get("/world/feed/json/")

    feed = json.loads(response.content)
    feed["items"][0]["content_html"] = " ".join(feed["items"][0]["content_html"].split())
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Lantern: World",
        "home_page_url": "http://testserver/world/",
        "feed_url": "http://testserver/world/feed/json/",
        "description": "A light",
        "icon": f"http://testserver{Paper.current().icons['512']}",
        "language": "en",
        "items": [
            {
                "id": f"tag:testserver,{article.created_at:%Y-%m-%d}:/articles/{article.pk}/",
                "url": "http://testserver/world/peace-talks/",
                "title": "Peace & talks <now>",
                "summary": "They <may> meet & eat.",
                "content_html": content_of(article),
                "image": f"http://testserver{article.lead_photo.largest.address}",
                "date_published": "2026-03-01T08:30:00+00:00",
                "date_modified": "2026-03-01T08:30:00+00:00",
                "authors": [
                    {"name": "James Carter", "url": "http://testserver/authors/james-carter/"},
                    {"name": "Ada Pellow", "url": "http://testserver/authors/ada-pellow/"},
                ],
                "tags": ["peace", "war"],
            }
        ],
    }


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_feed_is_a_feed_and_the_same_each_time(client, kind):
    make_category("world")

    first, second = client.get(f"/world/{kind}?a=1"), client.get(f"/world/{kind}?a=2")

    assert first.content == second.content
    assert kind == "feed/json/" or read(client, f"/world/{kind}").entries == []
    assert kind != "feed/json/" or json.loads(first.content)["items"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_stays_the_same_one_whatever_is_changed(client, commits, article, kind):
    def known() -> list[str]:
        text = client.get(f"/{kind}").content.decode()
        return re.findall(r"tag:testserver,[^\"<]*", text)

    before = known()
    with commits():
        article.publish(article.save_draft(make_story(slug="moved", headline="Another"), by=None))
    moved = known()
    with commits():
        change = article.save_draft(make_story(slug="again", headline="A third"), by=None)
        article.publish(change, at=timezone.now() + timedelta(hours=1))
        waiting = Article.objects.get(replaces=article)
        waiting.live_from = timezone.now()  # as the clock does
        waiting.save()
    waiting = known()
    with commits():
        do_follow_ups()

    assert (len(before), before, moved, waiting) == (1, known(), known(), known())


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_xml_may_hold_breaks_no_feed(client, kind):
    signs = "A\x01B\x0b\x1f\ufffe ]]> &amp; </title>"
    Paper(name=signs).save()
    tag = Tag.objects.create(name=signs, slug="odd")
    make_article(
        headline=signs,
        standfirst=signs,
        body=f"<p>{signs}</p>",
        agency=signs,
        tags=(tag.pk,),
        lead_photo=make_photo(caption=signs, credit=signs, alt=signs).pk,
        bylines=(),
    )

    text = client.get(f"/{kind}").content.decode()

    assert [sign for sign in "\x01\x0b\x1f\ufffe" if sign in text] == []
    assert kind == "feed/json/" or read(client, f"/{kind}").entries[0].title.startswith("AB")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_published_is_in_no_feed(client, kind):
    make_draft(headline="Secret")
    make_article(headline="Secret", at=timezone.now() + timedelta(days=1))
    make_article(headline="Secret").withdraw()

    assert b"Secret" not in client.get(f"/{kind}").content


def test_a_feed_has_the_newest_thirty(client):
    make_articles(31)

    entries = read(client, "/feed/").entries

    newest = Article.objects.order_by("-published_at", "-pk")[:30]
    assert [entry.title for entry in entries] == [article.headline for article in newest]


@pytest.mark.parametrize(
    "path", ["/nowhere/feed/", "/authors/nobody/feed/atom/", "/tags/none/feed/json/", "/feed/xml/"]
)
def test_a_feed_of_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_a_feed_follows_its_section_to_a_new_name(client, article, kind):
    category = article.category
    category.slug = "globe"
    category.save()

    moved = client.get(f"/world/{kind}")

    assert (moved.status_code, moved.headers["Location"]) == (301, f"/globe/{kind}")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_costs_the_same_for_any_number(client, django_assert_max_num_queries, place, count):
    tags = (make_tag("peace").pk, make_tag("war").pk)
    make_articles(count, tags=tags, lead_photo=make_photo().pk)
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_max_num_queries(6):
        assert client.get(f"{place}feed/").content.count(b"<item>") == count


# --- Who asks again -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_the_newest_gets_a_304(client, article, kind):
    first = client.get(f"/{kind}")

    by_tag = client.get(f"/{kind}", headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(f"/{kind}", headers={"If-Modified-Since": first.headers["Last-Modified"]})

    assert [(answer.status_code, answer.content) for answer in (by_tag, by_date)] == [(304, b""), (304, b"")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "change",
    [
        lambda article: article.publish(article.save_draft(make_story(), by=None)),
        lambda article: article.withdraw(),
        lambda article: make_article(at=timezone.now() - timedelta(days=400)),  # no item's date tells of it
    ],
    ids=["change", "withdrawal", "backdated"],
)
def test_who_has_the_last_but_one_gets_the_newest_at_once(client, commits, article, time_machine, kind, change):
    time_machine.move_to(timezone.now(), tick=False)
    first = client.get(f"/{kind}")
    time_machine.shift(1)

    with commits():
        change(article)

    by_tag = client.get(f"/{kind}", headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(f"/{kind}", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (by_tag.status_code, by_date.status_code) == (200, 200)
    assert by_tag.content == by_date.content != first.content


def test_a_publication_by_the_clock_is_in_the_feed_on_its_second(client, commits, article, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    with commits():
        make_article(headline="Embargoed", at=timezone.now() + timedelta(seconds=20))
    first = client.get("/feed/")

    time_machine.shift(20)

    second = client.get("/feed/", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (b"Embargoed" in first.content, second.status_code, b"Embargoed" in second.content) == (False, 200, True)


def test_a_feed_is_kept_like_a_page(client, article, django_assert_num_queries):
    first = client.get("/feed/")

    with django_assert_num_queries(0):
        assert client.get("/feed/").content == first.content


# --- How feeds are found --------------------------------------------------------------------------


def links(client, path: str) -> list[tuple[str, str, str]]:
    html = client.get(path).content.decode()
    return re.findall(r'<link rel="alternate" type="([^"]+)" title="([^"]+)" href="([^"]+)">', html)


def three(title: str, place: str) -> list[tuple[str, str, str]]:
    types = ["application/rss+xml", "application/atom+xml", "application/feed+json"]
    return [(kind, title, place + end) for kind, end in zip(types, KINDS, strict=True)]


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/", []),
        ("/world/peace-talks/", []),
        ("/nothing-here/", []),
        ("/world/", three("World", "/world/")),
        ("/authors/james-carter/", three("James Carter", "/authors/james-carter/")),
    ],
)
def test_every_page_names_the_papers_feeds_and_its_own(client, article, path, own):
    assert links(client, path) == own + three("The Lantern", "/")


def test_every_feed_names_the_hub(client, article, settings):
    settings.WEBSUB_HUB = "https://hub.example.org/"

    answers = {kind: client.get(f"/{kind}") for kind in KINDS}

    for kind in XML:
        found = read(client, f"/{kind}").feed.links
        assert [link.href for link in found if link.rel == "hub"] == ["https://hub.example.org/"]
    assert json.loads(answers["feed/json/"].content)["hubs"] == [{"type": "WebSub", "url": "https://hub.example.org/"}]
    assert [answer.headers["Link"] for answer in answers.values()] == [
        f'<https://hub.example.org/>; rel="hub", <http://testserver/{kind}>; rel="self"' for kind in KINDS
    ]
