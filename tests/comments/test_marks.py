"""Recommending and reporting: once a person, without accounts, and never against a moderator."""

import re
import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from comments import marks
from comments.forms import ReportForm
from comments.models import Mark, ReaderComment, State, StateChange
from comments.retention import scrub
from comments.verification import problems
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

PAGE = "/world/peace-talks/"


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def comment(article):
    return make_comment(article, comment="Disputed words")


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def reader(number=1):
    """A browser of its own, somewhere else."""
    return Client(REMOTE_ADDR=f"203.0.113.{number}", HTTP_USER_AGENT="Tests/1.0")


def recommend(client, comment, **fields):
    return client.post(f"/comments/marks/{comment.pk}/recommend/", fields)


def report(client, comment, **fields):
    return client.post(f"/comments/marks/{comment.pk}/report/", {"reason": "insult", "words": ""} | fields)


def count_of(comment):
    """As the column says, and as the rows say."""
    rows = Mark.objects.filter(comment=comment, kind="recommend").count()
    return ReaderComment.objects.values_list("recommendations", flat=True).get(pk=comment.pk), rows


def state_of(comment):
    return ReaderComment.objects.values_list("state", flat=True).get(pk=comment.pk)


def title_of(answer):
    return re.search(r"<h1>(.*?)</h1>", answer.content.decode()).group(1)


# --- Once a person ----------------------------------------------------------------------------------


def test_a_recommendation_counts_once_and_shows_on_the_article_s_page(client, comment, commits):
    ada = reader()
    client.get(PAGE)

    with commits():
        first, second = recommend(ada, comment), recommend(ada, comment)

    path = f"/comments/marks/{comment.pk}/recommend/"
    assert [(answer.status_code, answer["Location"]) for answer in (first, second)] == [(303, path)] * 2
    assert count_of(comment) == (1, 1)
    assert "Recommend <span>1</span></button>" in client.get(PAGE).content.decode()
    assert title_of(ada.get(path)) == "You recommend this comment."


def test_it_can_be_taken_back_and_given_again(comment):
    ada, seen = reader(), []

    for fields in ({}, {"undo": "1"}, {"undo": "1"}, {}):
        recommend(ada, comment, **fields)
        seen.append(count_of(comment))

    assert seen == [(1, 1), (0, 0), (0, 0), (1, 1)]


def test_nobody_takes_back_what_another_browser_gave(comment):
    recommend(reader(1), comment)

    recommend(reader(2), comment, undo="1")
    recommend(reader(1), comment, undo="1")  # the same place and browser, but without its cookie

    assert count_of(comment) == (1, 1)


def test_readers_elsewhere_count_each(comment):
    for number in range(1, 6):
        recommend(reader(number), comment)

    assert count_of(comment) == (5, 5)


def test_whoever_deletes_the_cookie_is_still_known_for_the_day(comment):
    recommend(reader(), comment)
    forgetful = reader()

    recommend(forgetful, comment)

    assert count_of(comment) == (1, 1)
    page = forgetful.get(f"/comments/marks/{comment.pk}/recommend/")
    assert (title_of(page), b"<form" in page.content) == ("It has been recommended from here today.", False)


def test_whoever_keeps_the_cookie_is_known_on_other_days_and_elsewhere(comment):
    ada = reader()
    recommend(ada, comment)

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        ada.defaults["REMOTE_ADDR"] = "198.51.100.7"
        recommend(ada, comment)

    assert count_of(comment) == (1, 1)


