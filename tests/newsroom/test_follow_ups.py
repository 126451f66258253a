"""What follows a publication is done once, whoever does it, and nothing that fails holds up the rest."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, FollowUp, Status
from newsroom import follow_ups
from tests.factories import do_follow_ups, make_article, make_articles

HOUR = timedelta(hours=1)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine


def impossible(article: Article) -> FollowUp:
    """One that nobody knows how to do."""
    now = timezone.now()
    return FollowUp.objects.create(article=article, what="dance", moment=now, due_at=now)


@pytest.mark.django_db
def test_one_that_fails_holds_up_no_other_and_is_tried_again(clock):
    article = make_article()
    row = impossible(article)
    other = make_article()
    other.plan(embargo_until=None, live_until=timezone.now() + timedelta(seconds=1))
    clock.shift(1)

    do_follow_ups()

    row.refresh_from_db()
    other.refresh_from_db()
    assert other.status == Status.WITHDRAWN
    assert (row.attempts, row.failure, row.due_at > timezone.now()) == (1, "KeyError: 'dance'", True)


@pytest.mark.django_db
def test_one_that_never_succeeds_is_given_up_and_stays_for_the_desk_until_tried_again(clock):
    row = impossible(make_article())
    FollowUp.objects.update(attempts=99)
    do_follow_ups()
    row.refresh_from_db()
    given_up = row.due_at

    FollowUp.objects.late().try_again()
    do_follow_ups()

    row.refresh_from_db()
    assert (given_up, row.attempts, row.due_at is not None) == (None, 1, True)


@pytest.mark.django_db
def test_what_is_late_or_failed_is_told_and_what_is_to_come_is_not(clock):
    make_article().plan(embargo_until=None, live_until=timezone.now() + HOUR)
    told = [follow_ups.alerts()]

    for minutes in (64, 2):
        clock.shift(timedelta(minutes=minutes))
        told.append([alert.text for alert in follow_ups.alerts()])

    assert told == [[], [], ["2 things that follow publications are late or have failed."]]


@pytest.mark.django_db
def test_readyz_tells_of_it_and_stays_ready(client, clock):
    impossible(make_article())
    do_follow_ups()

    response = client.get("/readyz")

    said = "1 thing that follows a publication is late or has failed."
    assert (response.status_code, response.json()["follow-ups"].startswith(said)) == (200, True)


@pytest.mark.django_db
def test_a_worker_that_died_leaves_its_own_to_the_next(clock):
    article = make_article()
    article.plan(embargo_until=None, live_until=timezone.now() + HOUR)
    clock.shift(HOUR)
    FollowUp.objects.claim_due(timedelta(minutes=1), 20)
    do_follow_ups()
    meanwhile = Article.objects.get().status

    clock.shift(60)
    do_follow_ups()

    assert (meanwhile, Article.objects.get().status) == (Status.LIVE, Status.WITHDRAWN)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_each_takes_others():
    articles = make_articles(12)
    moment = timezone.now()
    FollowUp.objects.bulk_create(
        FollowUp(article=article, what="settle", moment=moment, due_at=moment) for article in articles
    )
    taken: list[int] = []

    def work():
        while rows := FollowUp.objects.claim_due(HOUR, 2):
            taken.extend(row.article_id for row in rows)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == sorted(article.pk for article in articles)
