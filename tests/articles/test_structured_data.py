"""What search engines and link previews find on a page.

Whole values, as Google's documentation of Article, Breadcrumb, ProfilePage, Organization and Site name wants them.
"""

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Article, Label
from articles.renditions import make_due
from articles.structured_data import picture_addresses, preview_picture
from newsroom.models import Page, Paper
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_photo,
    make_story,
    make_tag,
    picture_file,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def article() -> Article:
    section = make_category("world")
    europe = make_category("europe", parent=section)
    return make_article(
        at=AT,
        headline="Peace talks",
        slug="peace-talks",
        standfirst="They may meet.",
        category=europe.pk,
        bylines=(make_author().pk, make_author("ada-pellow", job_title="").pk),
        tags=(make_tag("peace").pk, make_tag("war").pk),
        lead_photo=make_photo().pk,
        agency="With material by Reuters",
    )


@pytest.fixture
def paper() -> Paper:
    Paper(name="The Lantern", tagline="A light").save()
    return Paper.current()


def graph(client, path: str) -> list[dict[str, Any]]:
    html = client.get(path).content.decode()
    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data = json.loads(written)
    assert data["@context"] == "https://schema.org"
    return data["@graph"]


def told(client, path: str) -> dict[str, str]:
    """The meta elements and links that machines read, in the order of the page."""
    html = client.get(path).content.decode()
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html)
    found += re.findall(r'<link rel="(canonical)" href="([^"]*)">', html)
    unseen = ("viewport", "color-scheme", "description")
    return {name: unescape(content) for name, content in found if name not in unseen}


def organization(paper: Paper) -> dict[str, Any]:
    return {
        "@id": "http://testserver/#paper",
        "@type": "NewsMediaOrganization",
        "name": "The Lantern",
        "url": "http://testserver/",
        "description": "A light",
        "logo": f"http://testserver{paper.icons['512']}",
    }


def test_an_article_says_all_that_google_asks_for(client, article, paper):
    found = graph(client, "/europe/peace-talks/")

    assert found == [
        {
            "@type": "NewsArticle",
            "headline": "Peace talks",
            "description": "They may meet.",
            "url": "http://testserver/europe/peace-talks/",
            "mainEntityOfPage": "http://testserver/europe/peace-talks/",
            "image": picture_addresses(article.lead_photo),
            "datePublished": "2026-03-01T08:30:00+00:00",
            "author": [
                {
                    "@type": "Person",
                    "name": "James Carter",
                    "url": "http://testserver/authors/james-carter/",
                    "jobTitle": "Senior News Editor",
                },
                {"@type": "Person", "name": "Ada Pellow", "url": "http://testserver/authors/ada-pellow/"},
            ],
            "creditText": "With material by Reuters",
            "publisher": {"@id": "http://testserver/#paper"},
            "articleSection": "Europe",
            "keywords": ["peace", "war"],
            "inLanguage": "en",
        },
        {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "Home", "item": "http://testserver/"},
                {"@type": "ListItem", "position": 2, "name": "World", "item": "http://testserver/world/"},
                {"@type": "ListItem", "position": 3, "name": "Europe", "item": "http://testserver/europe/"},
                {"@type": "ListItem", "position": 4, "name": "Peace talks"},
            ],
        },
        organization(paper),
    ]


def test_the_breadcrumb_is_the_one_that_is_seen(client, article):
    trail = next(node for node in graph(client, "/europe/peace-talks/") if node["@type"] == "BreadcrumbList")
    html = client.get("/europe/peace-talks/").content.decode()
    (seen,) = re.findall(r'<nav class="breadcrumb".*?</nav>', html, re.DOTALL)

    steps = re.findall(r'<li[^>]*>(?:<a href="([^"]*)">)?([^<]*)', seen)
    assert steps == [
        (step.get("item", "").replace("http://testserver", ""), step["name"]) for step in trail["itemListElement"]
    ]


