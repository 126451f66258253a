"""A long discussion, part by part, and the addresses of its comments."""

import itertools
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import ReaderComment, State
from comments.threads import Order, part_around, part_of
from tests.factories import make_article, make_comment, make_discussion, make_staff

pytestmark = pytest.mark.django_db

PAGE = "/world/peace-talks/"


@pytest.fixture
def article(settings):
    settings.COMMENTS_PER_PAGE = 5
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=30))


def make_threads(article, *sizes):
    """A comment and so many replies to it, less one, for each size. Named after their thread: "2", "2.1"."""
    moments = itertools.count()
    for thread, size in enumerate(sizes, 1):
        root = None
        for number in range(size):
            name = f"{thread}.{number}" if number else f"{thread}"
            at = timezone.now() - timedelta(days=1) + timedelta(seconds=next(moments))
            comment = make_comment(article, parent=root, comment=name, submit_date=at)
            root = root or comment


def texts(html):
    """As they stand; what only says where another one stands is left out."""
    return re.findall(r'<div class="comment-text"><p>(.*?)</p>', html)


def next_of(html, words="Next comments|More of this thread"):
    found = re.search(rf'href="([^"]*)" rel="(?:next|prev) nofollow">(?:{words})<', html)
    return found and found[1].replace("&amp;", "&").partition("#")[0]


def read_through(client, path, words="Next comments|More of this thread"):
    pages = []
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, path
        html = answer.content.decode()
        pages.append(texts(html))
        path = next_of(html, words)
    return pages


ONE, TWO, THREE = ["1", "1.1", "1.2"], ["2", "2.1", "2.2"], ["3"]


def test_a_part_is_of_whole_threads_and_the_next_goes_on_from_there(client, article):
    make_threads(article, 3, 3, 1, 4, 1)

    assert read_through(client, PAGE) == [ONE + TWO, [*THREE, "4", "4.1", "4.2", "4.3"], ["5"]]


def test_the_newest_threads_come_first_and_their_replies_are_read_from_the_oldest(client, article):
    make_threads(article, 3, 3, 1, 4, 1)

    pages = read_through(client, f"{PAGE}comments/newest/")

    assert pages == [["5", "4", "4.1", "4.2", "4.3"], [*THREE, *TWO, *ONE]]


def test_a_gigantic_thread_is_cut_and_says_so(client, article):
    make_threads(article, 2, 25, 1)

    pages = read_through(client, PAGE)

    assert [len(page) for page in pages] == [10, 10, 7, 1]
    assert [text for page in pages for text in page] == [
        "1",
        "1.1",
        "2",
        *(f"2.{number}" for number in range(1, 25)),
        "3",
    ]
    first = client.get(PAGE).content.decode()
    assert ("More of this thread" in first, "Next comments" in first) == (True, False)
    rest = client.get(next_of(first)).content.decode()
    assert rest.count("Ada Reader’s comment stands on an earlier page.") == 1
    assert (rest.count("<summary>"), rest.count('id="comment-')) == (1, 10)


@pytest.mark.parametrize("path", [f"{PAGE}", f"{PAGE}comments/newest/"])
def test_the_way_back_misses_nothing(client, article, path):
    make_threads(article, 3, 12, 1, 2, 23, 1, 1, 1, 6)
    last, following = "", path
    while following:
        last, following = following, next_of(client.get(following).content.decode())

    back = read_through(client, last, "Previous comments")

    assert {text for page in back for text in page} == set(ReaderComment.objects.values_list("comment", flat=True))
    assert "Previous comments" not in client.get(path).content.decode()


