"""What a reader gets who found nothing."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone, translation

from newsroom.lib.addresses import words_of
from newsroom.views import not_found, server_error
from tests.factories import make_article, make_articles


def broken(*args):
    raise OperationalError("no such server")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/world/who-painted-the-bridge/", 404), ("/world/pier-painted/", 410)])
def test_a_lost_reader_may_search_and_is_shown_the_latest_stories(path, status):
    make_article(slug="pier-painted").withdraw()
    stories = [make_article(headline=f"No. {n}", at=timezone.now() - timedelta(hours=n)) for n in range(1, 8)]

    response = Client().get(path)
    html = response.content.decode()

    words = {404: "who painted the bridge", 410: "pier painted"}[status]
    assert response.status_code == status
    assert '<form class="comment-form" action="/search/" role="search">' in html
    assert f'name="q" value="{words}"' in html
    assert [f'<a href="/world/{story.slug}/">{story.headline}</a>' in html for story in stories] == [True] * 5 + [
        False
    ] * 2
    assert '<meta name="robots" content="noindex">' in html
    assert response.cookies == {}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_the_latest_stories_cost_one_query(django_assert_max_num_queries, count):
    make_articles(count)
    Client().get("/nothing/")  # the edition is there

    with django_assert_max_num_queries(7):
        Client().get("/nothing/")


@pytest.mark.django_db
def test_without_a_database_there_is_still_a_page_that_says_so(rf):
    make_article(headline="Pier painted")

    with connection.execute_wrapper(broken):
        response = not_found(rf.get("/world/pier-painted/"), Exception())

    html = response.content.decode()
    assert (response.status_code, "There is no such page" in html) == (404, True)
    assert ('value="pier painted"' in html, 'content="noindex"' in html) == (True, True)


def test_the_page_for_a_broken_site_needs_no_database(rf):
    with translation.override("ar"):
        response = server_error(rf.get("/"))

    html = response.content.decode()
    assert (response.status_code, '<html lang="ar" dir="rtl">' in html, 'content="noindex"' in html) == (
        500,
        True,
        True,
    )
    assert '<link rel="stylesheet" href="/static/newsroom/site.css">' in html


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/world/who-painted-the-pier/", "who painted the pier"),
        ("/World/Who_Painted--The-Pier", "who painted the pier"),
        ("/politik/gro%CC%88ße/", "größe"),
        ("/2024/05/17/", ""),
        ("/wp-login.php", ""),
        ("/", ""),
        ("/" + "a" * 101, ""),
        ('/"><script>/', ""),
        ("/\x00/", ""),
    ],
)
def test_the_words_of_an_address(path, words):
    assert words_of(path) == words
