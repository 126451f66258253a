"""A page read from the cache shows each change on the next read after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authors.models import Author
from comments.models import State
from newsroom.lib.caching import (
    Changes,
    end_page,
    forget_all,
    kept_under_edition,
    page_cache,
    renew_edition,
    renew_page,
    renewed_once,
)
from newsroom.models import Paper
from tests.factories import do_follow_ups, make_article, make_comment, make_draft, make_staff, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(datetime.now(UTC), tick=False)
    return time_machine


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """Tests run inside a transaction: with this, what follows a commit follows."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def article(commits):
    with commits():
        return make_article(headline="First", slug="pier")


def queries(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path, **headers)
    return len(captured)


def test_the_second_reader_costs_no_query(client, article):
    client.get("/world/pier/")

    assert queries(client, "/world/pier/") == 0


def test_the_kept_page_is_the_same_to_the_byte_and_header(client, article):
    first, second = client.get("/world/pier/"), client.get("/world/pier/")

    assert (second.content, dict(second.headers)) == (first.content, dict(first.headers))


@pytest.mark.parametrize("path", ["/", "/world/", "/world/pier/", "/authors/james-carter/"])
def test_an_edit_shows_on_the_next_read(client, commits, article, path):
    client.get(path)

    with commits():
        article.publish(article.save_draft(make_story(headline="Second", slug="pier"), by=None))

    assert b"Second" in client.get(path).content


def test_a_change_around_the_article_shows_on_the_next_read(client, commits, article):
    client.get("/world/pier/")

    with commits():
        author = Author.objects.get()
        author.name = "Jim Carter"
        author.save()
        Paper(name="The Lantern").save()

    page = client.get("/world/pier/").content
    assert (b"Jim Carter" in page, b"The Lantern" in page) == (True, True)


def test_a_withdrawal_shows_on_the_next_read(client, commits, article):
    client.get("/")
    client.get("/world/pier/")

    with commits():
        article.withdraw()

    assert client.get("/world/pier/").status_code == 410
    assert b"First" not in client.get("/").content


def test_a_published_comment_shows_on_the_next_read(client, commits, article):
    comment = make_comment(article, State.UNCHECKED, comment="Well said")
    client.get("/world/pier/")

    with commits():
        comment.move(State.APPROVED, expected=State.UNCHECKED)

    assert b"Well said" in client.get("/world/pier/").content


def test_a_comment_renews_its_own_article_only(client, commits, article):
    with commits():
        make_article(slug="other")
    comment = make_comment(article, State.UNCHECKED)
    client.get("/world/other/")

    with commits():
        comment.move(State.APPROVED, expected=State.UNCHECKED)

    assert queries(client, "/world/other/") == 0


@pytest.mark.parametrize("path", ["/", "/world/", "/authors/james-carter/"])
def test_a_scheduled_publication_shows_on_its_second(client, commits, article, clock, path):
    at = timezone.now() + timedelta(seconds=20)
    with commits():
        draft = make_draft(headline="Embargoed", slug="embargoed")
        draft.publish(draft.latest_revision(), at=at)

    before = client.get(path).content
    clock.shift(19.9)
    just_before = client.get(path).content
    clock.shift(0.1)

    assert [b"Embargoed" in page for page in (before, just_before, client.get(path).content)] == [
        False,
        False,
        True,
    ]


def test_a_scheduled_change_to_a_live_story_shows_on_its_second(client, commits, article, clock):
    with commits():
        change = article.save_draft(make_story(headline="Second", slug="pier"), by=None)
        article.publish(change, at=timezone.now() + timedelta(seconds=20))

    before = client.get("/world/pier/").content
    clock.shift(20)

    assert [b"Second" in page for page in (before, client.get("/world/pier/").content)] == [False, True]


@pytest.mark.parametrize("path", ["/", "/world/", "/authors/james-carter/", "/feed/", "/search/?q=first"])
def test_a_withdrawal_by_the_clock_shows_on_its_second(client, commits, article, clock, path):
    with commits():
        article.plan(embargo_until=None, live_until=timezone.now() + timedelta(seconds=20))
    before = client.get(path).content
    client.get("/world/pier/")

    clock.shift(19.9)
    just_before = client.get(path).content
    clock.shift(0.1)

    assert [b"First" in page for page in (before, just_before, client.get(path).content)] == [True, True, False]
    assert client.get("/world/pier/").status_code == 410


