"""Several rows in the order of the editor's choice: one autocomplete field after the other."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_SPARE = 2  # empty fields after those in use


class OrderedAutocomplete(AutocompleteSelect):
    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attrs = attrs or {}
        rows = [*(value or []), *[None] * _SPARE]
        fields = (
            (super(OrderedAutocomplete, self).render(name, row, self._row_attrs(attrs, number), renderer),)
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


class OrderedChoiceField(forms.ModelMultipleChoiceField):
    """Cleans to a list in the order chosen, each row once."""

    def clean(self, value: Any) -> list[Any]:  # type: ignore[override]  # a list keeps the order
        rows = {str(row.pk): row for row in super().clean(value)}
        return [rows[pk] for pk in dict.fromkeys(str(pk) for pk in value or []) if pk in rows]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(pk) for pk in initial or []] != [str(pk) for pk in data or []]
