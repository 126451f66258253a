"""Moments in words: in the language's own formats, in the paper's time zone."""

from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format

Form = Literal["DATETIME_FORMAT", "DATE_FORMAT", "TIME_FORMAT"]


def in_words(moment: datetime | None, form: Form = "DATETIME_FORMAT", *, with_zone: bool = False) -> str:
    """With its zone, for readers who may be in another: “GMT”, or “UTC-03” where the zone has no name of its own."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    words = date_format(local, form)
    return f"{words} {zone_of(local)}" if with_zone else words


def zone_of(local: datetime) -> str:
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{name}"