def test_the_clock_is_asked_anew_when_the_edition_was_lost(client, commits, article, clock):
    with commits():
        draft = make_draft(headline="Embargoed", slug="embargoed")
        draft.publish(draft.latest_revision(), at=timezone.now() + timedelta(seconds=20))
    cache.clear()
    client.get("/")

    clock.shift(20)

    assert b"Embargoed" in client.get("/").content


def token_of_the_edition() -> str:
    return cache.get("edition").token


def test_stories_that_go_out_one_after_another_end_no_edition(client, commits, article, clock):
    begin = timezone.now()
    with commits():
        for number in range(3):
            draft = make_draft(headline=f"No. {number}", slug=f"no-{number}")
            draft.publish(draft.latest_revision(), at=begin + timedelta(seconds=10 * (number + 1)))
    seen, tokens = [], set()

    for _second in range(35):
        page = client.get("/").content.decode()
        seen.append(len([number for number in range(3) if f"No. {number}" in page]))
        tokens.add(token_of_the_edition())
        clock.shift(1)

    assert (seen, len(tokens)) == ([0] * 10 + [1] * 10 + [2] * 10 + [3] * 5, 1)
    assert queries(client, "/") == 0


def test_what_stands_around_the_stories_is_not_read_again_when_one_goes_out(client, commits, article, clock):
    with commits():
        draft = make_draft(slug="embargoed")
        draft.publish(draft.latest_revision(), at=timezone.now() + timedelta(seconds=20))
    client.get("/")
    cost = queries(client, "/comments/privacy/")

    clock.shift(20)

    assert (cost, queries(client, "/comments/privacy/")) == (0, 0)


def test_more_moments_than_an_edition_knows_are_kept_all_the_same(client, commits, article, clock):
    begin = timezone.now()
    many = 63  # newsroom.clock looks 60 ahead
    with commits():
        for number in range(many):
            draft = make_draft(headline=f"No. {number}!", slug=f"no-{number}")
            draft.publish(draft.latest_revision(), at=begin + timedelta(seconds=number + 1))
    client.get("/")
    shown = []

    for second in range(55, many + 1):
        clock.move_to(begin + timedelta(seconds=second))
        shown.append(f"No. {second - 1}!" in client.get("/").content.decode())
        clock.shift(0.9)
        shown.append(f"No. {second}!" not in client.get("/").content.decode())

    assert shown == [True] * len(shown)


asked: list[Callable[[], Changes]] = []  # what the clock answers, one question after another


def answer() -> Changes:
    return asked.pop(0)()


def knows(moment: datetime | None) -> Callable[[], Changes]:
    return lambda: Changes([], moment)


def is_overtaken_by(saved: Callable[[], Changes], old: Changes) -> Callable[[], Changes]:
    """Somebody saves, and renews the edition, between the question and what is done with its answer."""

    def reply() -> Changes:
        asked.insert(0, saved)
        renew_edition()
        return old

    return reply


@pytest.mark.parametrize("who", ["editor", "reader"])
def test_who_asked_the_clock_before_another_saved_does_not_put_back_what_they_knew(settings, clock, who):
    settings.NEXT_CHANGES = f"{__name__}.answer"
    withdrawal = timezone.now() + timedelta(hours=1)
    asked[:] = [is_overtaken_by(knows(withdrawal), Changes([], None)), knows(withdrawal), knows(withdrawal)]

    if who == "editor":
        renew_edition()
    else:
        kept_under_edition("anything", dict)

    assert cache.get("edition").ends == withdrawal


def test_of_many_renewals_at_once_the_last_one_is_done(settings):
    settings.NEXT_CHANGES = f"{__name__}.answer"
    asked[:] = [knows(None)] * 2

    with renewed_once():
        for _number in range(5):
            renew_edition()
        before = cache.get("edition")
    renew_edition()

    assert (before, len(asked)) == (None, 0)


