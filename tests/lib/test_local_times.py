"""The hours that the clocks skip and repeat."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.local_times import MomentField, is_doubled, is_missing, nearest

LONDON, BERLIN, LORD_HOWE = "Europe/London", "Europe/Berlin", "Australia/Lord_Howe"  # the last by half an hour


class OneTime(forms.Form):
    at = MomentField(required=False, label="At")


def asked(day: str = "", at: str = "", which: str = "", zone: str = LONDON) -> tuple[datetime | None, list[str]]:
    with timezone.override(ZoneInfo(zone)):
        form = OneTime({"at_0": day, "at_1": at, "at_2": which})
        return (form.cleaned_data["at"] if form.is_valid() else None), list(form.errors.get("at", []))


@pytest.mark.parametrize(
    ("zone", "day", "at", "said"),
    [
        (LONDON, "2026-03-29", "01:30", ("1:30 a.m.", "March 29, 2026", "12:59 a.m.", "2 a.m.")),
        (LONDON, "2026-03-29", "01:00", ("1 a.m.", "March 29, 2026", "12:59 a.m.", "2 a.m.")),
        (BERLIN, "2026-03-29", "02:59:59", ("2:59 a.m.", "March 29, 2026", "1:59 a.m.", "3 a.m.")),
        (LORD_HOWE, "2026-10-04", "02:15", ("2:15 a.m.", "Oct. 4, 2026", "1:59 a.m.", "2:30 a.m.")),
    ],
)
def test_a_time_that_does_not_exist_is_refused_with_the_two_nearest(zone, day, at, said):
    time, date, before, after = said

    assert asked(day, at, zone=zone) == (
        None,
        [
            f"There is no {time} on {date}: the clocks are put forward over it."
            f" The nearest times are {before} and {after}."
        ],
    )


@pytest.mark.parametrize(
    ("zone", "day", "at", "first", "apart"),
    [
        (LONDON, "2026-10-25", "01:30", "2026-10-25 00:30", 60),
        (BERLIN, "2026-10-25", "02:00", "2026-10-25 00:00", 60),
        (LORD_HOWE, "2026-04-05", "01:45", "2026-04-04 14:45", 30),
    ],
)
def test_of_a_time_that_comes_twice_the_editor_says_which(zone, day, at, first, apart):
    moment = datetime.fromisoformat(first).replace(tzinfo=UTC)

    (none, said), (earlier, _), (later, _) = (asked(day, at, which, zone) for which in ("", "0", "1"))

    assert (none, earlier, later) == (None, moment, moment + timedelta(minutes=apart))
    assert said[0].endswith("since the clocks are put back. Choose which of the two is meant.")


@pytest.mark.parametrize(
    ("zone", "at"),
    [(LONDON, "00:59:59"), (LONDON, "02:00"), (BERLIN, "01:59"), (BERLIN, "03:00"), (LORD_HOWE, "01:30")],
)
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_times_beside_them_are_taken_as_they_are(zone, at, day):
    moment, said = asked(day, at, zone=zone)

    assert (said, f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}") == ([], f"{day} {at[:5]}")


@pytest.mark.parametrize(
    ("day", "at", "which"),
    [
        ("2026-10-25", "", ""),
        ("", "01:30", ""),
        ("x", "y", ""),
        ("0001-01-01", "00:00", ""),
        ("9999-12-31", "23:59", ""),
        ("2026-10-25", "01:30", "2"),
        ("2026-10-25", "01:30", "x" * 10_000),
        ("9" * 10_000, "01:30", ""),
        ("2026-10-25\x00", "01:30", ""),
    ],
)
def test_what_is_no_time_is_said_to_be_none(day, at, which):
    moment, said = asked(day, at, which)

    assert (moment, len(said) > 0) == (None, True)


def test_nothing_typed_is_no_time():
    assert asked() == (None, [])


@pytest.mark.parametrize(("fold", "name"), [(0, "BST"), (1, "GMT")])
def test_the_choice_shows_where_a_time_comes_twice_and_stands_at_what_is_kept(fold, name):
    kept = datetime(2026, 10, 25, 1, 30, fold=fold, tzinfo=ZoneInfo(LONDON))
    with timezone.override(ZoneInfo(LONDON)):
        shown = str(OneTime(initial={"at": kept})["at"])
        again = OneTime({"at_0": "2026-10-25", "at_1": "01:30", "at_2": str(fold)}, initial={"at": kept})

    assert f'<option value="{fold}" selected>the {("first", "second")[fold]} ({name})</option>' in shown
    assert not again.has_changed()


@pytest.mark.parametrize(("day", "zone"), [("2026-07-01", "BST"), ("2026-12-01", "GMT"), ("", LONDON)])
def test_the_field_names_the_zone_and_asks_nothing_elsewhere(day, zone):
    with timezone.override(ZoneInfo(LONDON)):
        shown = str(OneTime({"at_0": day, "at_1": "01:30"})["at"])

    assert (f">{zone}</span>" in shown, "at_2" in shown) == (True, False)


ZONES = [ZoneInfo(name) for name in (LONDON, BERLIN, LORD_HOWE, "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu")]


@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)), zone=st.sampled_from(ZONES))
def test_every_moment_has_a_time_that_exists_and_those_nearest_to_a_missing_one_do(moment, zone):
    shown = moment.replace(tzinfo=UTC).astimezone(zone)
    local = shown.replace(tzinfo=None, fold=0)

    assert not is_missing(local, zone)
    assert is_doubled(local, zone) or local.replace(tzinfo=zone).astimezone(UTC) == moment.replace(tzinfo=UTC)
    if is_missing(moment, zone):
        before, after = nearest(moment, zone)
        assert before < moment < after
        assert not is_missing(before, zone)
        assert not is_missing(after, zone)
