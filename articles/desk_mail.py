"""What colleagues are told of a story's way over the desk: by one mail each for some minutes' steps together.

Everything that is to be told is a row first, so that a mail server that is down costs time and nothing else.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from articles.models import Article, DeskLetter, Step
from articles.roles import Act, Role, may
from newsroom.lib.moments import in_words

logger = logging.getLogger(__name__)

GATHERED_FOR = timedelta(minutes=5)  # from the first step on, until the mail goes out
LEASE = timedelta(minutes=5)  # longer than any mail server may take
_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_MOST_ATTEMPTS = 200  # with the longest pauses that is two days
_BATCH = 50  # before the worker looks at its other work


# --- Writing them -----------------------------------------------------------------------------------


def queue(step: Step) -> None:
    """A letter for each whom the step concerns, but for who did it."""
    readers = _concerned(step).filter(is_active=True, is_staff=True).exclude(email="").exclude(pk=step.by_id)
    due_at = timezone.now() + GATHERED_FOR
    letters = (DeskLetter(reader=reader, step=step, due_at=due_at) for reader in readers.distinct())
    DeskLetter.objects.bulk_create(letters, ignore_conflicts=True)


def _concerned(step: Step) -> Any:
    if step.kind == Step.Kind.SUBMITTED:
        return _asked(step.article)
    writers = Q(pk=step.article.created_by_id) | Q(author__bylines__article=step.article)
    if step.kind == Step.Kind.NOTED:
        writers |= Q(pk=step.article.reviewer_id)
    if step.is_by_the_clock:
        decided = step.article.steps.filter(kind__in=[Step.Kind.SCHEDULED, Step.Kind.PUBLISHED], at__lte=step.at)
        writers |= Q(pk__in=decided.values("by")[:1])
    return User.objects.filter(writers)


def _asked(article: Article) -> Any:
    """The reviewer; else the editors of its category; else whoever runs the desk."""
    if article.reviewer_id:
        return User.objects.filter(pk=article.reviewer_id)
    editors = User.objects.filter(groups__name=Role.EDITOR).filter(
        Q(edited_categories=article.category_id) | Q(edited_categories__children=article.category_id)
    )
    return editors if editors.exists() else User.objects.filter(groups__name=Role.MANAGING_EDITOR)


# --- Sending them -----------------------------------------------------------------------------------


def send_due() -> int:
    """Send what is due, a batch at most. Returns how many mails were tried; several workers may run at once."""
    tried = 0
    server: BaseEmailBackend = mail.get_connection()
    try:
        while tried < _BATCH and (letters := DeskLetter.objects.claim_next(LEASE)):
            tried += 1
            if not _send(letters, server):
                break
    finally:
        with suppress(OSError):  # all that SMTP raises is one
            server.close()
    return tried


def _send(letters: list[DeskLetter], server: BaseEmailBackend) -> bool:
    """False: the server cannot be reached."""
    rows = DeskLetter.objects.filter(pk__in=[letter.pk for letter in letters])
    try:
        message = compose(letters)
        if message:
            server.open()
            server.send_messages([message])
    except (SMTPRecipientsRefused, SMTPDataError, ValueError) as error:
        _put_off(letters[0], rows, error)
    except OSError as error:
        logger.warning("The desk's mails wait: the mail server cannot be reached (%s).", type(error).__name__)
        _put_off(letters[0], rows, error)
        return False
    else:
        rows.update(due_at=None, sent_at=timezone.now() if message else None, failure="")
    return True


def _put_off(letter: DeskLetter, rows: Any, error: Exception) -> None:
    if letter.attempts >= _MOST_ATTEMPTS or isinstance(error, ValueError):
        logger.error("A mail of the desk cannot be sent and is given up (%s).", type(error).__name__)
        rows.update(due_at=None, failure=str(error)[:300])
        return
    pause = min(_PAUSE * 2 ** min(letter.attempts - 1, 10), _LONGEST_PAUSE)
    rows.update(due_at=timezone.now() + pause, failure=str(error)[:300])
    if isinstance(error, OSError) and not isinstance(error, SMTPRecipientsRefused | SMTPDataError):
        # All that are due wait with it: a server that is down is asked once after each pause.
        due = DeskLetter.objects.filter(due_at__lte=timezone.now())
        due.update(due_at=timezone.now() + pause)


# --- What they say ----------------------------------------------------------------------------------


def compose(letters: list[DeskLetter]) -> EmailMessage | None:
    """The mail that these letters go out as. None: there is nothing left that the colleague may know."""
    reader = letters[0].reader
    told = [letter.step for letter in letters if may(reader, Act.SEE, letter.step.article)]
    if not told or not reader.email:
        return None
    subject = (
        f"{told[0].get_kind_display()}: {told[0].article}"
        if len(told) == 1
        else ngettext("%d piece of news from the desk", "%d pieces of news from the desk", len(told)) % len(told)
    )
    context = {"news": [_news(step) for step in told]}
    headers = {"Message-ID": f"<desk-{letters[0].mail_id}@{_host()}>", "Auto-Submitted": "auto-generated"}
    body = render_to_string("articles/desk_mail.txt", context)
    return EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[reader.email], headers=headers)


def _news(step: Step) -> dict[str, Any]:
    by = step.by.get_full_name() or step.by.get_username() if step.by else ""
    moments = {"at": in_words(step.at), "moment": in_words(step.moment, with_zone=True)}
    return {"step": step, "by": by, "address": _address(step.article)} | moments


def _address(article: Article) -> str:
    return settings.SITE_URL + reverse("admin:articles_article_change", args=[article.pk])


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