def test_a_change_of_the_words_is_dated_and_others_are_not(
    client, article, time_machine, django_capture_on_commit_callbacks
):
    story = vars(article.latest_revision().read())
    time_machine.move_to(datetime(2026, 7, 2, 12, tzinfo=UTC), tick=False)
    article.publish(article.save_draft(make_story(**story | {"tags": ()}), by=None))
    before = graph(client, "/europe/peace-talks/")[0]

    with django_capture_on_commit_callbacks(execute=True):
        article.publish(article.save_draft(make_story(**story | {"headline": "Peace"}), by=None))

    after = graph(client, "/europe/peace-talks/")[0]
    assert ("dateModified" in before, after["dateModified"]) == (False, "2026-07-02T13:00:00+01:00")
    assert told(client, "/europe/peace-talks/")["article:modified_time"] == "2026-07-02T13:00:00+0100"


def test_without_a_writer_the_agency_is_the_author(client):
    make_article(slug="wire", bylines=(), agency="Reuters")

    found = graph(client, "/world/wire/")[0]

    assert (found["author"], "creditText" in found) == ([{"@type": "Organization", "name": "Reuters"}], False)


@pytest.mark.parametrize(
    ("label", "kinds", "robots"),
    [
        (Label.OPINION, ["NewsArticle", "OpinionNewsArticle"], None),
        (Label.ANALYSIS, ["NewsArticle", "AnalysisNewsArticle"], None),
        (Label.SPONSORED, ["Article", "AdvertiserContentArticle"], "noindex"),
    ],
)
def test_what_is_no_report_says_so(client, label, kinds, robots):
    make_article(slug="piece", label=label, sponsor="A house")

    assert graph(client, "/world/piece/")[0]["@type"] == kinds
    assert told(client, "/world/piece/").get("Googlebot-News") == robots


def test_the_picture_is_given_in_googles_three_shapes_once_they_are_made():
    photo = make_photo(file=picture_file(size=(1600, 1200)))
    assert photo.largest
    before = picture_addresses(photo), preview_picture(photo)

    assert before == ([f"http://testserver{photo.largest.address}"], photo.largest)
    while make_due():
        pass
    photo.refresh_from_db()

    crops = {shape: photo.crop(shape) for shape in ("1x1", "4x3", "16x9", "social")}
    assert [crop and crop[1:] for crop in crops.values()] == [(1200, 1200), (1200, 900), (1200, 675), (1200, 630)]
    assert preview_picture(photo) == crops.pop("social")
    assert picture_addresses(photo) == [f"http://testserver{crop.address}" for crop in crops.values() if crop]
    assert (picture_addresses(None), preview_picture(None)) == ([], None)


def test_an_author_has_a_profile(client, paper):
    author = make_author(bio="Writes.", portrait=picture_file())
    author.links.create(label="Blog", url="https://blog.example.org/")

    found = graph(client, "/authors/james-carter/")

    assert found == [
        {
            "@type": "ProfilePage",
            "mainEntity": {
                "@type": "Person",
                "name": "James Carter",
                "url": "http://testserver/authors/james-carter/",
                "jobTitle": "Senior News Editor",
                "description": "Writes.",
                "image": f"http://testserver{author.portrait.url}",
                "sameAs": ["https://blog.example.org/"],
                "worksFor": {"@id": "http://testserver/#paper"},
            },
        },
        organization(paper),
    ]


def test_a_category_is_a_collection(client, paper):
    make_category("world", description="Beyond the breakwater.")

    assert graph(client, "/world/") == [
        {
            "@type": "CollectionPage",
            "name": "World",
            "url": "http://testserver/world/",
            "description": "Beyond the breakwater.",
            "publisher": {"@id": "http://testserver/#paper"},
        },
        organization(paper),
    ]


def test_the_front_page_names_the_site_and_its_publisher(client, paper):
    assert graph(client, "/") == [
        {
            "@type": "WebSite",
            "name": "The Lantern",
            "url": "http://testserver/",
            "publisher": {"@id": "http://testserver/#paper"},
        },
        organization(paper),
    ]


def test_a_logo_stands_for_the_paper(client):
    Paper(name="The Lantern", logo=picture_file()).save()

    assert graph(client, "/")[-1]["logo"] == f"http://testserver{Paper.current().logo.url}"


HOSTILE = '</script><script>alert(1)</script><!-- <script> \u2028 \u2029 & \x01 \\ " ]]>'


