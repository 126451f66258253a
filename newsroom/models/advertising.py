from bisect import bisect
from contextlib import suppress
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import IntegrityError, models
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from newsroom.lib import images

TURN = 3600  # seconds that one of several campaigns stands in a slot before it is the next one's turn
_ADDRESS = r"^(/([^/\\\s]|\Z)|https?://[^/\\\s])\S*\Z"  # of this site (but not //elsewhere), or a whole one
_SPREAD, _STEP = 65536, 40503  # a step of the golden section, in whole numbers
_SLACK = 0.02  # by which a picture's proportions may miss those of its slot; that much is cut off


class Size(NamedTuple):
    """In CSS pixels, at its widest."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"


class Slot(models.TextChoices):
    """The places that templates keep for advertisements: {% ad_slot "front" %}."""

    FRONT = "front", _("Front page, between two sections (960 × 320)")
    ARTICLE = "article", _("Article, after the text (640 × 320)")
    LIST = "list", _("Beside lists, on wide screens (176 × 440)")

    @property
    def size(self) -> Size:
        """The place a template reserves; the proportions stand in site.css, too."""
        return {Slot.FRONT: Size(960, 320), Slot.ARTICLE: Size(640, 320), Slot.LIST: Size(176, 440)}[self]


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def running(self) -> Self:
        return self.filter(_is_running(timezone.now()))

    def with_clicks(self) -> Self:
        return self.annotate(clicks=Coalesce(Sum("click_days__clicks"), 0))

    def on_show(self) -> dict[str, "Campaign"]:
        """What stands in each slot now, the same for every reader: by the clock alone."""
        turn = int(timezone.now().timestamp()) // TURN
        rivals: dict[str, list[Campaign]] = {}
        for campaign in self.running().order_by("is_house", "pk"):
            others = rivals.setdefault(campaign.slot, [])
            if not others or others[0].is_house == campaign.is_house:  # the house's only where nobody else's runs
                others.append(campaign)
        return {slot: whose_turn(campaigns, turn) for slot, campaigns in rivals.items()}

    def next_change(self) -> datetime | None:
        """When the clock next changes what stands in a slot: a start, an end, or the next turn of several."""
        now = timezone.now()
        found = self.aggregate(
            start=Min("starts_at", filter=Q(starts_at__gt=now)),
            end=Min("ends_at", filter=Q(ends_at__gt=now)),
            running=Count("pk", filter=_is_running(now)),
        )
        turns = datetime.fromtimestamp((now.timestamp() // TURN + 1) * TURN, UTC) if found["running"] > 1 else None
        return min(filter(None, (found["start"], found["end"], turns)), default=None)


def _is_running(now: datetime) -> Q:
    return Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))


def whose_turn(campaigns: "list[Campaign]", turn: int) -> "Campaign":
    """Each as often as its weight says, well mixed: steps of the golden section never fall into step with the day,
    so that nobody gets the same hours every day."""
    ends = list(accumulate(campaign.weight for campaign in campaigns))
    return campaigns[bisect(ends, turn * _STEP % _SPREAD * ends[-1] // _SPREAD)]


def _upload_to(campaign: "Campaign", name: str) -> str:
    return f"advertisements/{images.name_by_content(campaign.picture)}"


class Campaign(models.Model):
    """One picture with one link, in one slot for some time. Pages show the picture's smaller WebP copies."""

    advertiser = models.CharField(_("advertiser"), max_length=60, help_text=_("Named below the picture."))
    slot = models.CharField(_("place"), max_length=10, choices=Slot.choices, default=Slot.FRONT)
    picture = models.ImageField(
        _("picture"),
        upload_to=_upload_to,
        validators=[images.check_picture],
        max_length=200,
        help_text=_("In the place's proportions, and at least as large; twice as large is sharp on every screen."),
    )
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        help_text=_("What the picture shows and says, for those who cannot see it. It is the link's text."),
    )
    address = models.CharField(
        _("address"),
        max_length=500,
        validators=[RegexValidator(_ADDRESS, _("Write a whole address: https://example.org/ or /subscribe/."))],
        help_text=_("Where it leads: https://example.org/ or, on this site, /subscribe/."),
    )
    starts_at = models.DateTimeField(_("start"), default=timezone.now)
    ends_at = models.DateTimeField(_("end"), null=True, blank=True, help_text=_("Empty: until further notice."))
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Several in one place take turns by the hour; one of weight 2 stands twice as often as one of 1."),
    )
    is_house = models.BooleanField(
        _("the house's own"), default=False, help_text=_("Stands only while no other campaign runs in its place.")
    )
    # Of the picture turned upright, and of its copies.
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    widths = models.JSONField(editable=False, default=list)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        verbose_name = _("advertisement")
        verbose_name_plural = _("advertisements")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="campaign_ends_after_its_start",
                violation_error_message=_("It ends before it starts: choose a later end."),
            ),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="campaign_weight_in_range"),
            models.CheckConstraint(condition=Q(address__regex=_ADDRESS), name="campaign_address_is_one"),
            models.CheckConstraint(condition=~Q(alt=""), name="campaign_has_alt"),
        ]

    def __str__(self) -> str:
        return f"{self.advertiser} ({self.get_slot_display()})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if images.is_new(self.picture):
            upright = images.opened(self.picture)
            self.width, self.height = upright.size
            name = _upload_to(self, self.picture.name or "")
            images.keep(name, upright)
            self.picture = name  # in storage already
            full = self.size.width
            self.widths = [width for width in (full // 2, full, full * 2) if width <= upright.width] or [upright.width]
            images.write_copies(str(self.picture.name), upright, self.widths)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        errors = {}
        if self.ends_at and self.starts_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = _now("It ends before it starts: choose a later end.")
        if self.picture and self.slot in Slot.values and (wrong := self._what_is_wrong_with_its_size()):
            errors["picture"] = wrong
        if errors:
            raise ValidationError(errors)

    @property
    def size(self) -> Size:
        """Of its place on the page."""
        return Slot(self.slot).size

    @property
    def copies(self) -> list[tuple[int, str]]:
        """Width in pixels and address of each copy, narrowest first."""
        return images.copies(str(self.picture.name), self.widths)

    def count_click(self) -> None:
        """One more today."""
        today = ClickDay.objects.filter(campaign=self, day=timezone.localdate())
        if today.update(clicks=F("clicks") + 1):
            return
        with suppress(IntegrityError):  # the campaign was deleted this moment: there is nothing left to count
            ClickDay.objects.bulk_create([ClickDay(campaign=self, day=timezone.localdate())], ignore_conflicts=True)
        today.update(clicks=F("clicks") + 1)

    def _what_is_wrong_with_its_size(self) -> str:
        width, height = self._picture_size()
        if not width:
            return ""
        facts = {"width": width, "height": height, "place": str(self.size)}
        if width < self.size.width or height < self.size.height:
            return _now("This picture has %(width)d × %(height)d pixels; its place needs at least %(place)s.") % facts
        if abs(width / height / (self.size.width / self.size.height) - 1) > _SLACK:
            return (
                _now("This picture has %(width)d × %(height)d pixels. Cut it to its place's proportions: %(place)s.")
                % facts
            )
        return ""

    def _picture_size(self) -> tuple[int, int]:
        """In pixels; (0, 0) if it is no picture, which its field says in better words."""
        if not images.is_new(self.picture):
            return self.width, self.height
        try:
            images.check_picture(self.picture)
        except ValidationError:
            return 0, 0
        return images.opened(self.picture).size


class ClickDay(models.Model):
    """How many readers followed an advertisement on one day. Who they were, nobody knows."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="click_days")
    day = models.DateField(_("day"))
    clicks = models.PositiveIntegerField(_("clicks"), default=0)

    class Meta:
        ordering = ["-day"]
        verbose_name = _("day of clicks")
        verbose_name_plural = _("days of clicks")
        constraints = [models.UniqueConstraint(fields=["campaign", "day"], name="click_day_once_a_campaign")]

    def __str__(self) -> str:
        return f"{self.day}: {self.clicks}"
