"""The feed of an article's comments."""

from datetime import timedelta

import feedparser
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import ReaderComment, State
from tests.factories import make_article, make_author, make_category, make_comment, make_staff, make_story

pytestmark = pytest.mark.django_db

FEED = "/world/peace-talks/comments/feed/"


@pytest.fixture
def article():
    return make_article(headline="Peace <talks> & “more”", slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def read(client):
    feed = feedparser.parse(client.get(FEED).content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def test_the_feed_holds_the_newest_comments_with_name_text_and_place(client, article):
    now = timezone.now()
    old = make_comment(article, comment="First", submit_date=now - timedelta(hours=2))
    new = make_comment(article, comment="<b>Second</b>\n\nSee https://a.example/?b=1&c=2", user_name="Bo & Co")

    feed = read(client)

    page = "http://testserver/world/peace-talks/"
    assert (feed.version, feed.feed.title, feed.feed.language) == (
        "atom10",
        "Comments on “Peace <talks> & “more””",
        "en",
    )
    assert [link.href for link in feed.feed.links] == [f"{page}#comments", f"{page}comments/feed/"]
    assert [(entry.author, entry.link, entry.id) for entry in feed.entries] == [
        ("Bo & Co", f"{page}comments/{new.pk}/", f"tag:testserver,{new.submit_date:%Y-%m-%d}:comment/{new.pk}"),
        ("Ada Reader", f"{page}comments/{old.pk}/", f"tag:testserver,{old.submit_date:%Y-%m-%d}:comment/{old.pk}"),
    ]
    assert feed.entries[0].summary == (
        "<p>&lt;b&gt;Second&lt;/b&gt;</p>\n\n"
        '<p>See <a href="https://a.example/?b=1&amp;c=2" rel="nofollow ugc noopener">https://a.example/?b=1&amp;c=2</a></p>'
    )


def test_only_public_comments_of_this_article_are_in_it(client, article):
    for state in State:
        make_comment(article, state, comment=f"It is {state}")
    make_comment(make_article(), comment="elsewhere")

    answer = client.get(FEED).content.decode()

    assert [state for state in State if f"It is {state}" in answer] == [State.APPROVED]
    assert ("elsewhere" in answer, "readers.example" in answer) == (False, False)


def test_it_ends_after_fifty(client, article):
    for number in range(52):
        make_comment(article, comment=str(number))

    entries = read(client).entries

    assert [entry.summary for entry in entries] == [f"<p>{number}</p>" for number in range(51, 1, -1)]


@pytest.mark.parametrize(
    "text", ["\x01\x0b\x1f words \ufffe\uffff", "words \x7f\x85", "]]> &amp; <!-- \u2028", "🦀" * 900]
)
def test_whatever_a_form_may_hold_is_xml(client, article, text):
    make_comment(article, comment=text, user_name=text[:40])

    assert len(read(client).entries) == 1


def test_an_empty_thread_s_feed_says_when_the_article_came_out(client, article):
    feed = read(client)

    assert (feed.entries, feed.feed.updated) == ([], article.published_at.isoformat())


def test_an_unchanged_feed_is_a_304_even_without_the_page_cache(client, article):
    make_comment(article)
    first = client.get(FEED)
    cache.clear()

    again = client.get(FEED, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content, "Last-Modified" in first.headers) == (304, b"", False)


def test_a_change_shows_on_the_next_read(client, article, commits):
    comment = make_comment(article, State.HELD, comment="Later")
    editor, etag = make_staff(), client.get(FEED).headers["ETag"]

    with commits():
        comment.move(State.APPROVED, expected=State.HELD, by=editor)
    published = client.get(FEED, headers={"If-None-Match": etag})
    with commits():
        comment.move(State.REMOVED, expected=State.APPROVED, by=editor)
    removed = client.get(FEED, headers={"If-None-Match": published.headers["ETag"]})

    assert (published.status_code, b"Later" in published.content) == (200, True)
    assert (removed.status_code, b"Later" in removed.content) == (200, False)


def test_its_id_and_its_comments_ids_outlive_a_new_address(client, article):
    make_comment(article)
    before = read(client)
    category = make_category("town")
    revision = article.save_draft(make_story(slug="peace", category=category.pk, bylines=(make_author().pk,)), by=None)
    article.publish(revision)

    after = feedparser.parse(client.get("/town/peace/comments/feed/").content)

    assert [after.feed.id, after.entries[0].id] == [before.feed.id, before.entries[0].id]
    assert after.entries[0].link.startswith("http://testserver/town/peace/comments/")


@pytest.mark.parametrize("count", [1, 30])
def test_its_queries_stay_flat(client, article, count):
    for _number in range(count):
        make_comment(article)
    client.get("/comments/privacy/")

    with CaptureQueriesContext(connection) as captured:
        client.get(FEED)

    assert (ReaderComment.objects.count(), len(captured)) == (count, 3)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/town/peace-talks/comments/feed/", 301), ("/world/nothing/comments/feed/", 404), (FEED, 200)],
)
def test_it_has_one_address(client, article, path, status):
    assert client.get(path).status_code == status


def test_a_withdrawn_article_has_no_feed(client, article):
    article.withdraw()

    assert client.get(FEED).status_code == 410


def test_the_article_links_to_it(client, article):
    html = client.get("/world/peace-talks/").content.decode()

    assert html.count(f'type="application/atom+xml" href="{FEED}"') == 1
    assert f'<a href="{FEED}"' in html


def test_the_feed_is_the_same_for_everybody(client, article):
    make_comment(article)

    answer = client.get(FEED)

    assert (answer.cookies, answer.headers["Content-Type"]) == ({}, "application/atom+xml; charset=utf-8")
    assert answer.headers.get("Vary", "") in {"", "Accept-Encoding"}
