import re
from datetime import UTC, datetime

import pytest
from django.conf import settings as site
from django.template import Context, Template
from django.utils import translation

from newsroom.lib.moments import in_words

NOON = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "form", "words"),
    [
        ("en", "DATE_FORMAT", "July 1, 2026"),
        ("en", "DATETIME_FORMAT", "July 1, 2026, 2:05 p.m."),
        ("en-gb", "DATETIME_FORMAT", "1 Jul 2026, 2:05 p.m."),
        ("de", "DATE_FORMAT", "1. Juli 2026"),
        ("de", "DATETIME_FORMAT", "1. Juli 2026 14:05"),
        ("ar", "DATE_FORMAT", "1 يوليو، 2026"),
    ],
)
def test_a_moment_is_said_in_the_language_s_own_way_and_the_paper_s_zone(settings, language, form, words):
    settings.TIME_ZONE = "Europe/Berlin"

    with translation.override(language):
        assert in_words(NOON, form) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "2:05 p.m. CEST"),
        ("America/Sao_Paulo", "9:05 a.m. UTC-03"),
        ("Asia/Kathmandu", "5:50 p.m. UTC+0545"),
    ],
)
def test_a_zone_without_a_name_is_told_by_its_distance(settings, zone, words):
    settings.TIME_ZONE = zone

    assert in_words(NOON, "TIME_FORMAT", with_zone=True) == words


@pytest.mark.parametrize(
    ("tag", "html"),
    [
        ("{% time at %}", '<time datetime="2026-07-01T14:05:00+02:00">July 1, 2026, 2:05 p.m.</time>'),
        ('{% time at "DATE_FORMAT" %}', '<time datetime="2026-07-01T14:05:00+02:00">July 1, 2026</time>'),
        ("{% time nothing %}", ""),
    ],
)
def test_a_page_says_a_moment_to_people_and_to_machines(settings, tag, html):
    settings.TIME_ZONE = "Europe/Berlin"

    assert Template("{% load words %}" + tag).render(Context({"at": NOON, "nothing": None})) == html


def test_no_template_writes_a_date_in_a_pattern_of_its_own():
    for_machines, words = r"""Y-m-d(?:\\TH:i:sO)?['"]""", """[lF]["']"""  # a weekday, a month: no order to get wrong
    pattern = re.compile(rf"""(?:\|date:|\{{% now )["'](?!{for_machines}|[A-Z_]+FORMAT["']|{words})""")

    own = [str(path) for path in (site.BASE_DIR / "templates").rglob("*.html") if pattern.search(path.read_text())]

    assert own == []
