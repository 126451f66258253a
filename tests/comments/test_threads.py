"""500 replies by eight readers at once in one thread: none is lost, none stands twice, and all stand in order."""

import itertools
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.models import ReaderComment, State
from comments.models.comment import STEP
from comments.threads import Order, part_of
from tests.comments.reader import filled
from tests.factories import make_article, make_comment

READERS, REPLIES = 8, 500


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_eight_readers_reply_in_one_thread_at_once(standin):
    article = make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))
    root = make_comment(article)
    branches = [root, make_comment(article, parent=root), make_comment(article, parent=root)]
    branches.append(make_comment(article, parent=branches[1]))
    branches.append(make_comment(article, parent=branches[3]))  # one of the deepest
    start, failures, answers = threading.Barrier(READERS), [], []

    def reply(mine):
        client = Client()
        start.wait()
        for number in mine:
            parent = branches[number % len(branches)]
            sent = filled(article, reply_to=str(parent.pk), comment=f"Reply {number} to {parent.pk}")
            try:
                answers.append(client.post("/world/peace-talks/comments/", sent).status_code)
            except Exception as error:  # whatever it is, the test shall say so
                failures.append(error)
            finally:
                connections.close_all()  # as a server does after each request

    readers = [threading.Thread(target=reply, args=(range(first, REPLIES, READERS),)) for first in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert (failures, answers) == ([], [303] * REPLIES)
    rows = list(ReaderComment.objects.filter(comment__startswith="Reply "))
    assert {(row.state, row.is_public, row.thread_id) for row in rows} == {(State.APPROVED, True, root.pk)}
    said = sorted((row.comment, row.parent_id) for row in rows)
    parents = [branches[number % len(branches)].pk for number in range(REPLIES)]
    assert said == sorted((f"Reply {number} to {parent}", parent) for number, parent in enumerate(parents))

    for order in Order:
        nodes = list(itertools.chain.from_iterable(walk(part.nodes) for part in parts(article, order)))
        shown = [node.comment for node in nodes if not node.is_elsewhere]
        assert sorted(row.pk for row in shown) == sorted(ReaderComment.objects.values_list("pk", flat=True))
        assert [row.place for row in shown] == sorted(row.place for row in shown)
        for row in shown:  # below what it replies to, or beside it, if that is one of the deepest
            assert row.level == min(levels(branches, row) + 1, 3)
    beside = {}
    for row in shown:
        beside.setdefault(row.place[:-STEP], []).append(row.submit_date)
    assert all(times == sorted(times) for times in beside.values())
    html = Client().get("/world/peace-talks/").content.decode()
    assert f">{REPLIES + 5} comments</h2>" in html


def parts(article, order):
    part = part_of(article, order)
    yield part
    while part.later:
        assert part.count == REPLIES + 5
        part = part_of(article, order, start=part.later)
        yield part


def levels(branches, row):
    """That of what it replies to; -1: of nothing."""
    return next((parent.level for parent in branches if parent.pk == row.parent_id != row.pk), -1)


def walk(nodes):
    for node in nodes:
        yield node
        yield from walk(node.replies)
