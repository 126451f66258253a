"""The service dies while readers write: nothing is lost, nothing unchecked is shown, and all is made good."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from comments.models import ReaderComment
from tests.comments.reader import filled, stored
from tests.factories import make_article

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

PAGE = "/world/peace-talks/"
TEXTS = ["Ham one", "Ham two", "Visit http://a.example http://b.example http://c.example", "Ham three"]


@pytest.fixture
def article(settings):
    settings.AKISMET_TIMEOUT = 0.3
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


def stop(standin):
    standin.stop()


def hang(standin):
    standin.switch("hang")


def cut(standin):
    standin.switch("cut", "20")


def mend(standin):
    standin.stop()
    standin.start()
    standin.switch()


def page_of(client):
    return client.get(PAGE).content.decode()


def shown(client):
    html = page_of(client)
    return [text for text in TEXTS if text in html]


def post_all(client, article):
    return [client.post(f"{PAGE}comments/", filled(article, comment=text)) for text in TEXTS]


@pytest.mark.parametrize("harm", [stop, hang, cut])
def test_comments_of_an_outage_are_stored_hidden_and_published_by_the_worker(client, standin, article, harm):
    page_of(client)
    harm(standin)

    answers = post_all(client, article)

    assert [answer.status_code for answer in answers] == [303] * 4
    assert stored() == [(text, "unchecked", "", "") for text in TEXTS]
    receipts = [client.get(answer["Location"]).content.decode() for answer in answers]
    assert ["<h1>Your comment is being checked.</h1>" in receipt for receipt in receipts] == [True] * 4
    assert shown(client) == []

    mend(standin)
    with time_machine.travel(timezone.now() + timedelta(seconds=50)):
        call_command("worker", once=True)

    states = ["approved", "approved", "spam", "approved"]
    assert [row[1] for row in stored()] == states
    assert ReaderComment.objects.filter(is_public=True).count() == 3
    assert shown(client) == ["Ham one", "Ham two", "Ham three"]
    receipts = [client.get(answer["Location"]).content.decode() for answer in answers]
    assert ["<h1>Your comment is published.</h1>" in receipt for receipt in receipts] == [
        state == "approved" for state in states
    ]


@pytest.mark.parametrize("harm", [stop, hang, cut])
def test_the_worker_survives_an_outage_and_its_first_success_ends_the_waiting(client, standin, article, harm):
    harm(standin)
    post_all(client, article)

    with time_machine.travel(timezone.now() + timedelta(seconds=50)):
        call_command("worker", once=True)
        during = [(row[1], attempts) for row, attempts in zip(stored(), attempts_of_all(), strict=True)]
        asked = len(standin.calls)
        mend(standin)
        client.post(f"{PAGE}comments/", filled(article, comment="It works again"))
        by_the_reader = len(standin.calls) - asked
        call_command("worker", once=True)

    # Three failures in a row: nobody asked about the fourth, but the worker, about it alone.
    assert (during, by_the_reader) == ([("unchecked", 1)] * 4, 0)
    assert [row[1] for row in stored()] == ["approved", "approved", "spam", "approved", "approved"]


def test_a_service_that_fails_now_and_then_loses_nothing(client, standin, article):
    for text, mode in zip(TEXTS, ["cut", "ok", "hang", "status"], strict=True):
        standin.switch(mode)
        client.post(f"{PAGE}comments/", filled(article, comment=text))
    standin.switch()
    with time_machine.travel(timezone.now() + timedelta(seconds=50)):
        call_command("worker", once=True)

    assert [row[1] for row in stored()] == ["approved", "approved", "spam", "approved"]


def attempts_of_all():
    return list(ReaderComment.objects.order_by("pk").values_list("attempts", flat=True))
