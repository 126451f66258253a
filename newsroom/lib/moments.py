"""Moments in words: in the language's own formats, in the paper's time zone."""

from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

Form = Literal["DATETIME_FORMAT", "DATE_FORMAT", "TIME_FORMAT"]


def in_words(moment: datetime | None, form: Form = "DATETIME_FORMAT", *, with_zone: bool = False) -> str:
    """With its zone, for readers who may be in another: “GMT”, or “UTC-03” where the zone has no name of its own."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    words = date_format(local, form)
    return f"{words} {zone_of(local)}" if with_zone else words


def on_a_button(moment: datetime) -> str:
    """“09:00 CET, 23 November”: the hour by the clock, the zone, and the day; the year if it is another."""
    local = timezone.localtime(moment)
    is_this_year = local.year == timezone.localtime().year
    day = (
        pgettext("a day of this year, in Django's date format", "j F")
        if is_this_year
        else pgettext("a day of another year, in Django's date format", "j F Y")
    )
    hour = "H:i:s" if local.second else "H:i"
    return f"{date_format(local, hour)} {zone_of(local)}, {date_format(local, day)}"


def zone_of(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{name}"
