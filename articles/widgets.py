"""Several rows in the order of the editor's choice: one autocomplete field after the other."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_LARGEST = 2**63 - 1  # key that a database takes
_SPARE = 2  # empty fields after those in use


class OfferingAutocomplete(AutocompleteMixin, forms.Select):
    """offered: how many rows a browser without scripts may choose from (with scripts, all are found by typing)."""

    def __init__(self, *args: Any, offered: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self._offer: list[Any] = []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        self._offer = list(self.choices.queryset[: self.offered]) if self.offered else []
        return self.render_one(name, value, attrs, renderer)

    def render_one(self, name: str, value: Any, attrs: Any, renderer: Any) -> SafeString:
        return super().render(name, value, attrs, renderer)

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        # Django's own looks for whatever was sent, and fails where a database takes no such key.
        groups = super().optgroups(name, [key for key in value if is_key(key)], attr)
        options = groups[0][1]
        chosen = {str(option["value"]) for option in options}
        for row in self._offer:
            if str(row.pk) not in chosen:
                options.append(self.create_option(name, row.pk, str(row), False, len(options)))
        return groups


class OfferingAutocompleteMultiple(OfferingAutocomplete, forms.SelectMultiple):
    pass


class OrderedAutocomplete(OfferingAutocomplete):
    def render_one(self, name: str, value: Any, attrs: Any, renderer: Any) -> SafeString:
        attrs = attrs or {}
        rows = [*filter(is_key, value or []), *[None] * _SPARE]
        fields = (
            (super(OrderedAutocomplete, self).render_one(name, row, self._row_attrs(attrs, number), renderer),)
            for number, row in enumerate(rows)
        )
        return format_html('<ol class="desk-ordered">{}</ol>', format_html_join("", "<li>{}</li>", fields))

    def _row_attrs(self, attrs: dict[str, Any], number: int) -> dict[str, Any]:
        label = f"{self.attrs.get('data-label', '')} {number + 1}".strip()
        own = {"aria-label": label}
        return attrs | own | ({"id": f"{attrs['id']}_{number}"} if number and "id" in attrs else {})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value]

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return id_


class CheckedChoiceField(forms.ModelMultipleChoiceField):
    """Refuses what can be no key before a database is asked for it, and fails."""

    def clean(self, value: Any) -> Any:
        for key in value or []:
            if not is_key(key):
                raise ValidationError(self.error_messages["invalid_pk_value"], params={"pk": key})
        return super().clean(value)


class OrderedChoiceField(CheckedChoiceField):
    """Cleans to a list in the order chosen, each row once."""

    def clean(self, value: Any) -> list[Any]:  # type: ignore[override]  # a list keeps the order
        rows = {str(row.pk): row for row in super().clean(value)}
        return [rows[pk] for pk in dict.fromkeys(str(pk) for pk in value or []) if pk in rows]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(pk) for pk in initial or []] != [str(pk) for pk in data or []]


def is_key(value: Any) -> bool:
    text = str(value)
    return text.isdecimal() and len(text) < 20 and int(text) <= _LARGEST  # int() refuses thousands of digits
