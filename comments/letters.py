"""Letters about comments: who gets which, and how they go out.

Asked for with a comment, confirmed from the mailbox, ended by one click. Everything that is to be sent is a row
first, so that a mail server that is down costs time and nothing else. Whatever a kill repeats has the Message-ID of
the first time.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail, signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Follow, Letter, Mailbox, ReaderComment
from comments.screening import pause

logger = logging.getLogger(__name__)

CONFIRM_WITHIN = timedelta(days=7)
LEASE = timedelta(minutes=5)  # longer than any mail server may take
_BATCH = 50  # before the worker looks at its other work
_LETTERS = signing.TimestampSigner(salt="comments.letters")
_QUESTIONS = signing.TimestampSigner(salt="comments.letters.question")


# --- Wanting them -----------------------------------------------------------------------------------


@transaction.atomic
def ask_for(comment: ReaderComment, scope: Follow.Scope) -> None:
    """The comment's writer wants letters. The mailbox is asked about it once the comment is public."""
    mailbox = Mailbox.objects.of(comment.user_email) if comment.user_email else None
    if mailbox:
        Follow.objects.get_or_create(comment=comment, defaults={"mailbox": mailbox, "scope": scope})


@transaction.atomic
def confirm(letter: Letter, *, daily: bool) -> None:
    """What that letter asked about is wanted: by whoever reads the mailbox."""
    Follow.objects.unconfirmed().filter(asked=letter).update(confirmed_at=timezone.now())
    Mailbox.objects.filter(pk=letter.mailbox_id).update(is_daily=daily)


def question_token(letter: Letter) -> str:
    return _QUESTIONS.sign(str(letter.pk))


def asked_by(token: str) -> Letter | None:
    """The letter that asked. None: its time is over. Raises BadSignature."""
    try:
        pk = int(_QUESTIONS.unsign(token, max_age=CONFIRM_WITHIN))
    except signing.SignatureExpired:
        return None
    return Letter.objects.questions().select_related("mailbox").filter(pk=pk).first()


def stop_token(mailbox_id: int, article_id: int | None = None) -> str:
    """Ends the letters about one article's comments, or all; good for as long as the mail is kept."""
    return _LETTERS.sign(str(mailbox_id) if article_id is None else f"{mailbox_id}-{article_id}")


def read_stop_token(token: str) -> tuple[int, int | None]:
    """Mailbox and article. Raises BadSignature."""
    mailbox_id, _dash, article_id = _LETTERS.unsign(token).partition("-")
    return int(mailbox_id), int(article_id) if article_id else None


# --- Writing them -----------------------------------------------------------------------------------


def write_due() -> int:
    """A letter for each who is to be told of a comment that has become public, and a question to each new mailbox.

    Returns how many comments and follows were looked at. Each round is one transaction: all of it or nothing.
    """
    return _announce() + _ask()


@transaction.atomic
def _announce() -> int:
    fresh = list(_unlocked(ReaderComment.objects.to_announce().defer("envelope"))[:_BATCH])
    for comment in fresh:
        Letter.objects.bulk_create(_letters_about(comment), ignore_conflicts=True)
    ReaderComment.objects.filter(pk__in=[comment.pk for comment in fresh]).update(is_announced=True)
    return len(fresh)


def _letters_about(comment: ReaderComment) -> list[Letter]:
    follows = Follow.objects.interested_in(comment).select_related("mailbox")
    chosen = {follow.mailbox_id: follow for follow in follows}  # one letter, whatever somebody follows
    due_at = {False: timezone.now(), True: next_digest(timezone.now())}
    return [
        Letter(mailbox=follow.mailbox, follow=follow, comment=comment, due_at=due_at[follow.mailbox.is_daily])
        for follow in chosen.values()
    ]


@transaction.atomic
def _ask() -> int:
    mailboxes = Mailbox.objects.filter(follows__in=Follow.objects.to_ask()).order_by("pk").distinct()
    new = Mailbox.objects.filter(pk__in=mailboxes.values("pk")[:_BATCH]).order_by("pk").select_for_update()
    return sum(_ask_one(mailbox) for mailbox in new)


def _ask_one(mailbox: Mailbox) -> int:
    follows = list(mailbox.follows.to_ask())  # another worker may have asked about them while we waited for the lock
    question = Letter.question_to(mailbox) if follows else None
    return Follow.objects.filter(pk__in=[follow.pk for follow in follows]).update(asked=question)


def next_digest(now: datetime) -> datetime:
    """The next settings.LETTERS_HOUR o'clock in the paper's time zone."""
    local = timezone.localtime(now)
    hour = local.replace(hour=settings.LETTERS_HOUR, minute=0, second=0, microsecond=0)
    return hour if hour > local else hour + timedelta(days=1)


def _unlocked(rows: Any) -> Any:
    return rows.select_for_update(of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked)


# --- Sending them -----------------------------------------------------------------------------------


def send_due() -> int:
    """Send what is due, a batch at most. Returns how many mails were tried; several workers may run at once.

    A server that cannot be reached puts everything off for a while: the worker has other work.
    """
    tried = 0
    server: BaseEmailBackend = mail.get_connection()
    try:
        while tried < _BATCH and (letters := Letter.objects.claim_next(LEASE, may_ask=_may_ask())):
            tried += 1
            if not _send(letters, server):
                break
    finally:
        with suppress(OSError):  # all that SMTP raises is one
            server.close()
    return tried


