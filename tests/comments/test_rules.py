"""Discussions that are held first, paused, hidden or closed: for an article, a category, a section, the whole site."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.db.models.deletion import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import letters
from comments.models import DiscussionRules, Follow, Letter, Mode, ReaderComment, State
from tests.comments.reader import filled, form_on, stored, write
from tests.factories import make_article, make_articles, make_category, make_comment, make_draft, make_staff, make_story

pytestmark = pytest.mark.django_db

PAGE = "/talks/peace/"
POST = "/talks/peace/comments/"
FEED = "/talks/peace/comments/feed/"
BORN = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
TOLD = {
    Mode.HELD: "An editor reads every comment on this article before it appears.",
    Mode.PAUSED: "The editors have paused this discussion. You can write again once they resume it.",
    Mode.HIDDEN: "The editors have hidden the comments on this article for now. None is lost: look in again later.",
}
SITEWIDE = {
    Mode.HELD: "At the moment an editor reads every comment before it appears.",
    Mode.PAUSED: "The editors have paused the comments on all articles. You can write again once they resume them.",
    Mode.HIDDEN: "The editors have hidden the comments on all articles for now. None is lost: look in again later.",
}
SHUT = [Mode.PAUSED, Mode.HIDDEN]
SCOPES = ["article", "category", "section", "site"]


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(BORN + timedelta(hours=1), tick=False)
    return time_machine


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """Tests run inside a transaction: with this, what follows a commit follows."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def article(clock, commits):
    section = make_category("world")
    with commits():
        return make_article(slug="peace", category=make_category("talks", parent=section).pk, at=BORN)


def rule(article, scope="article", mode=Mode.OPEN, days=None):
    place = {
        "article": {"article": article},
        "category": {"category": article.category},
        "section": {"category": article.category.parent},
        "site": {},
    }[scope]
    return DiscussionRules.objects.create(mode=mode, close_after_days=days, **place)


def html_of(client, path=PAGE):
    return client.get(path).content.decode()


def has_form(client, path=PAGE):
    return bool(form_on(client.get(path)).fields)


def standing(article):
    return DiscussionRules.objects.standing_of(article)


# --- Which rule holds ---------------------------------------------------------------------------


def test_without_rules_a_discussion_is_open_for_ever(article):
    assert standing(article) == (Mode.OPEN, False, False, None)
    assert standing(article).told == ""


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("mode", Mode)
def test_a_rule_holds_for_what_is_below_it(article, scope, mode):
    rule(article, scope, mode)
    other = make_article(category=make_category("sport").pk)

    assert (standing(article).mode, standing(article).is_sitewide) == (mode, scope == "site")
    assert standing(other).mode == (mode if scope == "site" else Mode.OPEN)


def test_of_several_modes_the_strictest_holds(article):
    rule(article, "article", Mode.HELD)
    rule(article, "category", Mode.HIDDEN)
    rule(article, "section", Mode.PAUSED)
    rule(article, "site", Mode.OPEN)

    assert (standing(article).mode, standing(article).is_sitewide) == (Mode.HIDDEN, False)


@pytest.mark.parametrize(
    ("days", "closes"),
    [
        ({"article": 1, "category": 2, "section": 3, "site": 4}, 1),
        ({"category": 2, "section": 3, "site": 4}, 2),
        ({"section": 3, "site": 4}, 3),
        ({"site": 4}, 4),
        ({"article": None, "category": None, "section": 3, "site": 4}, 3),
        ({"article": 0, "site": 4}, None),
        ({"category": 0, "site": 4}, None),
        ({"site": None}, None),
        ({"site": 0}, None),
    ],
)
def test_of_several_ends_the_most_specific_holds(article, days, closes):
    for scope, number in days.items():
        rule(article, scope, days=number)

    assert standing(article).closes_at == (closes and BORN + timedelta(days=closes))


def test_a_change_that_waited_keeps_its_story_s_rules_and_gets_its_category_s(article, clock):
    rule(article, days=3)
    DiscussionRules.objects.create(category=make_category("sport"), mode=Mode.PAUSED)
    change = article.save_draft(make_story(slug="peace", category=make_category("sport").pk), by=None)
    article.publish(change, at=timezone.now() + timedelta(hours=1))

    clock.shift(timedelta(hours=1))

    read = type(article).objects.published().for_reading().get()
    assert (read.replaces, standing(read)[0], standing(read).closes_at) == (
        article,
        Mode.PAUSED,
        BORN + timedelta(days=3),
    )