def test_no_words_end_the_block_of_data(client):
    make_article(slug="hostile", headline=HOSTILE, standfirst=HOSTILE)

    html = client.get("/world/hostile/").content.decode()

    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(written)["@graph"][0]["headline"] == HOSTILE
    assert [sign for sign in "<>&\u2028\u2029" if sign in written] == []


def test_an_article_passed_on_shows_its_picture_and_words(client, article, paper):
    picture = preview_picture(article.lead_photo)
    assert picture

    assert told(client, "/europe/peace-talks/") == {
        "robots": "max-image-preview:large",
        "og:site_name": "The Lantern",
        "og:type": "article",
        "og:title": "Peace talks",
        "og:description": "They may meet.",
        "og:url": "http://testserver/europe/peace-talks/",
        "og:image": f"http://testserver{picture.address}",
        "og:image:width": str(picture.width),
        "og:image:height": str(picture.height),
        "og:image:alt": "A teal square",
        "twitter:card": "summary_large_image",
        "article:published_time": "2026-03-01T08:30:00+0000",
        "canonical": "http://testserver/europe/peace-talks/",
    }


@pytest.mark.parametrize(
    ("path", "kind", "title", "description"),
    [
        ("/", "website", "The Lantern", "A light"),
        ("/world/", "website", "World", "Beyond & above."),
        ("/authors/james-carter/", "profile", "James Carter", "Writes."),
        ("/authors/", "website", "Our authors", ""),
        ("/tags/", "website", "Topics", ""),
        ("/tags/peace/", "website", "peace", ""),
        ("/archive/", "website", "Archive", ""),
        ("/archive/2026/03/", "website", "March 2026", ""),
        ("/about/", "website", "About us", "Who prints this."),
        ("/about/how-to-allow-this-site/", "website", "How to allow this site", ""),
        ("/comments/privacy/", "website", "What happens to your comment", ""),
    ],
)
def test_other_pages_passed_on_show_the_papers_picture(client, paper, path, kind, title, description):
    make_category("world", description="Beyond & above.")
    make_author(bio="Writes.")
    make_article(at=AT, tags=(make_tag("peace").pk,))
    Page.objects.create(url="/about/", title="About us", description="Who prints this.")

    assert told(client, path) == {
        "robots": "max-image-preview:large",
        "og:site_name": "The Lantern",
        "og:type": kind,
        "og:title": title,
        **({"og:description": description} if description else {}),
        "og:url": f"http://testserver{path}",
        "og:image": f"http://testserver{paper.link_preview}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "The Lantern",
        "twitter:card": "summary_large_image",
        "canonical": f"http://testserver{path}",
    }


def test_a_search_passed_on_shows_the_papers_picture_and_is_for_no_search_engine(client, paper):
    head = told(client, "/search/?q=pier&utm_source=mail")

    assert (head["robots"], head["og:image"]) == ("noindex, follow", f"http://testserver{paper.link_preview}")
    assert "canonical" not in head


def test_an_article_without_a_picture_shows_the_papers(client, paper):
    make_article(slug="bare")

    assert told(client, "/world/bare/")["og:image"] == f"http://testserver{paper.link_preview}"


def test_a_piece_taken_over_points_to_its_original(client):
    original = "https://elsewhere.example.org/story?id=1&lang=en"
    make_article(slug="taken", headline="Taken", canonical_url=original)

    news = graph(client, "/world/taken/")[0]
    head = told(client, "/world/taken/")

    assert (news["url"], news["mainEntityOfPage"], news["isBasedOn"]) == (
        "http://testserver/world/taken/",
        original,
        original,
    )
    assert (head["canonical"], head["og:url"], head["Googlebot-News"]) == (original, original, "noindex")


def test_pages_that_nobody_should_find_say_so_alone(client):
    assert told(client, "/nothing-here/")["robots"] == "noindex"


def test_the_head_stays_lean(client, article):
    html = client.get("/europe/peace-talks/").content.decode()

    (written,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert "Words." not in written  # the text is on the page once
    assert len(written) < 2000


def test_dates_are_those_of_the_papers_clock(client, settings, article):
    with timezone.override("Asia/Tokyo"):
        assert graph(client, "/europe/peace-talks/")[0]["datePublished"] == "2026-03-01T17:30:00+09:00"