def test_the_database_itself_keeps_no_second_mark_of_one_person_or_trace(comment):
    Mark.objects.create(comment=comment, kind="recommend", person="p", trace="t")

    for person, trace in (("p", "other"), ("other", "t")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mark.objects.create(comment=comment, kind="recommend", person=person, trace=trace)
    Mark.objects.create(comment=comment, kind="recommend", person="other", trace=None)
    Mark.objects.create(comment=comment, kind="recommend", person="a third", trace=None)


# --- The cookie -------------------------------------------------------------------------------------


def test_no_page_sets_a_cookie_before_the_action(comment):
    ada = reader()

    answers = [
        ada.get(path) for path in (PAGE, *(f"/comments/marks/{comment.pk}/{a}/" for a in ("recommend", "report")))
    ]

    assert [(answer.status_code, dict(answer.cookies)) for answer in answers] == [(200, {})] * 3


def test_the_cookie_is_random_hidden_from_scripts_and_goes_to_these_pages_only(comment):
    cookies = [recommend(reader(number), comment).cookies["reader"] for number in (1, 2)]

    assert cookies[0].value != cookies[1].value
    assert [len(cookie.value) for cookie in cookies] == [32, 32]
    kept = {name: cookies[0][name] for name in ("path", "httponly", "samesite", "secure", "max-age")}
    assert kept == {
        "path": "/comments/marks/",
        "httponly": True,
        "samesite": "Lax",
        "secure": "",
        "max-age": 365 * 24 * 3600,
    }


def test_with_https_the_cookie_goes_over_https_only(comment, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert recommend(reader(), comment).cookies["reader"]["secure"] is True


def test_no_two_marks_can_be_told_to_be_one_reader_s_and_nothing_stored_is_the_cookie(article):
    ada, comments = reader(), [make_comment(article), make_comment(article)]
    for comment in comments:
        recommend(ada, comment)
        report(ada, comment)

    hashes = [text for row in Mark.objects.values_list("person", "trace") for text in row]

    assert len(set(hashes)) == len(hashes) == 8
    assert ada.cookies["reader"].value not in hashes


def test_shared_pages_are_the_same_with_and_without_the_cookie(client, comment, commits):
    ada = reader()
    with commits():
        recommend(ada, comment)

    pages = [c.get(PAGE) for c in (client, ada)]

    assert pages[0].content == pages[1].content
    assert pages[1].headers.get("Vary", "") in {"", "Accept-Encoding"}


@pytest.mark.parametrize("action", ["recommend", "report"])
def test_its_pages_are_kept_and_listed_by_nobody(comment, action):
    answer = reader().get(f"/comments/marks/{comment.pk}/{action}/")

    names = ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")
    assert [answer.headers[name] for name in names] == ["private, no-store", "noindex", "same-origin"]


# --- Reports ----------------------------------------------------------------------------------------


def test_enough_reports_hold_an_unreviewed_comment_and_the_log_says_so(client, comment, commits, settings, tmp_path):
    settings.MODERATION_HEADS = tmp_path / "heads.txt"
    client.get(PAGE)
    states = []

    with commits():
        for number in (1, 2, 2, 3, 4):
            report(reader(number), comment)
            states.append(state_of(comment))

    assert states == ["approved", "approved", "approved", "held", "held"]
    last = StateChange.objects.values_list("comment_key", "actor", "before", "after", "reason").last()
    assert last == (comment.pk, "readers", "approved", "held", "Reported by 3 readers.")
    assert ReaderComment.objects.get().concern == "Reported by 3 readers."
    assert list(problems()) == []
    assert b"Disputed words" not in client.get(PAGE).content


def test_how_many_is_a_setting(comment, settings):
    settings.REPORTS_HOLD = 1

    report(reader(), comment)

    assert state_of(comment) == "held"


@pytest.mark.parametrize("already_reported", [0, 3])
def test_what_a_moderator_has_published_is_never_held_again(article, already_reported):
    comment, editor = make_comment(article, State.HELD if not already_reported else State.APPROVED), make_staff()
    for number in range(already_reported):
        report(reader(number + 1), comment)
    comment.move(State.APPROVED, expected=State.HELD, by=editor)

    for number in range(10, 20):
        report(reader(number), comment)

    assert (state_of(comment), Mark.objects.count()) == ("approved", already_reported + 10)


def test_a_comment_that_was_checked_anew_is_unreviewed_again(article):
    comment, editor = make_comment(article, State.HELD), make_staff()
    comment.move(State.APPROVED, expected=State.HELD, by=editor)
    StateChange.append(comment, "unchecked", "approved", actor="screening", reason="", guid="")

    assert marks.is_reviewed(comment) is False


def test_whoever_reported_reads_thanks_also_when_the_comment_is_gone(comment, settings):
    settings.REPORTS_HOLD = 1
    ada = reader()

    sent = report(ada, comment, reason="other", words="Look at the second sentence")
    page = ada.get(sent["Location"])

    assert (sent.status_code, title_of(page)) == (303, "Thank you. The moderators have your report.")
    assert b"Disputed words" not in page.content
    assert list(Mark.objects.values_list("kind", "reason", "words")) == [
        ("report", "other", "Look at the second sentence")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"reason": "no such reason"},
        {"reason": "x" * 10_000},
        {"reason": "in\x00sult"},
        {"words": "x" * 501},
        {"words": "x" * 10_000},
        {"words": "a\x00b"},
    ],
)
def test_a_bad_report_is_shown_again_with_what_was_typed(comment, fields):
    answer = report(reader(), comment, **{"words": "My words"} | fields)

    html = answer.content.decode()
    assert (answer.status_code, Mark.objects.count(), dict(answer.cookies)) == (422, 0, {})
    assert ('role="alert"' in html, "field-error" in html) == (True, True)
    assert "My words" in html or "words" in fields


def test_a_lone_surrogate_is_refused():
    assert list(ReportForm({"reason": "spam", "words": "\ud800"}).errors) == ["words"]


@pytest.mark.parametrize("cookie", ["", "x" * 4000, "a\x00b", "ä💥".encode().decode("latin-1"), '"'])
def test_no_cookie_breaks_it(comment, cookie):
    ada = reader()
    ada.cookies["reader"] = cookie

    assert recommend(ada, comment).status_code == 303


