from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsroom.lib import images
from newsroom.models import Campaign

_DAYS = 30  # of clicks, in the form


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    list_display = ["thumbnail", "advertiser", "slot", "state", "starts_at", "ends_at", "weight", "clicks"]
    list_display_links = ["thumbnail", "advertiser"]
    list_filter = ["slot", "is_house"]
    list_select_related = True
    search_fields = ["advertiser", "alt", "address"]
    date_hierarchy = "starts_at"
    formfield_overrides = images.PICTURE_FIELDS
    readonly_fields = ["preview", "state", "clicks_by_day"]
    fieldsets = [
        (None, {"fields": ["advertiser", "slot", "picture", "preview", "alt", "address"]}),
        (gettext_lazy("When it stands"), {"fields": ["state", "starts_at", "ends_at", "weight", "is_house"]}),
        (gettext_lazy("Clicks"), {"fields": ["clicks_by_day"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return super().get_queryset(request).with_clicks()  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, campaign: Campaign) -> str:
        width, height = campaign.size
        return _picture(campaign, min(160, 80 * width // height))

    @admin.display(description=gettext_lazy("as it stands"))
    def preview(self, campaign: Campaign) -> str:
        return _picture(campaign, min(640, campaign.size.width))

    @admin.display(description=gettext_lazy("state"))
    def state(self, campaign: Campaign) -> str:
        now = timezone.now()
        if campaign.starts_at > now:
            return _("Waits for its start")
        if campaign.ends_at and campaign.ends_at <= now:
            return _("Ended")
        return _("Steps in for others") if campaign.is_house else _("Runs")

    @admin.display(description=gettext_lazy("clicks"), ordering="clicks")
    def clicks(self, campaign: Any) -> int:
        total: int = campaign.clicks
        return total

    @admin.display(description=gettext_lazy("clicks"))
    def clicks_by_day(self, campaign: Campaign) -> str:
        """On the picture; those on the advertiser's name go straight there."""
        days = list(campaign.click_days.all()[:_DAYS]) if campaign.pk else []
        if not days:
            return _("Nobody has clicked on it yet.")
        rows = format_html_join(
            "", "<tr><th scope=row>{}</th><td>{}</td></tr>", ((date_format(day.day), day.clicks) for day in days)
        )
        head = format_html("<tr><th scope=col>{}</th><th scope=col>{}</th></tr>", _("Day"), _("Clicks"))
        return format_html('<table class="desk-figures"><thead>{}</thead><tbody>{}</tbody></table>', head, rows)


def _picture(campaign: Campaign, width: int) -> str:
    if not campaign.widths:
        return "–"
    address = campaign.copies[-1][1]
    return format_html('<img src="{}" alt="{}" class="desk-photo" width="{}">', address, campaign.alt, width)
