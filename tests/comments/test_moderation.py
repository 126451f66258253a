"""The moderators' list in the admin."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.models import ReaderComment, State
from tests.comments.reader import stored
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/readercomment/"


@pytest.fixture
def article():
    return make_article(headline="Peace talks", slug="peace-talks", at=timezone.now() - timedelta(days=1))


def sign_in(client, *permissions):
    """A moderator who may do that and nothing else."""
    user = make_staff("moderator", superuser=False)
    allowed = Permission.objects.filter(content_type__app_label="comments", codename__in=permissions)
    user.user_permissions.set(allowed)
    client.force_login(user)
    return user


@pytest.fixture
def moderator(client):
    return sign_in(client, "view_readercomment", "change_readercomment")


def act(client, action, *comments):
    return client.post(LIST, {"action": action, "_selected_action": [comment.pk for comment in comments]}, follow=True)


def cells_of(client, query=""):
    """The list's rows, each as the words of its cells."""
    html = client.get(LIST + query).content.decode()
    rows = re.findall(r"<tr><td class=\"action-checkbox\".*?</tr>", html, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ][1:6]
        for row in rows
    ]


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_the_list_shows_spam_with_the_service_s_word_on_it(client, moderator, article):
    make_comment(article, State.SPAM, verdict="spam", comment="Casino <b>bonus</b>", user_name="Bob")
    make_comment(article, State.HELD, verdict="ham", comment="Hello", concern="honeypot")

    assert cells_of(client) == [
        ["Hello", "Ada Reader", "Held for a moderator", "not spam", "honeypot"],
        ["Casino &lt;b&gt;bonus&lt;/b&gt;", "Bob", "Spam", "spam", "-"],
    ]
    assert cells_of(client, "?state__exact=spam") == [["Casino &lt;b&gt;bonus&lt;/b&gt;", "Bob", "Spam", "spam", "-"]]
    assert cells_of(client, "?q=Hello") == [["Hello", "Ada Reader", "Held for a moderator", "not spam", "honeypot"]]


@pytest.mark.parametrize(
    ("action", "state", "told"),
    [
        ("approve", "approved", "2 comments: Published."),
        ("hold", "held", "2 comments: Held for a moderator."),
        ("mark_as_spam", "spam", "2 comments: Spam."),
        ("remove", "removed", "2 comments: Removed."),
    ],
)
def test_actions_move_comments_of_any_state(client, moderator, article, action, state, told):
    chosen = [make_comment(article, State.BLATANT), make_comment(article, State.UNCHECKED)]
    make_comment(article, State.PROVISIONAL)

    response = act(client, action, *chosen)

    assert [row[1] for row in stored()] == [state, state, "provisional"]
    assert messages_of(response) == [told]
    found = [ReaderComment.objects.get(pk=comment.pk) for comment in chosen]
    assert [comment.is_public for comment in found] == [state == "approved"] * 2
    assert [comment.due_at for comment in found] == [None, chosen[1].due_at]  # what Akismet was not asked yet, it is


@pytest.mark.django_db(transaction=True)
def test_what_a_moderator_does_is_seen_on_the_next_read(client, article):
    comment = make_comment(article, State.SPAM, comment="No spam at all")
    path = article.get_absolute_url()
    seen = ["No spam at all" in client.get(path).content.decode()]

    sign_in(client, "view_readercomment", "change_readercomment")
    for action in ("approve", "mark_as_spam"):
        act(client, action, comment)
        client.logout()
        seen.append("No spam at all" in client.get(path).content.decode())
        client.force_login(ReaderComment.objects.model.user.field.related_model.objects.get())

    assert seen == [False, True, False]


def test_the_desk_s_log_says_who_did_what(client, moderator, article):
    comment = make_comment(article, State.SPAM)

    act(client, "approve", comment)

    entry = moderator.logentry_set.get()
    assert (entry.object_id, entry.change_message) == (str(comment.pk), "Published")


def test_actions_leave_the_replies_alone(client, moderator, article):
    parent = make_comment(article, State.HELD)
    replies = [make_comment(article, state, parent=parent) for state in (State.SPAM, State.HELD, State.APPROVED)]

    act(client, "approve", parent)

    assert [row[1] for row in stored()] == ["approved", "spam", "held", "approved"]
    assert [ReaderComment.objects.get(pk=reply.pk).is_public for reply in replies] == [False, False, True]


def test_whoever_may_only_look_changes_nothing(client, article):
    sign_in(client, "view_readercomment")
    comment = make_comment(article, State.SPAM)

    page = client.get(LIST).content.decode()
    act(client, "approve", comment)
    form = client.post(f"{LIST}{comment.pk}/change/", {"state": "approved"})

    assert ('value="approve"' in page, form.status_code, stored()[0][1]) == (False, 403, "spam")


def test_staff_of_other_rooms_see_no_comments(client, article):
    sign_in(client)
    comment = make_comment(article)

    answers = [client.get(LIST), client.get(f"{LIST}{comment.pk}/change/"), act(client, "remove", comment)]

    assert ([answer.status_code for answer in answers], stored()[0][1]) == ([403, 403, 403], "approved")


def test_nobody_is_let_in_without_a_login(client, article):
    comment = make_comment(article)

    answers = [client.get(LIST), client.post(LIST, {"action": "remove", "_selected_action": [comment.pk]})]

    assert [answer["Location"] for answer in answers] == [f"{reverse('admin:login')}?next={LIST}"] * 2
    assert stored()[0][1] == "approved"


def test_nobody_writes_comments_here_or_rewrites_a_reader_s(client, article):
    client.force_login(make_staff())
    comment = make_comment(article, State.HELD, comment="As it was written")

    form = client.get(f"{LIST}{comment.pk}/change/").content.decode()
    client.post(f"{LIST}{comment.pk}/change/", {"comment": "Rewritten", "state": "approved", "user_name": "Eve"})

    assert client.get(f"{LIST}add/").status_code == 403
    assert re.findall(r"<(?:input|textarea|select)[^>]*name=\"(?!csrfmiddlewaretoken|_)([^\"]+)", form) == []
    assert stored() == [("As it was written", "held", "", "")]
    assert ReaderComment.objects.get().user_name == "Ada Reader"


def test_an_admin_save_of_a_public_parent_publishes_no_replies(client, article):
    client.force_login(make_staff())
    parent = make_comment(article)
    make_comment(article, State.SPAM, parent=parent)

    client.post(f"{LIST}{parent.pk}/change/", {"_save": "Save"})

    assert [row[1] for row in stored()] == ["approved", "spam"]
    assert list(ReaderComment.objects.order_by("pk").values_list("is_public", flat=True)) == [True, False]


def test_the_list_costs_the_same_for_one_and_for_thirty(client, moderator, article):
    cells_of(client)  # a first page learns what all of the desk's pages show of the paper
    counts = []
    for number in (1, 29):
        for _row in range(number):
            make_comment(make_article(), State.SPAM, verdict="spam")
        with CaptureQueriesContext(connection) as captured:
            rows = cells_of(client)
        counts.append((len(captured), len(rows)))

    assert counts == [(counts[0][0], 1), (counts[0][0], 30)]
    assert counts[0][0] <= 15


def test_a_comment_s_history_names_people(client, moderator, article):
    comment = make_comment(article, State.UNCHECKED)
    act(client, "approve", comment)
    moderator.first_name, moderator.last_name = "Mo", "Derator"
    moderator.save()

    page = client.get(f"{LIST}{comment.pk}/change/").content.decode()

    assert ("<strong>Published</strong> (Mo Derator)" in page, f"moderator {moderator.pk}" in page) == (True, False)