def test_each_page_says_how_many_there_are_and_is_for_no_search_engine(client, article):
    make_threads(article, 3, 3, 3)
    addresses = [next_of(client.get(PAGE).content.decode()), f"{PAGE}comments/newest/"]

    for address in addresses:
        html = client.get(address).content.decode()
        assert ">9 comments</h2>" in html
        assert '<meta name="robots" content="noindex, follow">' in html
        assert f'<link rel="canonical" href="http://testserver{PAGE}">' in html
        assert client.get(address).cookies == {}


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("order", Order)
def test_a_tombstone_keeps_the_place_of_its_replies_on_every_page(client, article, level, order):
    chain = [make_comment(article, comment="level 0")]
    for number in range(1, 5):
        chain.append(make_comment(article, comment=f"level {number}", parent=chain[-1]))
    make_threads(article, 12)
    for number in range(8):
        make_comment(article, parent=chain[2], comment=f"beside {number}")
    before = shape(article, order)
    chain[level].move(State.REMOVED, expected=State.APPROVED, by=make_staff())

    after = shape(article, order)

    pk = chain[level].pk
    gone = {pk} if level == 3 else set()  # nothing stands below it: not even the reply to it
    assert [entry for entry in before if entry[0] not in gone] == after
    pages = [client.get(f"{PAGE}comments/{row}/", follow=True).content.decode() for row, _depth in after]
    assert not any(f">level {level}<" in page for page in pages)


def shape(article, order):
    """Every comment's key and depth, through all parts."""
    found, part = [], part_of(article, order)
    while part:
        found += [(node.comment.pk, depth) for node, depth in walk(part.nodes) if not node.is_elsewhere]
        part = part_of(article, order, start=part.later) if part.later else None
    return found


def walk(nodes, depth=0):
    for node in nodes:
        yield node, depth
        yield from walk(node.replies, depth + 1)


