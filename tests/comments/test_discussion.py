"""The discussion below an article: its tree, its tombstones, its price."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import ReaderComment, State
from comments.templatetags.discussion import reader_text
from comments.threads import part_of
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


def tree_of(article):
    """The texts, nested as they stand on the page, and the number beside them."""
    part = part_of(article)
    return [as_texts(node) for node in part.nodes], part.count


def as_texts(node):
    return (node.comment.comment, [as_texts(reply) for reply in node.replies])


def test_replies_stand_below_their_comment_oldest_first(article):
    now = timezone.now()
    one = make_comment(article, comment="one", submit_date=now - timedelta(hours=5))
    make_comment(article, comment="two", submit_date=now - timedelta(hours=6))
    late = make_comment(article, comment="one, late", parent=one, submit_date=now - timedelta(hours=1))
    make_comment(article, comment="one, early", parent=one, submit_date=now - timedelta(hours=2))
    make_comment(article, comment="deeper", parent=late)

    assert tree_of(article) == (
        [("two", []), ("one", [("one, early", []), ("one, late", [("deeper", [])])])],
        5,
    )


def test_a_thread_says_how_much_room_it_takes_and_its_replies_are_part_of_it(client, article):
    one = make_comment(article, comment="x" * 89)
    make_comment(article, comment="a\nb", parent=one)
    make_comment(article, comment="two")

    page = client.get(article.get_absolute_url()).content.decode()

    assert re.findall(r'<li data-lines="(\d+)">', page) == ["15", "6"]  # 5 around each, 3 and 2 of text; 1


def test_comments_of_the_same_moment_stand_in_the_order_of_their_coming(article):
    now = timezone.now()
    for text in "abc":
        make_comment(article, comment=text, submit_date=now)

    assert tree_of(article) == ([("a", []), ("b", []), ("c", [])], 3)


def test_only_public_comments_of_this_article_are_shown_and_counted(article):
    for state in State:
        if state != State.REMOVED:
            make_comment(article, state, comment=state.value)
    make_comment(make_article(), comment="elsewhere")

    assert tree_of(article) == ([("approved", [])], 1)


def test_a_removed_comment_keeps_its_place_only_for_its_replies(article):
    top = make_comment(article, State.REMOVED, comment="with a reply")
    make_comment(article, parent=top, comment="reply")
    make_comment(article, State.REMOVED, comment="alone")
    lone = make_comment(article, State.REMOVED, comment="with a removed reply")
    make_comment(article, State.REMOVED, parent=lone, comment="removed reply")
    held = make_comment(article, State.REMOVED, comment="with a held reply")
    make_comment(article, State.HELD, parent=held, comment="held reply")

    assert tree_of(article) == ([("with a reply", [("reply", [])])], 1)


@pytest.mark.parametrize("state", [State.SPAM, State.HELD])
def test_a_public_reply_below_a_hidden_comment_is_not_lost(article, state):
    hidden = make_comment(article, comment="hidden later")
    make_comment(article, parent=hidden, comment="reply")
    hidden.move(state, expected=State.APPROVED, by=make_staff())

    assert tree_of(article) == ([("reply", [])], 1)


def test_replies_to_a_deleted_comment_are_not_lost(article):
    gone = make_comment(article)
    reply = make_comment(article, parent=gone, comment="reply")
    make_comment(article, parent=reply, comment="deeper")
    gone.delete()

    assert tree_of(article) == ([("reply", [("deeper", [])])], 2)


def test_a_reply_to_a_comment_that_was_deleted_meanwhile_starts_a_thread_of_its_own(article):
    gone = make_comment(article)
    pk = gone.pk
    gone.delete()
    gone.pk = pk

    reply = make_comment(article, parent=gone, comment="reply")

    assert (reply.parent_id, reply.thread_id, reply.level) == (reply.pk, reply.pk, 0)
    assert tree_of(article) == ([("reply", [])], 1)


def test_the_number_on_the_page_is_of_what_is_shown(client, article):
    make_comment(article, State.SPAM)
    removed = make_comment(article, State.REMOVED)
    make_comment(article, parent=removed)
    make_comment(article)

    html = client.get("/world/peace-talks/").content.decode()

    assert (">2 comments</h2>" in html, html.count('id="comment-')) == (True, 3)


def make_many(article, count):
    """Threads of all depths, some of it removed."""
    comments = []
    for number in range(count):
        parent = comments[-1] if number % 4 else None
        state = State.REMOVED if number % 20 == 1 else State.APPROVED
        comments.append(make_comment(article, state, parent=parent, user_url="https://ada.example/"))


def read_freshly(client, path):
    """How many queries it took, and how many comments stand on the page. The edition is there."""
    cache.clear()
    client.get("/comments/privacy/")
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    return len(captured), response.content.decode().count('id="comment-')


def test_an_article_s_page_costs_the_same_with_one_comment_and_with_fifty(client, article):
    make_many(article, 1)
    with_one = read_freshly(client, "/world/peace-talks/")
    make_many(article, 49)
    with_fifty = read_freshly(client, "/world/peace-talks/")

    assert (with_one[1], with_fifty[1]) == (1, 50)
    assert with_one[0] == with_fifty[0] <= 8


def test_a_reply_s_page_costs_the_same_in_any_thread(client, article):
    make_many(article, 1)
    path = f"/world/peace-talks/comments/{ReaderComment.objects.get().pk}/reply/"
    with_one = read_freshly(client, path)
    make_many(article, 49)
    with_fifty = read_freshly(client, path)

    assert with_one == with_fifty <= (8, 0)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\nline", "<p>One<br>line</p>"),
        ("Two\n\nparagraphs", "<p>Two</p>\n\n<p>paragraphs</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (
            "See https://a.example/?a=1&b=2.",
            '<p>See <a href="https://a.example/?a=1&amp;b=2" rel="nofollow ugc noopener">'
            "https://a.example/?a=1&amp;b=2</a>.</p>",
        ),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ('rel="nofollow"', "<p>rel=&quot;nofollow&quot;</p>"),
    ],
)
def test_a_reader_s_text_is_text(text, html):
    assert reader_text(text) == html


@pytest.mark.parametrize(
    ("links_in_text", "text"),
    [
        (3, "See https://one.example/a?b=c&d=e and www.two.example, or write to ada@three.example."),
        (2, '<a href="https://one.example/" rel="me">one</a> <img src="https://one.example/p.gif">'),
        (0, "![](https://one.example/p.gif) [one](javascript:alert(1)) mailto:ada@three.example"),
    ],
)
def test_every_link_in_a_comment_vouches_for_nothing_and_pictures_stay_words(client, article, text, links_in_text):
    make_comment(article, comment=text, user_url="https://ada.example/")

    feed = html.unescape(client.get("/world/peace-talks/comments/feed/").content.decode())
    page = client.get("/world/peace-talks/").content.decode()

    said = page.partition('<ol class="thread">')[2].partition('<div class="comment-foot">')[0]
    outside = [
        tag for tag in re.findall(r"<a [^>]*>", said + feed + reader_text(text)) if re.search('href="(?![/#])', tag)
    ]
    assert len(outside) == 1 + 3 * links_in_text  # the name, and the text on the page, in the feed, and by itself
    assert [tag for tag in outside if 'rel="nofollow ugc noopener"' not in tag] == []
    assert re.findall('<img|="javascript:', said + feed + reader_text(text)) == []
