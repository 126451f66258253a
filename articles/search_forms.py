from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.search import Question
from categories.models import Category
from newsroom.lib.caching import kept_under_edition

LONGEST = 200  # characters that are looked for


class Order(models.TextChoices):
    BEST = "best", _("Best first")
    NEWEST = "newest", _("Newest first")


class WordsField(forms.CharField):
    """Anything may be typed: signs that no text has are left out, and what is too long is cut."""

    def to_python(self, value: Any) -> str:
        typed = "".join(sign if sign.isprintable() else " " for sign in super().to_python(value) or "")
        return " ".join(typed.split())[:LONGEST]


class DayField(forms.DateField):
    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.DateInput({"type": "date"}))
        self.input_formats = ["%Y-%m-%d"]
        self.error_messages["invalid"] = _("Write the day as year-month-day, such as 2026-05-31.")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not 1600 <= value.year <= 9000:  # further off a day may have no moment in every time zone
            raise ValidationError(self.error_messages["invalid"])


class SearchForm(forms.Form):
    """The fields' names are those of the address, which can be kept and shared."""

    q = WordsField(label=_("Words"), required=False, widget=forms.TextInput({"type": "search", "maxlength": LONGEST}))
    section = forms.ChoiceField(label=_("Section"), required=False)
    since = DayField(_("From"))
    until = DayField(_("To"))
    order = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices)
    author = forms.CharField(required=False, max_length=120)  # a slug; chosen beside the results

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        section = self.fields["section"]
        assert isinstance(section, forms.ChoiceField)  # noqa: S101  # for the type checker
        section.choices = [("", _("All sections")), *kept_under_edition("search-sections", _sections)]

    def clean_order(self) -> str:
        return self.cleaned_data["order"] or Order.BEST

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))

    def full_clean(self) -> None:
        super().full_clean()
        for name in {"since", "until"} & set(self.errors):
            self.fields[name].widget.input_type = "text"  # a browser's own field would show nothing of what was typed

    def question(self) -> Question:
        asked = self.cleaned_data
        return Question(asked["q"], asked["section"], asked["author"], asked["since"], asked["until"])

    @property
    def is_cut(self) -> bool:
        return len(self["q"].data or "") > LONGEST


def _sections() -> list[tuple[str, str]]:
    """Every section, and below each its sub-sections."""
    everyone = list(Category.objects.all())
    return [
        (category.slug, category.name if category == section else f"– {category.name}")
        for section in everyone
        if section.parent_id is None
        for category in [section, *(child for child in everyone if child.parent_id == section.pk)]
    ]
