"""Eight readers reply in one thread at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.models import ReaderComment, State
from comments.templatetags.discussion import thread
from tests.comments.reader import filled
from tests.factories import make_article, make_comment

READERS, REPLIES = 8, 9


@pytest.mark.django_db(transaction=True)
def test_eight_readers_reply_in_one_thread_at_once(standin):
    article = make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))
    root = make_comment(article)
    branches = [root, make_comment(article, parent=root), make_comment(article, parent=root)]
    branches.append(make_comment(article, parent=branches[1]))
    start = threading.Barrier(READERS)
    answers, failures = [], []

    def reply(reader):
        client = Client()
        start.wait()
        for number in range(REPLIES):
            parent = branches[(reader + number) % len(branches)]
            sent = filled(article, reply_to=str(parent.pk), comment=f"Reply {reader}.{number} to {parent.pk}")
            try:
                answers.append(client.post("/world/peace-talks/comments/", sent).status_code)
            except Exception as error:  # whatever it is, the test shall say so
                failures.append(error)
            finally:
                connections.close_all()  # as a server does after each request

    readers = [threading.Thread(target=reply, args=(reader,)) for reader in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    total = READERS * REPLIES
    assert (failures, answers) == ([], [303] * total)
    rows = list(ReaderComment.objects.filter(comment__startswith="Reply "))
    assert {(row.state, row.is_public) for row in rows} == {(State.APPROVED, True)}
    assert sorted(row.comment for row in rows) == sorted(
        f"Reply {reader}.{number} to {branches[(reader + number) % 4].pk}"
        for reader in range(READERS)
        for number in range(REPLIES)
    )
    assert {(row.thread_id, row.comment.rpartition(" ")[2] == str(row.parent_id)) for row in rows} == {(root.pk, True)}

    tree, count = thread(article)
    assert (count, len(tree), tree[0].comment.pk) == (total + 4, 1, root.pk)
    assert sorted(node.comment.pk for node in walk(tree)) == sorted(ReaderComment.objects.values_list("pk", flat=True))
    for node in walk(tree):
        times = [reply.comment.submit_date for reply in node.replies]
        assert times == sorted(times)
        assert {reply.comment.parent_id for reply in node.replies} <= {node.comment.pk}
        assert {reply.comment.level for reply in node.replies} <= {node.comment.level + 1}

    # The package's own columns, too, are as if the replies had come one by one.
    columns = ReaderComment.objects.order_by("order").values_list("order", flat=True)
    assert list(columns) == list(range(1, total + 5))
    assert {node.comment.pk: node.comment.nested_count for node in walk(tree)} == {
        node.comment.pk: sum(1 for _below in walk(node.replies)) for node in walk(tree)
    }


def walk(nodes):
    for node in nodes:
        yield node
        yield from walk(node.replies)
