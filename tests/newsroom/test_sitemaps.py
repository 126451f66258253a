"""Sitemaps, by the schemas in tests/schemas."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import etree

from articles.models import Article, Label, Photo
from newsroom import sitemaps
from newsroom.models import Page, Paper
from tests.factories import (
    make_article,
    make_articles,
    make_author,
    make_category,
    make_draft,
    make_photo,
    make_story,
    make_tag,
    picture_file,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent.parent / "schemas" / "sitemap.xsd"))
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}


def read(client, path: str) -> Any:
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root = etree.fromstring(response.content)
    SCHEMA.assertValid(root)
    return root


def entries(client, path: str) -> dict[str, str]:
    """Address and date of each."""
    found = read(client, path)
    return {entry[0].text: (entry.findtext("s:lastmod", "", NAMES)) for entry in found}


def part(kind: str, key: int) -> str:
    return f"/sitemaps/{kind}-{(key - 1) // sitemaps.PART + 1}.xml"


def moved(article: Article, key: int) -> int:
    """The article under another key, as if many had been there before it."""
    bylines = list(article.bylines.values("author_id", "published_at"))
    listings = list(article.listings.values("category_id", "published_at"))
    article.pk = article.id = key
    article.slug = f"key-{key}"
    article.save(force_insert=True)
    for byline in bylines:
        article.bylines.create(**byline)
    for listing in listings:
        article.listings.create(**listing)
    return key


def test_an_article_is_listed_with_its_date_and_its_picture(client):
    article = make_article(slug="pier", at=AT, lead_photo=make_photo().pk)

    root = read(client, part("articles", article.pk))

    assert [(element.tag.partition("}")[2], (element.text or "").strip()) for element in root.iter()] == [
        ("urlset", ""),
        ("url", ""),
        ("loc", "http://testserver/world/pier/"),
        ("lastmod", "2026-03-01T08:30:00+00:00"),
        ("image", ""),
        ("loc", f"http://testserver{article.lead_photo.largest.address}"),
    ]


def figure(photo) -> str:
    return f'<figure><img alt="A pier" data-file="{photo.pk}" src="{photo.src}"></figure>'


def test_the_pictures_of_its_body_are_listed_once_each(client):
    lead, *shown = (make_photo(file=picture_file(size=(side, 330))) for side in (700, 800, 900, 1000))
    broken, gone = make_photo(file=picture_file(size=(340, 330))), make_photo(file=picture_file(size=(350, 330)))
    body = "".join(map(figure, [shown[0], lead, shown[1], shown[0], broken, gone]))
    Photo.objects.filter(pk=broken.pk).update(copies={})
    gone.delete()
    words = f'<p>&lt;img data-file="{shown[2].pk}"&gt;</p><img src="https://elsewhere.example/1.jpg" alt="Theirs">'
    article = make_article(lead_photo=lead.pk, body=body + words)
    make_article(body=figure(shown[2]))

    root = read(client, part("articles", article.pk))

    found = [entry.xpath("image:image/image:loc/text()", namespaces=NAMES) for entry in root]
    assert found == [
        [f"http://testserver{photo.largest.address}" for photo in (lead, shown[0], shown[1])],
        [f"http://testserver{shown[2].largest.address}"],
    ]


def test_the_pictures_of_a_draft_are_not_listed(client):
    shown, drafted = (make_photo(file=picture_file(size=(side, 330))) for side in (700, 800))
    article = make_article(body=figure(shown))
    article.save_draft(make_story(slug=article.slug, lead_photo=drafted.pk, body=figure(drafted)), by=None)
    make_draft(body=figure(drafted))

    root = read(client, part("articles", article.pk))

    assert root.xpath("//image:loc/text()", namespaces=NAMES) == [f"http://testserver{shown.largest.address}"]


def test_one_address_has_a_thousand_pictures_at_most(client):
    photo = make_photo()
    row = {field.attname: getattr(photo, field.attname) for field in Photo._meta.concrete_fields}
    del row["id"]
    photos = Photo.objects.bulk_create(Photo(**row | {"file": f"photos/{number}.jpg"}) for number in range(1001))
    article = make_article(body="".join(map(figure, photos)))

    (entry,) = read(client, part("articles", article.pk))
    assert len(entry.findall("image:image", NAMES)) == 1000


def test_a_change_of_the_words_is_its_date_and_other_changes_are_not(client, time_machine):
    article = make_article(slug="pier", at=AT)
    story = vars(article.latest_revision().read())
    time_machine.move_to(datetime(2026, 4, 1, tzinfo=UTC), tick=False)
    article.publish(article.save_draft(make_story(**story | {"search_title": "Pier"}), by=None))
    before = entries(client, part("articles", article.pk) + "?1")
    article.publish(article.save_draft(make_story(**story | {"headline": "The pier"}), by=None))

    after = entries(client, part("articles", article.pk) + "?2")

    address = "http://testserver/world/pier/"
    assert (before, after) == ({address: "2026-03-01T08:30:00+00:00"}, {address: "2026-04-01T00:00:00+00:00"})


def test_the_index_names_each_part_with_its_newest_date(client):
    first = make_article(at=AT)
    later = moved(make_article(at=AT + timedelta(days=1)), first.pk + 3 * sitemaps.PART)

    found = entries(client, "/sitemap.xml")

    assert found == {
        "http://testserver/sitemaps/pages.xml": "",
        f"http://testserver{part('articles', first.pk)}": "2026-03-02T08:30:00+00:00",
        f"http://testserver{part('articles', later)}": "2026-03-02T08:30:00+00:00",
        f"http://testserver{part('authors', make_author().pk)}": "2026-03-02T08:30:00+00:00",
    }
    assert all(entries(client, address.removeprefix("http://testserver")) for address in found)


@pytest.mark.parametrize("key", [sitemaps.PART, sitemaps.PART + 1])
def test_a_part_ends_with_its_ten_thousandth_key(client, key):
    moved(make_article(), key)
    Article.objects.exclude(pk=key).delete()

    number = 1 if key == sitemaps.PART else 2
    assert list(entries(client, f"/sitemaps/articles-{number}.xml")) == [f"http://testserver/world/key-{key}/"]
    assert client.get(f"/sitemaps/articles-{3 - number}.xml").status_code == 404


def test_only_what_is_public_and_our_own_is_listed(client, time_machine):
    time_machine.move_to(datetime(2026, 11, 1, tzinfo=UTC), tick=False)
    article = make_article(slug="pier")
    make_draft()
    make_article(at=timezone.now() + timedelta(hours=1))
    make_article().withdraw()
    make_article(canonical_url="https://elsewhere.example.org/story")
    article.publish(article.save_draft(make_story(slug="quay"), by=None), at=timezone.now() + timedelta(hours=2))

    def listed() -> list[str]:
        return [*entries(client, part("articles", article.pk)), *entries(client, "/sitemaps/news.xml")]

    before = listed()
    time_machine.shift(3 * 3600)
    after = [address for address in listed() if "story" not in address]

    assert (before, after) == (["http://testserver/world/pier/"] * 2, ["http://testserver/world/quay/"] * 2)


def test_the_other_pages_are_listed(client):
    make_category("town")  # in which nothing stands yet
    make_author("ada-pellow")  # who has written nothing yet
    make_tag("unused")
    tag = make_tag("peace")
    article = make_article(at=AT, category=make_category("europe", parent=make_category("world")).pk, tags=(tag.pk,))

    Page.objects.create(url="/about/us/", title="About us", content="<p>We print.</p>")

    when = "2026-03-01T08:30:00+00:00"
    assert entries(client, "/sitemaps/pages.xml") == {
        "http://testserver/": when,
        "http://testserver/europe/": when,
        "http://testserver/world/": when,
        "http://testserver/archive/": "",
        "http://testserver/tags/": "",
        "http://testserver/corrections/": "",
        "http://testserver/authors/": "",
        "http://testserver/about/us/": "",
        "http://testserver/comments/privacy/": "",
        "http://testserver/about/how-to-allow-this-site/": "",
    }
    author = article.authors.get()
    assert entries(client, part("authors", author.pk)) == {"http://testserver/authors/james-carter/": when}
    assert entries(client, part("tags", tag.pk)) == {"http://testserver/tags/peace/": when}


def test_an_empty_paper_has_an_index_and_pages(client):
    assert list(entries(client, "/sitemap.xml")) == ["http://testserver/sitemaps/pages.xml"]
    assert "http://testserver/" in entries(client, "/sitemaps/pages.xml")


def test_the_news_are_those_of_two_days_newest_first(client, time_machine):
    time_machine.move_to(datetime(2026, 3, 3, 8, 30, tzinfo=UTC), tick=False)
    Paper(name="The Lantern & Co").save()
    make_article(slug="too-old", at=AT - timedelta(seconds=1))
    make_article(slug="old", headline="Old \x01& <new>", at=AT)
    make_article(slug="new", headline="New", at=AT + timedelta(days=1))

    root = read(client, "/sitemaps/news.xml")

    assert root.xpath("//s:loc/text()", namespaces=NAMES) == [
        "http://testserver/world/new/",
        "http://testserver/world/old/",
    ]
    assert [(element.tag.partition("}")[2], element.text) for element in root[1].find("news:news", NAMES).iter()] == [
        ("news", None),
        ("publication", None),
        ("name", "The Lantern & Co"),
        ("language", "en"),
        ("publication_date", "2026-03-01T08:30:00+00:00"),
        ("title", "Old & <new>"),
    ]


def test_what_somebody_paid_for_is_no_news(client):
    article = make_article(slug="piece", label=Label.SPONSORED, sponsor="A house")

    assert b"<url>" not in client.get("/sitemaps/news.xml").content
    assert list(entries(client, part("articles", article.pk))) == ["http://testserver/world/piece/"]


def test_the_news_are_a_thousand_at_most(client):
    article = make_article(at=timezone.now() - timedelta(hours=1))
    row = {field.attname: getattr(article, field.attname) for field in Article._meta.concrete_fields}
    del row["id"]
    Article.objects.bulk_create(Article(**row | {"slug": f"story-no-{number}"}) for number in range(1001))

    assert len(read(client, "/sitemaps/news.xml")) == 1000


@pytest.mark.parametrize(
    "path",
    [
        "/sitemaps/articles-0.xml",
        "/sitemaps/articles-1.xml",
        "/sitemaps/comments-1.xml",
        f"/sitemaps/articles-{10**15}.xml",
        f"/sitemaps/authors-{10**30}.xml",
        f"/sitemaps/articles-{'9' * 5000}.xml",
        "/sitemaps/articles--1.xml",
    ],
)
def test_a_part_that_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/sitemap.xml", 3),
        ("/sitemaps/articles-{part}.xml", 2),
        ("/sitemaps/authors-{writer}.xml", 1),
        ("/sitemaps/pages.xml", 3),
        ("/sitemaps/news.xml", 3),
    ],
)
def test_a_sitemap_costs_the_same_for_any_number(client, django_assert_num_queries, path, most, count):
    articles = make_articles(count, lead_photo=make_photo().pk, body=figure(make_photo()))
    path = path.format(part=(articles[0].pk - 1) // sitemaps.PART + 1, writer=1 + (make_author().pk - 1) // 10_000)
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_num_queries(most):
        assert client.get(path).status_code == 200


def test_no_sitemap_counts_or_skips_rows(client):
    article = make_article()
    client.get("/comments/privacy/")  # the edition is there

    with CaptureQueriesContext(connection) as queries:
        for path in ("/sitemap.xml", part("articles", article.pk), "/sitemaps/pages.xml"):
            client.get(path)

    words = " ".join(query["sql"] for query in queries.captured_queries)
    assert [word for word in ("COUNT(", "OFFSET") if word in words] == []


def test_a_sitemap_is_no_search_result(client):
    assert client.get("/sitemap.xml").headers["X-Robots-Tag"] == "noindex"