@pytest.mark.parametrize("count", [1, 40])
def test_the_standing_costs_one_query(article, django_assert_num_queries, count):
    for scope in SCOPES:
        rule(article, scope, Mode.HELD, days=9)
    for other in make_articles(count):
        rule(other, days=3)

    with django_assert_num_queries(1):
        standing(article)


def test_a_page_with_fifty_comments_costs_eight_queries_at_most(client, article, django_assert_max_num_queries):
    for scope in SCOPES:
        rule(article, scope, Mode.HELD, days=9)
    for _number in range(50):
        make_comment(article)
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_max_num_queries(8):
        html = html_of(client)

    assert html.count('class="comment"') == 50


# --- What the database refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [{"mode": "shut"}, {"close_after_days": 3651}, {"article": 1, "category": 1}, {}],
    ids=["no such mode", "eleven years", "both an article's and a category's", "a second one for the site"],
)
def test_the_database_refuses_what_cannot_be(article, columns):
    rule(article, "site")
    owners = {"article": article, "category": article.category}
    columns = {name: owners.get(name, value) for name, value in columns.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        DiscussionRules.objects.create(**columns)


@pytest.mark.parametrize("scope", SCOPES)
def test_there_is_one_rule_of_each(article, scope):
    rule(article, scope)

    with pytest.raises(IntegrityError), transaction.atomic():
        rule(article, scope)


def test_rules_go_with_what_they_are_of(article):
    rule(article)
    rule(article, "category")
    alone = make_category("alone")
    DiscussionRules.objects.create(category=alone, mode=Mode.HIDDEN)
    alone.delete()

    with pytest.raises(ProtectedError):  # and so its rules stay with it
        article.category.delete()

    assert DiscussionRules.objects.count() == 2


# --- Closing by the clock -------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
def test_comments_close_on_the_second(client, clock, article, scope):
    rule(article, scope, days=3)

    open_at_first = has_form(client)
    clock.move_to(BORN + timedelta(days=3) - timedelta(milliseconds=1))
    still_open = has_form(client)
    clock.move_to(BORN + timedelta(days=3))

    assert (open_at_first, still_open, has_form(client)) == (True, True, False)
    assert "Comments on this article closed on March 5, 2026, 10:30 a.m. GMT." in html_of(client)


def test_a_kept_page_ends_when_its_comments_close_and_no_other_page_does(client, clock, article, commits):
    with commits():
        make_article(slug="other", category=article.category_id)
        rule(article, days=3)
    clock.move_to(BORN + timedelta(days=3) - timedelta(seconds=20))
    client.get("/talks/other/")

    before = has_form(client), queries(client, PAGE), "You can comment until March 5" in html_of(client)
    clock.move_to(BORN + timedelta(days=3))
    kept_elsewhere = queries(client, "/talks/other/")

    assert (before, kept_elsewhere, has_form(client)) == ((True, 0, True), 0, False)
    assert queries(client, PAGE) == 0  # and the closed page is kept in its turn


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_a_kept_page_for_a_reply_ends_with_it(client, clock, article):
    comment = make_comment(article)
    rule(article, days=3)
    clock.move_to(BORN + timedelta(days=3) - timedelta(seconds=5))

    before = has_form(client, f"{POST}{comment.pk}/reply/")
    clock.move_to(BORN + timedelta(days=3))
    after = client.get(f"{POST}{comment.pk}/reply/")

    assert (before, after.status_code, form_on(after).fields) == (True, 403, {})
    assert "<h1>Comments are closed</h1>" in after.content.decode()


def test_a_comment_that_arrives_after_the_end_comes_back_with_its_text(client, clock, standin, article):
    rule(article, days=3)
    clock.move_to(BORN + timedelta(days=3) - timedelta(seconds=1))
    form = form_on(client.get(PAGE))
    clock.shift(1)

    response = client.post(form.action, form.fields | {"comment": "Kept <b>so", "name": "Ada", "email": "a@b.example"})

    html = response.content.decode()
    assert (response.status_code, response["Cache-Control"], stored()) == (403, "private, no-store", [])
    assert "closed on March 5, 2026, 10:30 a.m. GMT. Your comment arrived after that and was not stored." in html
    assert "readonly>Kept &lt;b&gt;so</textarea>" in html


def test_an_article_of_the_past_is_closed_from_the_start(client, clock, commits):
    DiscussionRules.objects.create(close_after_days=30)
    with commits():
        make_article(slug="old", at=datetime(2015, 1, 1, 12, tzinfo=UTC))

    assert "Comments on this article closed on Jan. 31, 2015, noon GMT." in html_of(client, "/world/old/")


@pytest.mark.parametrize(("at", "days"), [(BORN + timedelta(days=9), 3), (datetime(9999, 12, 30, tzinfo=UTC), 3650)])
def test_a_scheduled_article_raises_nothing_and_closes_counted_from_its_publication(client, clock, at, days):
    DiscussionRules.objects.create(close_after_days=days)
    draft = make_draft(slug="peace")
    draft.publish(draft.latest_revision(), at=at)
    client.force_login(make_staff())

    preview = client.get(f"/admin/articles/article/{draft.pk}/preview/")
    rules = client.get(f"/admin/comments/discussionrules/article/{draft.pk}/")
    client.logout()
    early = client.get("/world/peace/"), client.post("/world/peace/comments/", filled(draft))
    clock.move_to(at)

    assert [preview.status_code, rules.status_code, *(answer.status_code for answer in early)] == [200, 200, 404, 404]
    assert has_form(client, "/world/peace/")


def test_the_editor_s_own_switch_closes_whatever_the_rules_say(client, article):
    closed = make_story(slug="peace", category=article.category_id, comments_open=False)
    article.publish(article.save_draft(closed, by=None))
    rule(article, mode=Mode.OPEN, days=9)

    assert (has_form(client), "Comments on this article are closed." in html_of(client)) == (False, True)


# --- Held first -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
def test_held_first_takes_even_ham_to_a_moderator(client, standin, article, scope):
    rule(article, scope, Mode.HELD)

    response = write(client, article)

    (told,) = {TOLD[Mode.HELD]} if scope != "site" else {SITEWIDE[Mode.HELD]}
    assert stored() == [
        ("A fine article.", "held", "ham", "The discussion’s rules: a moderator reads everything first.")
    ]
    assert "An editor will read it first." in html_of(client, response["Location"])
    assert (told in html_of(client), "A fine article." in html_of(client)) == (True, False)


def test_held_first_changes_nothing_for_spam(client, standin, article):
    rule(article, mode=Mode.HELD)
    standin.switch("spam")

    write(client, article)

    assert stored() == [("A fine article.", "spam", "spam", "")]


@pytest.mark.parametrize("mode", [Mode.HELD, Mode.PAUSED, Mode.HIDDEN])
def test_what_was_still_being_checked_when_the_rule_came_goes_to_a_moderator(client, standin, article, mode):
    standin.switch("status", "500")
    write(client, article)
    rule(article, mode=mode)
    standin.switch("ham")
    ReaderComment.objects.update(due_at=timezone.now())

    call_command("worker", once=True)

    assert [row[1] for row in stored()] == ["held"]


def test_what_a_moderator_published_meanwhile_stays_and_is_not_blamed(client, standin, article):
    standin.switch("status", "500")
    write(client, article)
    rule(article, mode=Mode.HELD)
    ReaderComment.objects.get().move(State.APPROVED, expected=State.UNCHECKED, by=make_staff())
    standin.switch("ham")
    ReaderComment.objects.update(due_at=timezone.now())

    call_command("worker", once=True)

    assert stored() == [("A fine article.", "approved", "ham", "")]


# --- Paused and hidden ----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", SHUT)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_post_that_comes_too_late_comes_back_with_its_text(client, standin, article, scope, mode):
    form = form_on(client.get(PAGE))
    rule(article, scope, mode)

    response = client.post(form.action, form.fields | {"comment": "Kept <b>so", "name": "Ada", "email": "a@b.example"})

    html = response.content.decode()
    told = (SITEWIDE if scope == "site" else TOLD)[mode]
    assert (response.status_code, stored(), standin.calls) == (403, [], [])
    assert f"<h1>Comments are {mode}</h1>" in html
    assert f"{told} Your comment arrived after that and was not stored." in html
    assert "readonly>Kept &lt;b&gt;so</textarea>" in html


def test_a_paused_discussion_is_shown_and_takes_nothing_new(client, article):
    comment = make_comment(article, comment="Still to be read")
    rule(article, mode=Mode.PAUSED)

    html, reply = html_of(client), client.get(f"{POST}{comment.pk}/reply/")

    assert ("Still to be read" in html, TOLD[Mode.PAUSED] in html, has_form(client)) == (True, True, False)
    assert re.findall(r'class="reply" href="[^"]*/reply/"', html) == []
    assert (reply.status_code, TOLD[Mode.PAUSED] in reply.content.decode()) == (403, True)
    assert client.get(f"/comments/marks/{comment.pk}/recommend/").status_code == 200
    assert "Still to be read" in html_of(client, FEED)


@pytest.mark.parametrize("scope", SCOPES)
def test_of_a_hidden_discussion_nothing_is_anywhere(client, article, scope):
    comment = make_comment(article, comment="MARKER-TEXT", user_name="MARKER-NAME")
    make_comment(article, State.HELD, comment="MARKER-HELD")
    removed = make_comment(article, State.REMOVED, comment="MARKER-REMOVED")
    make_comment(article, parent=removed, comment="MARKER-REPLY")
    other = make_article(slug="other", category=make_category("sport").pk)
    make_comment(other, comment="Elsewhere")
    rule(article, scope, Mode.HIDDEN)

    paths = [PAGE, FEED, f"{POST}{comment.pk}/reply/", "/", "/talks/", "/world/", "/authors/james-carter/"]
    paths += [f"/comments/marks/{comment.pk}/{what}/" for what in ("recommend", "report")]
    answers = [client.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 200, 200, 200, 200, 404, 404]
    assert ["MARKER" in answer.content.decode() for answer in answers] == [False] * len(paths)
    assert (SITEWIDE if scope == "site" else TOLD)[Mode.HIDDEN] in html_of(client)
    assert [f'{PAGE}#comments">' in html_of(client, path) for path in ("/", "/talks/", "/world/")] == [False] * 3
    assert ("Elsewhere" in html_of(client, "/sport/other/")) == (scope != "site")


def test_a_hidden_discussion_cannot_be_marked(client, article):
    comment = make_comment(article)
    rule(article, mode=Mode.HIDDEN)

    addresses = [f"/comments/marks/{comment.pk}/{what}/" for what in ("recommend", "report")]
    answers = [client.post(address, {"reason": "spam"}) for address in addresses]

    assert ([answer.status_code for answer in answers], comment.marks.count()) == ([404, 404], 0)


def test_letters_about_a_hidden_discussion_wait_until_it_is_shown_again(article):
    first = make_comment(article, user_email="bo@readers.example", is_announced=True)
    letters.ask_for(first, Follow.Scope.REPLIES)
    Follow.objects.update(confirmed_at=timezone.now())
    make_comment(article, parent=first)
    hidden = rule(article, mode=Mode.HIDDEN)

    letters.write_due()
    while_hidden = Letter.objects.count()
    hidden.delete()
    letters.write_due()

    assert (while_hidden, Letter.objects.count()) == (0, 1)


@pytest.mark.parametrize("count", [1, 30])
def test_the_counts_of_a_list_cost_one_query_with_rules_too(client, django_assert_max_num_queries, count):
    for number, article in enumerate(make_articles(count)):
        make_comment(article)
        DiscussionRules.objects.create(article=article, mode=Mode.HIDDEN if number % 2 else Mode.HELD)
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_max_num_queries(7):
        found = re.findall(r"1 comment</a>", html_of(client, "/world/"))

    assert len(found) == min(-(-count // 2), 10)


# --- Changing a rule ------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", SCOPES)
def test_a_change_of_a_rule_shows_on_the_next_read(client, article, commits, scope):
    comment = make_comment(article, comment="Well said")
    paths = [PAGE, FEED, f"{POST}{comment.pk}/reply/", "/"]

    def look():
        answers = [client.get(path) for path in paths]
        return [answer.status_code for answer in answers], "Well said" in answers[0].content.decode()

    before = look()
    with commits():
        hidden = rule(article, scope, Mode.HIDDEN)
    while_hidden = look()
    with commits():
        hidden.delete()

    assert (before, while_hidden) == (([200, 200, 200, 200], True), ([200, 200, 403, 200], False))
    assert look() == before


# --- At the desk ----------------------------------------------------------------------------------


@pytest.fixture
def moderator(client):
    user = make_staff("moderator", superuser=False)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="comments"))
    client.force_login(user)
    return user


def pages_of(article):
    base = "/admin/comments/discussionrules"
    return {
        "article": f"{base}/article/{article.pk}/",
        "category": f"{base}/category/{article.category_id}/",
        "section": f"{base}/category/{article.category.parent_id}/",
        "site": f"{base}/site/",
    }


@pytest.mark.parametrize("scope", SCOPES)
def test_a_moderator_sets_and_changes_the_rules_of_each(client, moderator, article, scope):
    address = pages_of(article)[scope]

    looked = client.get(address)
    before = DiscussionRules.objects.count()
    client.post(address, {"mode": "paused", "close_after_days": "14"})
    first = standing(article)
    done = client.post(address, {"mode": "open", "close_after_days": ""}, follow=True)

    assert (looked.status_code, before, done.redirect_chain) == (200, 0, [(address, 302)])
    assert (first.mode, first.closes_at) == (Mode.PAUSED, BORN + timedelta(days=14))
    assert list(DiscussionRules.objects.values_list("mode", "close_after_days")) == [("open", None)]


@pytest.mark.parametrize(
    ("mode", "days"), [("shut", ""), ("", ""), ("open", "-1"), ("open", "3651"), ("open", "soon"), ("\x00", "\x00")]
)
def test_bad_input_comes_back(client, moderator, article, mode, days):
    response = client.post(pages_of(article)["article"], {"mode": mode, "close_after_days": days})

    assert (response.status_code, DiscussionRules.objects.count()) == (422, 0)
    assert "errorlist" in response.content.decode()


def test_the_page_of_an_article_says_what_else_holds(client, moderator, article):
    rule(article, "section", Mode.PAUSED, days=14)

    html = html_of(client, pages_of(article)["article"])

    assert TOLD[Mode.PAUSED] in html
    assert f'<a href="{pages_of(article)["section"]}">World</a>: Paused, closes after 14 days' in html


def test_who_may_not_change_rules_may_not(client, article):
    client.force_login(make_staff("author", superuser=False))

    answers = [client.post(address, {"mode": "hidden"}).status_code for address in pages_of(article).values()]

    assert (answers, DiscussionRules.objects.count()) == ([403] * 4, 0)


def test_the_ways_there(client, article):
    client.force_login(make_staff())
    make_comment(article)
    pages, row = pages_of(article), rule(article, "category")

    assert pages["article"] in html_of(client, f"/admin/articles/article/{article.pk}/change/")
    assert pages["article"] in html_of(client, "/admin/comments/readercomment/")
    assert pages["category"] in html_of(client, f"/admin/categories/category/{article.category_id}/change/")
    assert pages["site"] in html_of(client, "/admin/")
    assert pages["site"] in html_of(client, "/admin/comments/readercomment/")
    assert client.get(f"/admin/comments/discussionrules/{row.pk}/change/").headers["Location"] == pages["category"]
    assert pages["site"] in html_of(client, "/admin/comments/discussionrules/")


@pytest.mark.parametrize("mode", Mode)
def test_every_page_of_the_desk_says_that_the_site_s_brake_is_on(client, moderator, article, mode):
    rule(article, "site", mode)

    html = html_of(client, "/admin/comments/blockedterm/")

    assert (f"Comments on the whole site: {mode.label.lower()}." in html) == (mode != Mode.OPEN)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scope", ["article", "site"])
def test_two_moderators_at_once_make_one_rule(scope):
    article = make_article(category=make_category("talks", parent=make_category("world")).pk)
    make_staff()
    address = pages_of(article)[scope]
    start, answers = threading.Barrier(4), []

    def save(mode):
        client = Client()
        client.login(username="editor", password="tests only")
        start.wait()
        try:
            answers.append(client.post(address, {"mode": mode}).status_code)
        finally:
            connections.close_all()

    moderators = [threading.Thread(target=save, args=(mode,)) for mode in Mode]
    for moderator in moderators:
        moderator.start()
    for moderator in moderators:
        moderator.join()

    assert (answers, DiscussionRules.objects.count()) == ([302] * 4, 1)