@pytest.mark.parametrize("act", ["change", "withdrawal"])
def test_writing_down_what_the_clock_has_done_makes_no_difference(client, commits, article, clock, act):
    moment = timezone.now() + timedelta(seconds=20)
    with commits():
        if act == "change":
            change = article.save_draft(make_story(headline="Second", slug="pier"), by=None)
            article.publish(change, at=moment)
        else:
            article.plan(embargo_until=None, live_until=moment)
    clock.shift(20)
    pages = [client.get(path).content for path in ("/", "/world/pier/")]

    with commits():
        do_follow_ups()

    assert queries(client, "/") > 0  # what somebody read half before it and half after is not kept
    assert [client.get(path).content for path in ("/", "/world/pier/")] == pages


def test_no_page_lives_longer_than_a_minute(client, article, clock, settings):
    client.get("/")
    kept = queries(client, "/")

    clock.shift(settings.PAGE_CACHE_SECONDS + 1)

    assert kept == 0
    assert queries(client, "/") > 0


def test_tracking_parameters_make_no_new_entries_and_others_do(client, article):
    client.get("/world/pier/?b=2&a=1")

    assert queries(client, "/world/pier/?utm_source=x&a=1&fbclid=y&b=2&UTM_Medium=z") == 0
    assert queries(client, "/world/pier/?a=1") > 0


def test_signed_in_staff_bypass_the_cache(client, article):
    client.get("/")
    client.force_login(make_staff())

    assert queries(client, "/") > 0


def test_what_is_not_found_is_not_kept(client, commits, article):
    client.get("/world/embargoed/")

    with commits():
        make_article(slug="embargoed", headline="Embargoed")

    assert client.get("/world/embargoed/").status_code == 200


def test_a_page_rendered_while_its_comment_came_in_is_not_kept(client, article, rf):
    rendered = []

    @page_cache
    def slow(request):
        if not rendered:
            renew_page(request.path)
        rendered.append(1)
        return HttpResponse("page")

    for _read in range(3):
        slow(rf.get("/world/pier/"))

    assert len(rendered) == 2


def test_a_page_that_was_begun_before_everything_was_forgotten_is_in_no_cache(rf, kept_pages_with):
    forgets = []

    @page_cache
    def slow(request):
        if forgets:
            forget_all()
        return HttpResponse("words")

    slow(rf.get("/world/pier/"))
    before = kept_pages_with("words")
    renew_edition()
    forgets.append(True)
    slow(rf.get("/world/pier/"))

    assert (before, kept_pages_with("words")) == (1, 0)


def test_a_page_ends_when_its_view_says_so_and_the_edition_lives_on(client, article, clock, rf):
    rendered = []

    @page_cache
    def ending(request):
        rendered.append(1)
        for seconds in (30, 20, 40):  # the first of them counts
            end_page(request, timezone.now() + timedelta(seconds=seconds))
        end_page(request, None)
        return HttpResponse("page")

    ending(rf.get("/ending/"))
    client.get("/")
    clock.shift(19.9)
    ending(rf.get("/ending/"))
    before = len(rendered)
    clock.shift(0.1)
    ending(rf.get("/ending/"))

    assert (before, len(rendered), queries(client, "/")) == (1, 2, 0)


def test_only_what_is_not_for_everybody_is_guarded_from_who_opened_it(client, article):
    page = client.get("/")
    answers = [page, client.get("/", headers={"If-None-Match": page.headers["ETag"]})]
    answers += [client.get(path) for path in ("/admin/login/", "/missing/")]

    openers = [(answer.status_code, answer.headers.get("Cross-Origin-Opener-Policy")) for answer in answers]

    assert openers == [(200, None), (304, None), (200, "same-origin"), (404, "same-origin")]


def test_browsers_and_edges_ask_each_time_and_get_a_304(client, article):
    first = client.get("/")

    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert (again.status_code, again.content) == (304, b"")


def test_a_cache_that_is_down_costs_no_page(client, commits, article, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9",
        }
    }

    with commits():
        article.publish(article.save_draft(make_story(headline="Second", slug="pier"), by=None))

    assert b"Second" in client.get("/world/pier/").content
