"""The notice's figures: hourly totals, counted without knowing whom; and how the desk draws them."""

import re
import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections
from django.test import Client

from newsroom.models import Day, Notice, NoticeHour
from tests.factories import make_staff

COUNT = "/about/reader-note/"
Kind = NoticeHour.Kind


@pytest.fixture
def counting(db):
    Notice(is_counting=True).save()


def tell(client, word="with", **headers):
    return client.post(COUNT, word, content_type="text/plain;charset=UTF-8", headers=headers)


def totals():
    return dict(NoticeHour.objects.values_list("kind", "number"))


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("word", ["with", "without", "closed", "help", "allowed"])
def test_each_word_of_the_script_is_counted_and_answered_with_nothing(client, word):
    answers = [tell(client, word) for _view in range(3)]

    assert totals() == {word: 3}
    assert [(answer.status_code, answer.content, answer.cookies.output()) for answer in answers] == [(204, b"", "")] * 3


@pytest.mark.usefixtures("counting")
def test_each_hour_has_a_row_of_its_own(client, time_machine):
    for moment in ("10:00:00", "10:59:59", "11:00:00"):
        time_machine.move_to(datetime.fromisoformat(f"2026-11-22T{moment}+00:00"), tick=False)
        tell(client)

    assert list(NoticeHour.objects.order_by("hour").values_list("hour", "kind", "number")) == [
        (datetime(2026, 11, 22, 10, tzinfo=UTC), "with", 2),
        (datetime(2026, 11, 22, 11, tzinfo=UTC), "with", 1),
    ]


@pytest.mark.django_db
def test_nothing_is_counted_unless_an_editor_says_so(client):
    by_default = (tell(client).status_code, b"data-tell" in client.get("/").content)
    Notice(is_on=True).save()

    assert (by_default, tell(client).status_code, totals()) == ((204, False), 204, {})


def test_switched_on_the_page_says_where_to(client, counting):
    assert b'data-tell="/about/reader-note/"' in client.get("/").content


@pytest.mark.usefixtures("counting")
def test_global_privacy_control_is_respected(client):
    answer = tell(client, **{"Sec-GPC": "1"})

    assert (answer.status_code, totals()) == (204, {})


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize(
    "word", ["", "nothing", "with ", "WITH", "with\0", "allowed" * 100_000, b"\xff\xfe", "kind=with"]
)
def test_any_other_word_is_refused(client, word):
    assert (tell(client, word).status_code, totals()) == (400, {})


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_only_a_post_counts(client, method):
    assert (getattr(client, method)(COUNT).status_code, totals()) == (405, {})


@pytest.mark.usefixtures("counting")
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Origin": "http://testserver"}, 204),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_other_sites_cannot_count_for_us(headers, status):
    answer = tell(Client(enforce_csrf_checks=True), **headers)

    assert (answer.status_code, totals()) == (status, {"with": 1} if status == 204 else {})


def test_counting_leaves_every_kept_page_alone(client, counting, django_assert_num_queries, settings):
    client.get("/")
    tell(client)

    with django_assert_num_queries(0):
        client.get("/")


def test_a_count_is_one_statement(client, counting, django_assert_num_queries):
    tell(client)

    with django_assert_num_queries(1):
        tell(client)


THREADS, VIEWS = 8, 10


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_all_counted():
    Notice(is_counting=True).save()
    start = threading.Barrier(THREADS)
    answers = []

    def read():
        client = Client()
        start.wait()
        for _view in range(VIEWS):
            answers.append(tell(client).status_code)
            connections.close_all()  # as a server does after each request

    readers = [threading.Thread(target=read) for _reader in range(THREADS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert answers == [204] * THREADS * VIEWS
    assert sum(NoticeHour.objects.values_list("number", flat=True)) == THREADS * VIEWS
    assert NoticeHour.objects.count() <= 2  # the hour may have turned


# --- The desk's page ----------------------------------------------------------------------------


def count(moment, **numbers):
    hour = datetime.fromisoformat(moment)
    NoticeHour.objects.bulk_create(NoticeHour(hour=hour, kind=kind, number=n) for kind, n in numbers.items())


@pytest.mark.django_db
def test_hours_are_summed_to_the_papers_own_days(settings):
    settings.TIME_ZONE = "America/New_York"
    count("2026-11-20T23:00:00-05:00", **{"with": 9})
    count("2026-11-21T00:00:00-05:00", **{"with": 1, "without": 2, "closed": 1})
    count("2026-11-21T23:00:00-05:00", **{"with": 2, "without": 3, "help": 1, "allowed": 1})

    days = NoticeHour.objects.by_day(until=date(2026, 11, 22), days=2)

    assert days == [Day(date(2026, 11, 21), 3, 5, 1, 1, 1), Day(date(2026, 11, 22), 0, 0, 0, 0, 0)]
    assert [(day.share, day.percent) for day in days] == [(0.375, "37.5%"), (None, "–")]


@pytest.fixture
def desk(db, client):
    client.force_login(make_staff())
    return client


FIGURES = "/admin/newsroom/notice/figures/"


@pytest.mark.django_db
def test_without_figures_the_page_says_what_will_be_there(desk):
    off = desk.get(FIGURES).content.decode()
    Notice(is_counting=True).save()
    on = desk.get(FIGURES).content.decode()

    assert ("Nothing is counted." in off, "Nothing has been counted" in on) == (True, True)
    assert "<polyline" not in off + on


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_share_is_drawn_with_its_table_behind_it(desk, counting, time_machine, settings, language):
    settings.LANGUAGE_CODE = language
    time_machine.move_to(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
    count("2026-11-20T12:00:00+00:00", **{"with": 1, "without": 9})
    count("2026-11-22T12:00:00+00:00", **{"with": 1, "without": 3, "closed": 1})
    count("2026-11-21T12:00:00+00:00", **{"with": 1, "without": 4})

    html = desk.get(FIGURES).content.decode()

    # Thirty days from x 48 to 708, and 0 to 30 % from y 212 to 12.
    assert re.findall(r'points="(.*?)"', html) == ["662.5,145.3 685.2,78.7 708.0,45.3"]
    assert re.findall(r'<circle[^>]* cx="(.*?)" cy="(.*?)"', html) == [
        ("662.5", "145.3"),
        ("685.2", "78.7"),
        ("708.0", "45.3"),
    ]
    assert re.findall(r">([\d.]+ %)</text>", html) == ["0 %", "15 %", "30 %"]
    rows = re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2], re.DOTALL)
    assert len(rows) == 30
    assert re.findall(r"<td>(.*?)</td>", rows[0]) == ["1", "3", "25.0%", "1", "0", "0"]
    assert re.findall(r"\sstyle=|<style", html.partition("desk-figure")[2]) == []


@pytest.mark.parametrize("hours", [1, 24])
def test_the_page_costs_the_same_for_any_number_of_hours(desk, counting, django_assert_num_queries, hours):
    for hour in range(hours):
        count(f"2026-11-21T{hour:02}:00:00+00:00", **{"with": 1, "without": 1})

    desk.get(FIGURES)  # a first page learns what all of the desk's pages show of the paper

    with django_assert_num_queries(10):
        desk.get(FIGURES)


def test_the_database_keeps_one_row_an_hour_and_kind(counting):
    count("2026-11-21T00:00:00+00:00", **{"with": 1})
    constraint = {"notice_hour_once"}

    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, NoticeHour._meta.db_table)

    assert constraint <= set(found)
