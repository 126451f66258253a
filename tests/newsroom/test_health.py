from datetime import timedelta

from django.utils import timezone

from comments.models import State
from tests.factories import make_article, make_comment


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


def test_readyz_names_each_part(client, db):
    response = client.get("/readyz")

    parts = {"database": "ok", "migrations": "ok", "cache": "ok", "queue": "ok", "follow-ups": "ok"}
    assert (response.status_code, response.json()) == (200, parts)


def test_readyz_says_what_is_wrong_with_the_queue_and_stays_ready_for_readers(client, db):
    make_comment(make_article(), State.UNCHECKED, due_at=timezone.now() - timedelta(minutes=16))

    response = client.get("/readyz")

    wrong = (
        "1 check has been waiting for more than a quarter of an hour."
        " Is manage.py worker running? Does manage.py akismet_check find a fault?"
    )
    parts = {"database": "ok", "migrations": "ok", "cache": "ok", "queue": wrong, "follow-ups": "ok"}
    assert (response.status_code, response.json()) == (200, parts)
