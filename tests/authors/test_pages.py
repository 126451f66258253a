import re
from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.lib.alphabet import MANY
from tests.factories import make_article, make_author, make_draft, picture_file

pytestmark = pytest.mark.django_db


def listed(response) -> list[str]:
    return re.findall(r'class="writer-name"><a href="/authors/([^/]+)/"', response.content.decode())


def test_the_authors_are_those_of_published_articles(client):
    make_author("nobody-yet")
    make_draft(bylines=(make_author("drafting-dora").pk,))
    make_article(bylines=(make_author("embargoed-ed").pk,), at=timezone.now() + timedelta(days=1))
    make_article(bylines=(make_author("withdrawn-will").pk,)).withdraw()
    make_article(bylines=(make_author("percy-hallam").pk, make_author("ada-pellow").pk))

    assert listed(client.get("/authors/")) == ["ada-pellow", "percy-hallam"]


def test_the_index_shows_portrait_and_job_title(client):
    author = make_author(job_title="Tide Correspondent", portrait=picture_file())
    make_article(bylines=(author.pk,))

    html = client.get("/authors/").content.decode()

    assert ("Tide Correspondent" in html, author.face in html) == (True, True)


def test_many_authors_stand_under_letters_with_links_to_them(client):
    authors = [make_author(f"{letter}-{n}") for letter in "bca" for n in range(MANY // 3)]
    make_article(bylines=tuple(author.pk for author in authors))

    html = client.get("/authors/").content.decode()

    assert re.findall(r'id="letter-\d">(.)<', html) == re.findall(r'href="#letter-\d">(.)<', html) == ["A", "B", "C"]


def test_an_authors_page_has_portrait_job_title_bio_links_and_articles(client):
    author = make_author(job_title="Tide Correspondent", bio="Knows the tide.", portrait=picture_file())
    author.links.create(label="A blog", url="https://tide.example/")
    make_article(headline="High water", bylines=(author.pk,))

    html = client.get("/authors/james-carter/").content.decode()

    for part in (author.portrait.url, "Tide Correspondent", "Knows the tide.", "https://tide.example/", "High water"):
        assert part in html


def test_an_author_without_articles_has_a_page_that_says_so(client):
    make_author()

    html = client.get("/authors/james-carter/").content.decode()

    assert ("Nothing by James Carter has been published yet." in html, "noindex" in html) == (True, True)
