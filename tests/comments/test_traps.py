"""Traps of django-comments-xtd that no other test stands in front of."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.db import IntegrityError
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

from comments.models import ReaderComment, State
from tests.comments.reader import stored, write
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

# Where the package's own urls.py would stand, whatever prefix its documentation suggests.
PACKAGE_PATHS = [
    *("sent/1/", "confirm/abc/", "mute/abc/", "reply/1", "like/1/", "dislike/1/", "flag/1/", "liked/", "delete/1/"),
    *("post/", "posted/", "flagged/", "cr/8/1/", "api/comment/", "api/feedback/", "api/flag/", "feeds/comments/"),
]


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


def test_none_of_the_package_s_addresses_is_mounted():
    found = set()
    for path in PACKAGE_PATHS:
        try:
            found.add(resolve(f"/comments/{path}").func.__module__.partition(".")[0])
        except Resolver404:
            continue
    modules = {str(getattr(pattern, "urlconf_name", "")) for pattern in get_resolver().url_patterns}

    assert found <= {"articles", "categories", "newsroom", "comments"}
    assert [name for name in modules if "django_comments" in name] == []


@pytest.mark.parametrize("mode", ["ham", "spam", "recheck-after", "status"])
def test_an_anonymous_comment_is_a_row_at_once_and_nobody_is_mailed(client, standin, article, mode):
    """The package would store nothing until a mail is answered, and mail followers and managers."""
    standin.switch(mode)
    parent = make_comment(article, followup=True)

    write(client, article, to=parent)

    assert (len(stored()), mail.outbox, settings.COMMENTS_XTD_CONFIRM_EMAIL) == (2, [], False)


def test_spam_is_stored_and_answered_like_anything_else(client, standin, article):
    """A receiver that refuses it would lose it with a 400."""
    standin.switch("discard")

    assert (write(client, article).status_code, stored()[0][1]) == (303, "blatant")


def test_approving_later_mails_nobody(client, standin, article):
    comment = make_comment(article, State.HELD, followup=True)

    comment.move(State.APPROVED, expected=State.HELD, by=make_staff())

    assert mail.outbox == []


def test_the_page_carries_no_address_no_foreign_picture_and_no_inline_style(client, article):
    parent = make_comment(article, user_url="https://ada.example/")
    make_comment(article, parent=parent)
    pages = [
        client.get(path).content.decode()
        for path in ("/world/peace-talks/", f"/world/peace-talks/comments/{parent.pk}/reply/")
    ]

    for html in pages:
        assert re.findall(r"gravatar|readers\.example|\sstyle=|\sonsubmit=|<style", html) == []
        links = re.findall(r'<a [^>]*href="https://ada\.example/"[^>]*>', html)
        assert ["nofollow ugc" in link for link in links] == [True]


def test_the_honeypot_is_hidden_by_the_stylesheet_and_from_those_who_hear_the_page(client, article):
    html = client.get("/world/peace-talks/").content.decode()

    (field,) = re.findall(r'<input[^>]*name="honeypot"[^>]*>', html)
    assert ('tabindex="-1"' in field, 'autocomplete="off"' in field, "required" in field) == (True, True, False)


@pytest.mark.parametrize("hidden", [state for state in State if state != State.APPROVED])
def test_republishing_a_parent_through_every_door_publishes_no_reply(client, article, hidden):
    parent = make_comment(article, State.HELD)
    reply = make_comment(article, hidden, parent=parent)
    below = make_comment(article, hidden, parent=reply)
    editor = make_staff()
    client.force_login(editor)

    parent.move(State.APPROVED, expected=State.HELD, by=editor)
    ReaderComment.objects.get(pk=parent.pk).save()
    client.post(f"/admin/comments/readercomment/{parent.pk}/change/", {"_save": "Save"})
    parent.move(State.REMOVED, expected=State.APPROVED, by=editor)
    parent.move(State.APPROVED, expected=State.REMOVED, by=editor)

    rows = ReaderComment.objects.filter(pk__in=[reply.pk, below.pk]).values_list("state", "is_public")
    assert list(rows) == [(hidden, False)] * 2
    assert list(ReaderComment.objects.public()) == [parent]


@pytest.mark.parametrize("state", [State.UNCHECKED, State.PROVISIONAL])
def test_the_database_keeps_no_queued_comment_without_a_time(article, state):
    comment = make_comment(article, state)

    with pytest.raises(IntegrityError):
        ReaderComment.objects.filter(pk=comment.pk).update(due_at=None)