# --- A comment's own address -------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [(3, 3, 1, 4, 1), (1, 45, 2)])
def test_a_comment_s_address_leads_to_the_page_that_shows_it(client, article, sizes):
    make_threads(article, *sizes)

    for comment in ReaderComment.objects.all():
        moved = client.get(comment.get_absolute_url())
        page, _hash, anchor = moved["Location"].partition("#")
        html = client.get(page).content.decode()
        assert (moved.status_code, anchor) == (302, f"comment-{comment.pk}")
        assert moved["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert html.count(f'id="comment-{comment.pk}"') == 1
        assert f'href="{comment.get_absolute_url()}" rel="nofollow"><time' in html


def test_it_leads_there_when_comments_before_it_come_and_go(client, article, django_capture_on_commit_callbacks):
    make_threads(article, 3, 2, 1, 1)
    comment = ReaderComment.objects.get(comment="3")
    seen = [client.get(comment.get_absolute_url())["Location"]]
    with django_capture_on_commit_callbacks(execute=True):
        for gone in ReaderComment.objects.filter(comment__in=["1.1", "1.2"]):
            gone.move(State.REMOVED, expected=State.APPROVED, by=make_staff(f"editor-{gone.pk}"))
    seen.append(client.get(comment.get_absolute_url())["Location"])

    assert [place.partition("?")[0] for place in seen] == [
        f"{PAGE}comments/oldest/",
        f"{PAGE}#comment-{comment.pk}",
    ]


def test_a_removed_comment_s_address_is_gone_and_a_hidden_one_s_never_was(client, article):
    answers = {}
    for state in State:
        comment = make_comment(article, state, comment=f"Marker {state}")
        answers[state] = client.get(f"{PAGE}comments/{comment.pk}/")
    elsewhere = make_comment(make_article())
    unknown = [client.get(f"{PAGE}comments/{pk}/") for pk in (elsewhere.pk, 0, 987654321, 2**31, 10**30)]

    assert {state: answer.status_code for state, answer in answers.items()} == {
        **dict.fromkeys(State, 404),
        State.APPROVED: 302,
        State.REMOVED: 410,
    }
    assert {answer.status_code for answer in unknown} == {404}
    assert not any(b"Marker" in answer.content for answer in answers.values())
    hidden = {answer.content.replace(b"/", b"") for answer in answers.values() if answer.status_code == 404}
    assert len({re.sub(rb"\d+", b"N", content) for content in hidden}) == 1


@pytest.mark.parametrize(
    "query",
    ["from=1", "from=x", "from=" + "9" * 26, "from=" + "0" * 26, "from=" + "9" * 999, "from=%00", "from=%D9%A1" * 26],
)
@pytest.mark.parametrize("order", Order)
def test_a_key_that_nobody_made_makes_no_error(client, article, order, query):
    make_threads(article, 3)

    for asked in (query, query.replace("from", "until")):
        assert client.get(f"{PAGE}comments/{order}/?{asked}").status_code in {200, 302, 404}


@pytest.mark.parametrize("end", ["oldest/", "newest/", "1/"])
def test_the_addresses_go_with_their_article(client, article, end):
    make_threads(article, 1)
    path = f"comments/{end}".replace("1/", f"{ReaderComment.objects.get().pk}/")
    elsewhere = client.get(f"/town/peace-talks/{path}")
    article.withdraw()

    assert (elsewhere.status_code, elsewhere["Location"].startswith(PAGE)) == (302, True)
    assert [client.get(f"{page}{path}").status_code for page in (PAGE, "/world/nothing/")] == [410, 404]


def test_every_page_of_a_discussion_shows_a_change_on_the_next_read(
    client, article, django_capture_on_commit_callbacks
):
    make_threads(article, 3, 3, 3, 3)
    comment = make_comment(article, parent=ReaderComment.objects.get(comment="4"), comment="Marker")
    reply = f"{PAGE}comments/{comment.pk}/reply/"
    second = next_of(client.get(PAGE).content.decode())
    paths = [second, f"{PAGE}comments/newest/", f"{PAGE}comments/feed/", reply]
    before = [b"Marker" in client.get(path).content for path in paths]

    with django_capture_on_commit_callbacks(execute=True):
        comment.move(State.HELD, expected=State.APPROVED, by=make_staff())

    assert (before, [b"Marker" in client.get(path).content for path in paths]) == ([True] * 4, [False] * 4)


# --- For its writer ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.HELD, State.UNCHECKED, State.SPAM])
@pytest.mark.parametrize("parent", [None, "1", "2.3", "3"])
def test_a_waiting_comment_stands_in_its_place_for_its_writer_alone(client, article, state, parent):
    make_threads(article, 3, 40, 1)
    above = ReaderComment.objects.get(comment=parent) if parent else None
    own = make_comment(article, state, parent=above, comment="Mine")

    part = part_around(own)

    found = [node for node, _depth in walk(part.nodes) if any(reply.comment == own for reply in node.replies)]
    assert [node.comment for node in found] == ([above] if above else [])
    assert sum(node.comment == own for node, _depth in walk(part.nodes)) == 1
    assert part.count == 44
    assert not any("Mine" in page for page in read_through(client, PAGE))


# --- What it costs -----------------------------------------------------------------------------


def cost_of(client, path):
    """Queries and comments of a page that nobody has kept."""
    cache.clear()
    client.get("/comments/privacy/")  # the edition is there
    with CaptureQueriesContext(connection) as captured:
        html = client.get(path, follow=True).content.decode()
    return len(captured), html.count('id="comment-')


def test_a_page_costs_the_same_with_ten_thousand_comments_as_with_sixty(client, article, settings):
    settings.COMMENTS_PER_PAGE = 50
    make_discussion(article, 50)
    few = cost_of(client, PAGE)
    make_discussion(article, 9_950)
    cache.clear()
    paths = [PAGE, next_of(client.get(PAGE).content.decode()), f"{PAGE}comments/newest/", f"{PAGE}comments/feed/"]
    costs = [cost_of(client, path) for path in paths]
    shown = ReaderComment.objects.filter(article=article).public().count()

    assert few[0] <= 8
    assert [queries <= 12 for queries, _comments in costs] == [True] * 4
    assert [50 <= comments <= 100 for _queries, comments in costs[:3]] == [True] * 3
    assert f">{shown} comments</h2>" in client.get(PAGE).content.decode().replace(",", "")


@pytest.mark.django_db(transaction=True)
def test_comments_of_before_are_given_the_places_they_would_have_now(article):
    root = make_comment(article)
    reply = make_comment(article, parent=root)
    make_comment(article, parent=reply)
    gone = make_comment(article)
    orphan = make_comment(article, parent=gone)
    gone.delete()
    places = dict(ReaderComment.objects.values_list("pk", "place"))

    try:
        call_command("migrate", "comments", "0006_letters", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)

    orphaned = {orphan.pk: str(places[orphan.pk])[26:]}  # a thread of its own: nothing tells where it stood
    assert dict(ReaderComment.objects.values_list("pk", "place")) == places | orphaned
