"""The same comment again is the first one: one row, one check, one answer."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments.models import ReaderComment, State, StateChange
from tests.comments.reader import ADA, filled, stored, write
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
AGAIN = {
    "word for word": {},
    "other white space": {"comment": "  A  fine\r\n\tarticle. "},
    "other capitals of the address": {"email": "ADA@Readers.Example"},
    "other capitals of the name": {"name": " ada READER "},
}
ANOTHER = {
    "text": {"comment": "A fine article!"},
    "text in other capitals": {"comment": "A FINE ARTICLE."},
    "address": {"email": "bob@readers.example"},
    "name": {"name": "Bob Reader"},
}


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_ham_posted_again_leads_to_the_first_one_s_receipt(client, standin, article, again):
    with time_machine.travel(timezone.now(), tick=False):
        answers = [client.post(POST, filled(article, **fields)) for fields in ({}, again)]

    comment = ReaderComment.objects.get()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert answers[0]["Location"].startswith("/comments/receipt/")
    assert ([call.endpoint for call in standin.calls], comment.comment) == (["comment-check"], "A fine article.")
    assert StateChange.objects.filter(before="").count() == 1


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
@pytest.mark.parametrize("mode", ["spam", "discard", "recheck-after", "status"])
def test_what_is_hidden_gets_the_same_receipt_again(client, standin, article, mode, again):
    standin.switch(mode)

    with time_machine.travel(timezone.now(), tick=False):
        answers = [client.post(POST, filled(article, **fields)) for fields in ({}, again)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert answers[0]["Location"].startswith("/comments/receipt/")
    assert (len(standin.calls), len(stored())) == (1, 1)


@pytest.mark.parametrize("decision", [State.SPAM, State.REMOVED, State.HELD])
def test_a_repeat_does_not_bring_back_what_a_moderator_took_down(client, standin, article, decision):
    client.post(POST, filled(article))
    ReaderComment.objects.get().move(decision, expected=State.APPROVED, by=make_staff())

    answer = client.post(POST, filled(article))

    assert answer["Location"].startswith("/comments/receipt/")
    assert ([row[1] for row in stored()], len(standin.calls)) == ([decision], 1)


@pytest.mark.parametrize("other", ANOTHER.values(), ids=ANOTHER)
def test_another_text_or_writer_is_another_comment(client, standin, article, other):
    answers = [client.post(POST, filled(article, **fields))["Location"] for fields in ({}, other)]

    assert (len(set(answers)), len(stored()), len(standin.calls)) == (2, 2, 2)


def test_the_same_words_in_another_place_are_another_comment(client, standin, article):
    other, parents = make_article(slug="other"), [make_comment(article), make_comment(article)]

    answers = [
        client.post(POST, filled(article)),
        client.post("/world/other/comments/", filled(other)),
        *(client.post(POST, filled(article, reply_to=str(parent.pk))) for parent in parents),
        client.post(POST, filled(article, reply_to=str(parents[0].pk))),
    ]

    places = [answer["Location"].split(":")[0] for answer in answers]
    assert (len(set(places)), places[4], len(standin.calls)) == (4, places[2], 4)
    assert ReaderComment.objects.filter(comment=ADA["comment"]).count() == 4
    replies = [ReaderComment.objects.filter(parent_id=parent.pk).count() - 1 for parent in parents]
    assert replies == [1, 1]


def test_two_readers_of_one_cached_page_may_both_write(client, standin, article):
    """A nonce in the form would take the second one for the first (trap 6)."""
    write(client, article)
    write(Client(), article, name="Bob", email="bob@readers.example", comment="I agree.")

    assert [row[:2] for row in stored()] == [("A fine article.", "approved"), ("I agree.", "approved")]


TRIALS, AT_ONCE = 20, 8


@pytest.mark.parametrize("is_reply", [False, True], ids=["comment", "reply"])
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_one_row_and_one_check(standin, article, is_reply):
    parent = make_comment(article, comment="parent") if is_reply else None
    extra = {"reply_to": str(parent.pk)} if parent else {}
    start = threading.Barrier(AT_ONCE)
    answers, failures = [], []

    def post():
        client = Client()
        for trial in range(TRIALS):
            sent = filled(article, comment=f"Trial {trial}", **extra)
            start.wait()
            try:
                answer = client.post(POST, sent)
                answers.append((trial, answer.status_code))
            except Exception as error:  # whatever it is, the test shall say so
                failures.append(error)
            finally:
                connections.close_all()

    readers = [threading.Thread(target=post) for _reader in range(AT_ONCE)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    texts = [f"Trial {trial}" for trial in range(TRIALS)]
    assert (failures, sorted(answers)) == ([], [(trial, 303) for trial in range(TRIALS) for _reader in range(AT_ONCE)])
    rows = [row for row in stored() if row[0] != "parent"]
    assert rows == [(text, "approved", "ham", "") for text in texts]
    assert [call.fields["comment_content"] for call in standin.calls] == texts
    if parent:
        assert ReaderComment.objects.filter(parent_id=parent.pk).count() == 1 + TRIALS
