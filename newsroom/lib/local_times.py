"""Times of day as people write them, and the form field for them: in the paper's zone, where an hour may be missing
or come twice when the clocks are changed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime, BaseAdminDateWidget, BaseAdminTimeWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from newsroom.lib.moments import zone_of

_MINUTE = timedelta(minutes=1)
_YEARS = range(1000, 9000)  # far enough from where counting ends, in every zone


def is_missing(local: datetime, zone: tzinfo) -> bool:
    """The clocks are put forward over it."""
    return _as_shown(local.replace(tzinfo=zone)) != local


def is_doubled(local: datetime, zone: tzinfo) -> bool:
    """The clocks are put back over it: it comes first in one offset from UTC, and then in another."""
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset() and not is_missing(local, zone)


def nearest(missing: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The last minute before it that there is, and the first one after it."""
    start = missing.replace(second=0, microsecond=0)
    before, after = start, start
    while is_missing(before, zone):
        before -= _MINUTE
    while is_missing(after, zone):
        after += _MINUTE
    return before, after


def _as_shown(moment: datetime) -> datetime:
    """What a clock on the wall says at that moment."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None, fold=0)


class MomentWidget(AdminSplitDateTime):
    """Date and time, and, where that time comes twice, a choice of which."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        widgets: list[type[forms.Widget]] = [BaseAdminDateWidget, BaseAdminTimeWidget, forms.Select]
        forms.MultiWidget.__init__(self, widgets, attrs)

    def decompress(self, value: datetime | None) -> Any:
        """Date, time, and which of the two, if it comes twice."""
        if value is None:
            return [None, None, None]
        local = timezone.localtime(value)
        return [local.date(), local.time(), str(local.fold)]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        zone = timezone.get_current_timezone()
        parts: Sequence[Any] = value if isinstance(value, (list, tuple)) else self.decompress(value)
        local = _read(parts)
        # The admin's template shows the first two.
        rendered = [super().render(name, list(parts), attrs, renderer)]
        named = zone_of(local.replace(tzinfo=zone)) if local else str(zone)
        rendered.append(format_html('<span class="desk-zone">{}</span>', named))
        if local and is_doubled(local, zone):
            which = forms.Select({"aria-label": _("Which of the two")}, choices=_choices(local, zone))
            rendered[1] = which.render(f"{name}_2", parts[2], {"id": f"id_{name}_2"}, renderer)
        return mark_safe("".join(rendered))  # noqa: S308  # all of it is rendered


class MomentField(forms.MultiValueField):
    """A moment, or none. A time that does not exist is refused with the two nearest; of one that comes twice, the
    editor says which is meant."""

    widget = MomentWidget

    def __init__(self, **kwargs: Any) -> None:
        fields = (
            forms.DateField(required=False),
            forms.TimeField(required=False),
            forms.ChoiceField(required=False, choices=[("0", "0"), ("1", "1")]),
        )
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[Any]) -> datetime | None:
        day, at, which = [*data_list, None, None, None][:3]
        if day is None and at is None:
            return None
        if day is None or at is None:
            raise ValidationError(_("Give both a date and a time, or neither."))
        if day.year not in _YEARS:
            raise ValidationError(_("No paper is that old, or will be."))
        return _moment(datetime.combine(day, at), str(which or ""))


def _moment(local: datetime, which: str) -> datetime:
    zone = timezone.get_current_timezone()
    shown = {"time": date_format(local, "TIME_FORMAT"), "day": date_format(local, "DATE_FORMAT")}
    if is_missing(local, zone):
        before, after = (date_format(moment, "TIME_FORMAT") for moment in nearest(local, zone))
        words = _(
            "There is no %(time)s on %(day)s: the clocks are put forward over it. The nearest times are %(before)s"
            " and %(after)s."
        )
        raise ValidationError(words % (shown | {"before": before, "after": after}))
    if is_doubled(local, zone) and not which:
        words = _("%(time)s comes twice on %(day)s, since the clocks are put back. Choose which of the two is meant.")
        raise ValidationError(words % shown)
    return local.replace(tzinfo=zone, fold=int(which or 0)).astimezone(UTC)


def _choices(local: datetime, zone: tzinfo) -> list[tuple[str, Any]]:
    names = [zone_of(local.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
    return [("", _("which of the two?")), ("0", _("the first (%s)") % names[0]), ("1", _("the second (%s)") % names[1])]


def _read(parts: Sequence[Any]) -> datetime | None:
    """Date and time of the widget's parts, as they were typed or as they are kept."""
    try:
        day: date | None = forms.DateField(required=False).clean(parts[0])
        at: time | None = forms.TimeField(required=False).clean(parts[1])
    except ValidationError:
        return None
    return datetime.combine(day, at) if day and at and day.year in _YEARS else None
