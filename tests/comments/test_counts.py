"""How many comments stand beside an article in lists."""

import re
import threading

import pytest
from django.core.cache import cache
from django.db import connections

from comments.models import State
from comments.templatetags.discussion import count_comments
from tests.factories import make_article, make_articles, make_author, make_category, make_comment, make_staff

pytestmark = pytest.mark.django_db

LISTS = ["/", "/world/", "/authors/james-carter/"]


def counts_on(client, path):
    html = client.get(path).content.decode()
    return re.findall(r'<a href="/world/([\w-]+)/#comments">(\d+ comments?)</a>', html)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_says_how_many_public_comments_an_article_has(client, path):
    article = make_article(slug="talks")
    make_article(slug="silence")
    first = make_comment(article)
    make_comment(article, parent=first)
    for state in set(State) - {State.APPROVED}:
        make_comment(article, state)

    assert counts_on(client, path) == [("talks", "2 comments")]


@pytest.mark.parametrize("path", LISTS)
def test_one_is_one(client, path):
    make_comment(make_article(slug="talks"))

    assert counts_on(client, path) == [("talks", "1 comment")]


@pytest.mark.parametrize(("path", "most"), [("/", 6), ("/world/", 7), ("/authors/james-carter/", 7)])
@pytest.mark.parametrize("count", [1, 30])
def test_they_cost_one_query_for_the_page(client, django_assert_max_num_queries, path, most, count):
    for article in make_articles(count, bylines=(make_author().pk,)):
        make_comment(article)
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_max_num_queries(most):
        found = counts_on(client, path)

    assert len(found) >= min(count, 10)


def test_every_change_counts(client):
    article, editor = make_article(slug="talks"), make_staff()
    comments = [make_comment(article, State.HELD) for _number in range(3)]
    seen = []

    for comment in comments:
        comment.move(State.APPROVED, expected=State.HELD, by=editor)
    seen.append(comment_count(article))
    comments[0].move(State.REMOVED, expected=State.APPROVED, by=editor)
    seen.append(comment_count(article))
    comments[1].delete()
    seen.append(comment_count(article))

    assert seen == [3, 2, 1]


def test_a_change_that_waited_keeps_its_story_s_count(client):
    article = make_article(slug="talks")
    make_comment(article)
    waiting = make_article(slug="talks-later", category=make_category().pk)
    waiting.replaces = article

    assert comment_count(waiting) == 1


def comment_count(article):
    cache.clear()
    count_comments([article])
    return article.comment_count


@pytest.mark.django_db(transaction=True)
def test_after_parallel_changes_the_count_is_right():
    article, editor = make_article(slug="talks"), make_staff()
    comments = [make_comment(article, State.HELD) for _number in range(24)]
    start, failures = threading.Barrier(4), []

    def decide(mine):
        start.wait()
        try:
            for comment in mine:
                comment.move(State.APPROVED, expected=State.HELD, by=editor)
            for comment in mine[::2]:
                comment.move(State.REMOVED, expected=State.APPROVED, by=editor)
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=decide, args=(comments[number::4],)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (failures, comment_count(article)) == ([], 12)
