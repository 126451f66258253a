"""Mail that came back."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from comments import letters
from comments.models import Follow, Letter, Mailbox
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

REPORT = """From: MAILER-DAEMON@mx.example
To: newsroom@testserver
Message-ID: <{own}@mx.example>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@readers.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@readers.example>: no such user

--b
Content-Type: text/rfc822-headers

From: newsroom@testserver
Message-ID: <{mail_id}@testserver>
Subject: Bo on Peace talks

--b--
"""


@pytest.fixture
def letter():
    article = make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))
    comment = make_comment(article)
    letters.ask_for(comment, Follow.Scope.ALL)
    Follow.objects.update(confirmed_at=timezone.now())
    make_comment(article, user_email="bo@readers.example")
    letters.write_due()
    letters.send_due()
    return Letter.objects.get()


def take(monkeypatch, **words):
    known = {"own": "a" * 32, "action": "failed", "status": "5.1.1", "mail_id": "b" * 32} | words
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(REPORT.format(**known).encode())))
    out = io.StringIO()
    call_command("take_bounce", stdout=out)
    return out.getvalue().strip()


def test_an_address_whose_letter_came_back_for_good_is_not_written_to_again(letter, monkeypatch):
    said = take(monkeypatch, mail_id=letter.mail_id)

    mailbox = Mailbox.objects.get()
    assert (said, mailbox.email, mailbox.refusal) == ("stopped", "", "5.1.1 smtp; 550 5.1.1 <…>: no such user")
    assert (mailbox.refused_at is not None, Follow.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    "words", [{"action": "delayed", "status": "4.4.1"}, {"action": "delivered", "status": "2.0.0"}]
)
def test_a_delay_changes_nothing(letter, monkeypatch, words):
    assert (take(monkeypatch, mail_id=letter.mail_id, **words), Follow.objects.count()) == ("nothing to do", 1)


def test_nobody_can_make_a_bounce_up(letter, monkeypatch):
    assert (take(monkeypatch), Follow.objects.count()) == ("nothing to do", 1)


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 500, b"Content-Type: message/delivery-status\n\nStatus: 5.1.1\nAction: failed"]
)
def test_any_bytes_are_no_bounce(letter, monkeypatch, raw):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))

    call_command("take_bounce", stdout=io.StringIO())

    assert Follow.objects.count() == 1