# --- What can be marked -----------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["recommend", "report"])
@pytest.mark.parametrize("state", [state for state in State if state != State.APPROVED])
def test_what_is_not_public_is_not_found(article, action, state):
    comment = make_comment(article, state, comment="Hidden words")
    path = f"/comments/marks/{comment.pk}/{action}/"

    answers = [reader().get(path), reader().post(path, {"reason": "spam"})]

    assert [(answer.status_code, b"Hidden words" in answer.content) for answer in answers] == [(404, False)] * 2
    assert Mark.objects.count() == 0


@pytest.mark.parametrize("action", ["recommend", "report"])
@pytest.mark.parametrize("pk", ["0", "9" * 18, "9" * 30])
def test_what_is_not_there_is_not_found(article, action, pk):
    path = f"/comments/marks/{pk}/{action}/"

    assert [reader().get(path).status_code, reader().post(path).status_code] == [404, 404]


def test_a_withdrawn_article_s_comments_are_not_found(article, comment):
    article.withdraw()

    assert recommend(reader(), comment).status_code == 404


def test_a_page_of_another_site_cannot_recommend(comment):
    answer = reader().post(f"/comments/marks/{comment.pk}/recommend/", headers={"Origin": "https://evil.example"})
    strict = Client(enforce_csrf_checks=True).post(
        f"/comments/marks/{comment.pk}/recommend/", headers={"Origin": "https://evil.example"}
    )

    assert (answer.status_code, strict.status_code) == (303, 403)


def test_a_get_writes_nothing(comment, django_assert_max_num_queries):
    ada = reader()
    for action in ("recommend", "report"):
        ada.get(f"/comments/marks/{comment.pk}/{action}/?undo=1&reason=spam")

    assert Mark.objects.count() == 0


# --- The moderators' desk, and what is kept ---------------------------------------------------------


def test_the_moderators_see_the_reports(client, article, comment):
    report(reader(1), comment, reason="false", words="<b>The year</b> is wrong")
    report(reader(2), comment)
    recommend(reader(3), comment)
    make_comment(article, comment="Unreported")
    client.force_login(make_staff())

    listed = client.get("/admin/comments/readercomment/?reported=yes").content.decode()
    detail = client.get(f"/admin/comments/readercomment/{comment.pk}/change/").content.decode()

    assert re.findall(r'<td class="field-reports">(\d+)</td>', listed) == ["2"]
    assert (
        "Unreported" in listed,
        "It spreads a falsehood</strong> &lt;b&gt;The year&lt;/b&gt; is wrong" in detail,
    ) == (
        False,
        True,
    )


def test_where_a_mark_came_from_is_forgotten_after_a_day(comment):
    recommend(reader(), comment)

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        young = scrub(), Mark.objects.exclude(trace=None).count()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        old = scrub(), Mark.objects.exclude(trace=None).count(), scrub()

    assert (young, old) == ((0, 1), (1, 0, 0))


def test_a_report_s_words_are_kept_until_some_time_after_the_decision(article):
    long_ago = timezone.now() - timedelta(days=20)
    waiting, decided = make_comment(article, State.HELD), make_comment(article, decided_at=long_ago)
    for comment in (waiting, decided):
        Mark.objects.create(comment=comment, kind="report", person="p", reason="spam", words="Words", made_at=long_ago)

    scrub()

    assert list(Mark.objects.order_by("comment").values_list("words", flat=True)) == ["Words", ""]


# --- All at once ------------------------------------------------------------------------------------


def all_at_once(work, count):
    start, failures = threading.Barrier(count), []

    def run(number):
        start.wait()
        try:
            work(number)
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.django_db(transaction=True)
def test_recommendations_that_come_at_once_are_counted_each_and_once():
    comment = make_comment(make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1)))

    def work(number):
        for fields in ({}, {}, {"undo": "1"}, {}):
            recommend_as(number % 5, comment, fields)

    failures = all_at_once(work, 10)  # each of five readers twice at once

    assert (failures, count_of(comment)) == ([], (5, 5))


def recommend_as(number, comment, fields):
    ada = marks.Reader(secret=f"secret {number}", trace=f"address {number}")
    (marks.take_back if fields else marks.recommend)(comment, ada)


@pytest.mark.django_db(transaction=True)
def test_of_reports_that_come_at_once_exactly_the_third_holds():
    comment = make_comment(make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1)))

    failures = all_at_once(lambda number: report(reader(number + 1), comment), 8)

    changes = list(StateChange.objects.values_list("actor", "after", "reason"))
    assert (failures, changes) == (
        [],
        [("reader", "approved", ""), ("readers", "held", "Reported by 3 readers.")],
    )
    assert Mark.objects.count() == 3
