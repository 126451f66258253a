"""What readers get: pages, their policies, their price."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    make_article,
    make_articles,
    make_author,
    make_category,
    make_draft,
    make_photo,
    make_tag,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(
        headline="Peace talks",
        slug="peace-talks",
        kicker="Diplomacy",
        standfirst="They may meet.",
        body="<h2>The factor</h2><p>See https://example.org/ukraine.</p>",
        lead_photo=make_photo(caption="A meeting", credit="Ada Lens").pk,
        tags=(make_tag("peace").pk,),
    )


LISTS = [
    "/",
    "/world/",
    "/authors/",
    "/authors/james-carter/",
    "/tags/",
    "/tags/peace/",
    "/archive/",
    f"/archive/{timezone.now():%Y}/",
    f"/archive/{timezone.now():%Y/%m}/",
    f"/archive/{timezone.now():%Y/%m/%d}/",
]


def text_of(html: str) -> str:
    without_code = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", without_code).split())


def test_the_article_page_shows_all_of_its_parts(client, article):
    html = client.get("/world/peace-talks/").content.decode()

    text = text_of(html)
    for part in (
        "Home » World » Peace talks",
        "by James Carter Senior News Editor",
        "They may meet.",
        "Leave a Comment",
        "A meeting",
        "Ada Lens",
        "The factor",
    ):
        assert part in text
    assert re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", html) == ["Peace talks"]
    assert '<a href="https://example.org/ukraine" rel="noopener">https://example.org/ukraine</a>.' in html
    assert 'href="/authors/james-carter/"' in html
    assert "<time" in html


@pytest.mark.parametrize(
    "make", [make_draft, lambda **parts: make_article(at=timezone.now() + timedelta(days=1), **parts)]
)
def test_what_is_not_published_is_not_found(client, make):
    make(slug="secret", headline="Secret", tags=(make_tag("peace").pk,))

    answers = [client.get(path) for path in ("/world/secret/", *LISTS)]

    assert [answer.status_code for answer in answers] == [404] + [200] * len(LISTS)
    assert not any(b"Secret" in answer.content for answer in answers)


def test_a_withdrawn_article_is_gone(client, article):
    article.withdraw()

    assert client.get("/world/peace-talks/").status_code == 410


def test_an_article_in_another_categorys_address_moves_to_its_own(client, article):
    make_category("town")

    response = client.get("/town/peace-talks/")

    assert (response.status_code, response.headers["Location"]) == (301, "/world/peace-talks/")


def test_an_empty_paper_has_a_front_page(client):
    assert client.get("/").status_code == 200


PUBLIC = [
    *LISTS,
    "/world/peace-talks/",
    "/search/?q=talks",
    "/comments/privacy/",
    "/nothing-here/",
]
FOR_MACHINES = [
    "/feed/",
    "/world/feed/atom/",
    "/authors/james-carter/feed/json/",
    "/sitemap.xml",
    "/robots.txt",
    "/manifest.webmanifest",
]


@pytest.mark.parametrize("path", PUBLIC + FOR_MACHINES)
def test_public_pages_are_the_same_for_everybody(client, article, path):
    response = client.get(path)

    assert response.cookies == {}
    assert response.headers.get("Vary", "") in {"", "Accept-Encoding"}
    assert "csrfmiddlewaretoken" not in response.content.decode()


@pytest.mark.parametrize("path", PUBLIC)
def test_the_strict_policy_stands_on_every_page_and_nothing_inline_or_foreign_is_used(client, article, path):
    response = client.get(path)

    policy = response.headers["Content-Security-Policy"]
    assert ("unsafe" in policy, "default-src 'none'" in policy) == (False, True)
    html = response.content.decode()
    # A block of data is no script: browsers run nothing of it, and no policy forbids it.
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|type=.application/ld))[^>]*>|<style|\sstyle=|\son\w+=", html) == []
    assert re.findall(r"""(?:src|srcset)=["'](?!/)[^"']*""", html) == []


COSTS = {
    "/": 5,
    "/world/": 5,
    "/authors/": 1,
    "/authors/author-1/": 5,
    "/tags/": 1,
    "/tags/peace/": 4,
    "/archive/": 6,
    "/archive/2025/": 6,
    "/archive/2025/05/": 6,
    "/archive/2025/05/05/": 5,
}


@pytest.mark.parametrize(("path", "queries"), COSTS.items())
@pytest.mark.parametrize("count", [1, 30])
def test_lists_cost_the_same_for_any_number(client, django_assert_num_queries, path, queries, count):
    writers = tuple(make_author(f"author-{number}").pk for number in range(1, count + 1))
    tags = (make_tag("peace").pk, *(make_tag(f"tag-{number}").pk for number in range(count)))
    for number in range(count):
        make_category(f"part-{number}", parent=make_category())
        at = datetime(2025, 5, 5, 9, tzinfo=UTC) - timedelta(seconds=number)
        make_article(at=at, bylines=writers, tags=tags, lead_photo=make_photo().pk)
    make_article(at=datetime(2020 - count, 1, 1, tzinfo=UTC))
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_num_queries(queries):
        response = client.get(path)

    assert response.status_code == 200


def test_no_story_stands_on_the_front_page_twice(client):
    make_articles(30)

    html = client.get("/").content.decode()

    links = re.findall(r'<h[23][^>]*>\s*<a[^>]*href="(/world/story-\d+/)"', html)
    assert len(links) == len(set(links)) >= 8


def test_a_list_is_paged_by_key_without_loss(client):
    make_articles(45)

    seen, path = [], "/world/"
    while path:
        html = client.get(path).content.decode()
        seen += re.findall(r'<h[23][^>]*>\s*<a[^>]*href="(/world/story-\d+/)"', html)
        older = re.search(r'href="(/world/\?before=[^"]+)"', html)
        path = older.group(1).replace("&amp;", "&") if older else ""

    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("before", ["x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_99999999999999999999", "\x00", "_"])
def test_a_malformed_page_key_is_not_found(client, before):
    make_category("world")

    assert client.get("/world/", {"before": before}).status_code == 404
