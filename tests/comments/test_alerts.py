"""What staff are told about the service and the queue: in the admin, at /readyz and in the log."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from comments.models import ReaderComment, State
from tests.comments.reader import filled
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
OVER_LIMIT = "Akismet says: 10501: Your site is over the limit of its plan"
ACCOUNT = "Look at your account at akismet.com, then run manage.py akismet_check."
WORKER = "Is manage.py worker running? Does manage.py akismet_check find a fault?"
TROUBLES = [
    ("alert", "", OVER_LIMIT),
    ("error", "This key is suspended", "Akismet refuses: This key is suspended"),
    ("invalid", "No such key", "Akismet calls the key or the call invalid: No such key"),
    ("status", "429", "Akismet gets too many calls (429)."),
]
LATE = "{} checks have been waiting for more than a quarter of an hour."


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def post(client, article):
    client.post(POST, filled(article, comment=f"Comment {ReaderComment.objects.count()}"))


def banners(client, path="/admin/"):
    html = client.get(path).content.decode()
    found = re.findall(r'<p class="desk-alert" role="alert">(.*?)</p>', html)
    return [re.sub(r"</?strong>", "", words) for words in found]


def readiness(client):
    response = client.get("/readyz")
    return response.status_code, response.json()["queue"]


@pytest.mark.parametrize(("mode", "value", "told"), TROUBLES, ids=[mode for mode, *_ in TROUBLES])
def test_trouble_with_the_account_is_told_everywhere_until_it_is_over(
    client, standin, article, desk, caplog, mode, value, told
):
    standin.switch(mode, value)
    for _comment in range(2):
        post(client, article)
    during = banners(desk), readiness(client)

    standin.switch()
    post(client, article)

    advice = f"{told} {ACCOUNT}"
    assert during == ([advice], (200, advice))
    logged = [record.getMessage() for record in caplog.records if record.name == "comments.alerts"]
    assert logged == [f"{told} (Look at the account, then run manage.py akismet_check.)"]
    assert (banners(desk), readiness(client)) == ([], (200, "ok"))


def test_what_an_alert_says_is_text(client, standin, article, desk):
    standin.switch("alert", "10501 <b>test-key</b>")

    post(client, article)

    assert banners(desk) == [f"Akismet says: 10501: &lt;b&gt;…&lt;/b&gt; {ACCOUNT}"]


@pytest.mark.parametrize("mode", ["status", "hang", "cut", "nonsense"])
def test_a_failure_that_waiting_may_mend_is_no_matter_of_the_account(client, standin, settings, article, desk, mode):
    settings.AKISMET_TIMEOUT = 0.3
    standin.switch(mode)

    post(client, article)

    assert (banners(desk), readiness(client)) == ([], (200, "ok"))


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/readercomment/", "/admin/articles/article/"])
def test_the_banner_stands_on_every_page_of_the_desk(client, standin, article, desk, path):
    standin.switch("alert")
    post(client, article)

    assert banners(desk, path) == [f"{OVER_LIMIT} {ACCOUNT}"]


@pytest.mark.parametrize("path", ["/admin/login/", "/", "/world/peace-talks/"])
def test_nobody_else_reads_the_banner(client, standin, article, path):
    standin.switch("alert")
    post(client, article)

    assert "10501" not in client.get(path).content.decode()


@pytest.mark.parametrize("minutes_overdue", [None, 16])
def test_a_queue_that_stands_still_is_told_until_it_moves(client, article, desk, minutes_overdue):
    """Overdue because no worker runs, or put off time and again because the service is down."""
    now = timezone.now()
    due_at = now - timedelta(minutes=minutes_overdue) if minutes_overdue else now + timedelta(minutes=10)
    for _number in range(2):
        make_comment(article, State.UNCHECKED, submit_date=now - timedelta(minutes=16), due_at=due_at)

    during = banners(desk), readiness(client)
    ReaderComment.objects.update(state=State.APPROVED, due_at=None)

    told = f"{LATE.format(2)} {WORKER}"
    assert during == ([told], (200, told))
    assert (banners(desk), readiness(client)) == ([], (200, "ok"))


def test_a_queue_that_moves_is_no_news(client, article, desk):
    now = timezone.now()
    make_comment(article, State.UNCHECKED, submit_date=now - timedelta(minutes=14))
    make_comment(article, State.PROVISIONAL, submit_date=now - timedelta(hours=5), due_at=now + timedelta(hours=1))

    assert (banners(desk), readiness(client)) == ([], (200, "ok"))


def test_feedback_that_waits_too_long_is_told(client, article):
    comment = make_comment(article, State.SPAM, verdict="ham")
    comment.feedback.create(kind="spam", state_before="approved", due_at=timezone.now())

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        told = readiness(client)

    assert told == (200, f"1 check has been waiting for more than a quarter of an hour. {WORKER}")


def test_with_the_shared_cache_down_the_queue_is_still_watched(client, settings, article, desk):
    make_comment(article, State.UNCHECKED, submit_date=timezone.now() - timedelta(minutes=16))
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}
    }

    assert len(banners(desk)) == 1


def test_an_alert_that_nobody_renews_ends_after_a_day(client, standin, article, desk):
    standin.switch("alert")
    post(client, article)

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert cache.get("akismet-alert") is None
