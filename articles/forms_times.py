"""The times in a story's form: when it goes out, not before when, and when it is withdrawn by itself."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from newsroom.lib.local_times import MomentField
from newsroom.lib.moments import in_words

TIMES = ["publish_at", "embargo", "withdraw_at"]
PLAN = [*TIMES, "why_withdrawn"]


def goes_out(at: datetime | None, embargo: datetime | None) -> datetime | None:
    """When a story is public that is published for `at`. None: at once."""
    now = timezone.now()
    return max(at or now, embargo) if embargo and embargo > now else at


class TimesForm(forms.Form):
    publish_at = MomentField(
        label=_("Publication time"),
        required=False,
        help_text=_("Empty: at once. In the future: it goes out by itself, on that second."),
    )
    embargo = MomentField(
        label=_("Embargo until"),
        required=False,
        help_text=_("Nothing of it is public before, whoever publishes: it then goes out by itself at that moment."),
    )
    withdraw_at = MomentField(
        label=_("Withdraw at"),
        required=False,
        help_text=_("It disappears by itself, on that second; its address then says that it is withdrawn."),
    )

    why_withdrawn = forms.CharField(
        label=_("Note for readers, once it is withdrawn"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands at its address from then on."),
    )

    @staticmethod
    def times_of(article: Article) -> dict[str, datetime | None]:
        """As the form shows them: of what is to come, not of what has been."""
        planned = article.planned() if article.pk else None
        return {
            "publish_at": planned.live_from if planned else None,
            "embargo": article.embargo_until if article.is_embargoed else None,
            "withdraw_at": None if article.is_withdrawn else article.live_until,
        }

    @property
    def knows_times(self) -> bool:
        return {"publish_at", "embargo"} <= self.cleaned_data.keys()

    @property
    def goes_out_at(self) -> datetime | None:
        return goes_out(self.cleaned_data["publish_at"], self.cleaned_data["embargo"])

    def changes_plan_of(self, article: Article) -> bool:
        """Whether embargo or withdrawal are others than before."""
        known = self.times_of(article)
        return any(self.cleaned_data.get(name) != known[name] for name in ("embargo", "withdraw_at"))

    def clean_times(self, *, is_publishing: bool, planned: datetime | None) -> None:
        """What cannot be is said beside its field. planned: the publication that waits already."""
        now = timezone.now()
        at, embargo, withdrawal = (self.cleaned_data.get(name) for name in TIMES)
        for name, moment in (("embargo", embargo), ("withdraw_at", withdrawal)):
            if moment and moment <= now:
                self.add_error(name, _("That time has passed."))
        public_from = (at or now) if is_publishing else planned
        if public_from and embargo:
            public_from = max(public_from, embargo)
        if public_from and withdrawal and now < withdrawal <= public_from:
            words = _("It would be withdrawn before it goes out, which is on %s.")
            self.add_error("withdraw_at", words % in_words(public_from, with_zone=True))

    def plan(self, article: Article) -> None:
        given: dict[str, Any] = self.cleaned_data
        article.plan(
            embargo_until=given.get("embargo"),
            live_until=given.get("withdraw_at"),
            withdrawal_note=given.get("why_withdrawn", ""),
        )