def _may_ask() -> bool:
    an_hour_ago = timezone.now() - timedelta(hours=1)
    return Letter.objects.questions().filter(sent_at__gte=an_hour_ago).count() < settings.QUESTIONS_AN_HOUR


def _send(letters: list[Letter], server: BaseEmailBackend) -> bool:
    """False: the server cannot be reached."""
    rows = Letter.objects.filter(pk__in=[letter.pk for letter in letters])
    try:
        message = compose(letters)
        if message:
            server.open()
            server.send_messages([message])
    except SMTPRecipientsRefused as error:
        _refused(letters[0], rows, *next(iter(error.recipients.values())))
    except (SMTPDataError, ValueError) as error:
        _rejected(letters[0], rows, error)
    except OSError as error:
        _unreachable(letters[0], error)
        return False
    else:
        rows.update(due_at=None, sent_at=timezone.now() if message else None, failure="")
    return True


def _refused(letter: Letter, rows: Any, code: int, said: bytes) -> None:
    """The server does not take mail for this address: not now, or never."""
    text = f"{code} {said.decode(errors='replace')}"
    if code < 500:  # it is full, or asks us to come again
        _put_off(letter, rows, text)
        return
    logger.warning("Letter %d: the mail server refuses the address for good; it is not written to again.", letter.pk)
    letter.mailbox.refuse(text)


def _rejected(letter: Letter, rows: Any, error: SMTPDataError | ValueError) -> None:
    """The server does not take this letter, or it cannot be written at all."""
    if isinstance(error, SMTPDataError) and error.smtp_code < 500:
        _put_off(letter, rows, str(error))
        return
    logger.error("Letter %d cannot be sent and is given up (%s).", letter.pk, type(error).__name__)
    rows.update(due_at=None, failure=str(error)[:300])


def _put_off(letter: Letter, rows: Any, failure: str) -> None:
    rows.update(due_at=timezone.now() + pause(letter.attempts, None), failure=failure[:300])


def _unreachable(letter: Letter, error: OSError) -> None:
    logger.warning("Letters wait: the mail server cannot be reached (%s).", type(error).__name__)
    again_at = timezone.now() + pause(1, None)
    waiting = Letter.objects.waiting()
    waiting.filter(due_at__lte=again_at).update(due_at=again_at)
    waiting.filter(mailbox=letter.mailbox_id, mail_id=letter.mail_id).update(due_at=again_at, failure=str(error)[:300])


# --- What they say ----------------------------------------------------------------------------------


def compose(letters: list[Letter]) -> EmailMultiAlternatives | None:
    """The mail that these letters go out as. None: there is nothing left to say."""
    first = letters[0]
    if first.comment is None:
        name, context = "question", _question(first)
    else:
        name, context = "news", _news(letters)
    if not context or not first.mailbox.email:
        return None
    # The first line of a letter's text is its subject.
    subject, _end, body = _render(f"{name}.txt", context).lstrip().partition("\n")
    headers = {"Message-ID": f"<{first.mail_id}@{_host()}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        " ".join(subject.split()), body.strip() + "\n", to=[first.mailbox.email], headers=headers | _list(context)
    )
    message.attach_alternative(_render(f"{name}.html", context), "text/html")
    return message


def _question(letter: Letter) -> dict[str, Any]:
    follows = Follow.objects.unconfirmed().filter(asked=letter).select_related("comment__article__category")
    address = settings.SITE_URL + reverse("comments:confirm", args=[question_token(letter)])
    return {"follows": list(follows), "address": address, "days": CONFIRM_WITHIN.days} if follows else {}


def _news(letters: list[Letter]) -> dict[str, Any]:
    news = [letter for letter in letters if letter.comment and letter.comment.article.is_live]
    if not news:
        return {}
    articles = {letter.comment.article_id for letter in news if letter.comment}
    article_id = articles.pop() if len(articles) == 1 else None
    token = stop_token(news[0].mailbox_id, article_id)
    address = settings.SITE_URL + reverse("comments:letters", args=[token])
    said = [(letter.comment, _reason(letter)) for letter in news]
    return {"news": said, "first": news[0].comment, "address": address, "article_id": article_id}


def _reason(letter: Letter) -> str:
    name = {"name": letter.comment.user_name if letter.comment else ""}
    if letter.follow and letter.follow.author_id:
        return _("%(name)s commented on your article:") % name
    if letter.follow and letter.follow.scope == Follow.Scope.REPLIES:
        return _("%(name)s replied to your comment on:") % name
    return _("%(name)s commented on:") % name


def _list(context: dict[str, Any]) -> dict[str, str]:
    """What lets mail programs end the letters by one click (RFC 8058), and show those on one article together."""
    if "news" not in context:
        return {}
    headers = {
        "List-Unsubscribe": f"<{context['address']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    if context["article_id"]:
        thread = f"<article-{context['article_id']}@{_host()}>"
        headers |= {"In-Reply-To": thread, "References": thread}
    return headers


def _render(name: str, context: dict[str, Any]) -> str:
    # A request of nobody, for what the frame knows: the paper's name and address.
    return render_to_string(f"comments/letters/{name}", context, HttpRequest())


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"
