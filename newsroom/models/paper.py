import logging
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image

from newsroom.lib import icons, images, link_picture

LOGO_WIDTH = 640  # pixels

logger = logging.getLogger(__name__)


class Accent(models.TextChoices):
    """The paper's own colour, of its rules and of what has the focus; each passes contrast in both schemes (site.css).

    Categories have a palette of their own, which may move away from this one.
    """

    CRIMSON = "crimson", _("Crimson")
    SEA = "sea", _("Sea blue")
    BRICK = "brick", _("Brick")
    TEAL = "teal", _("Teal")
    PLUM = "plum", _("Plum")
    MOSS = "moss", _("Moss")
    OCHRE = "ochre", _("Ochre")


class Paper(models.Model):
    """The paper itself. There is one row; until somebody saves it, the defaults speak."""

    class WhatChanged(models.TextChoices):
        NOTHING = "nothing", _("Nothing is shown")
        NO_TYPOS = "no typos", _("All but typing errors")
        ALL = "all", _("Every change")

    name = models.CharField(_("name"), max_length=80, default="Newsroom")
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    logo = models.ImageField(
        _("logo"),
        upload_to="paper/",
        blank=True,
        validators=[images.check_picture],
        max_length=200,
        help_text=_("Shown in place of the name. Without one the name is set in type."),
    )
    link_picture = models.ImageField(
        _("picture beside links"),
        upload_to="paper/",
        blank=True,
        validators=[images.check_picture],
        max_length=200,
        help_text=_(
            "Shown where somebody passes on a page that has no picture of its own; cut to 1200 × 630 pixels. "
            "Without one, logo or name stands there."
        ),
    )
    accent = models.CharField(
        _("colour"),
        max_length=10,
        choices=Accent.choices,
        default=Accent.CRIMSON,
        help_text=_("Of rules, and of what has the focus. Each of these can be read on light and on dark paper."),
    )
    footer = models.TextField(_("footer"), blank=True)
    corrections_email = models.EmailField(
        _("address for corrections"),
        blank=True,
        help_text=_("Readers may report errors to it. Empty: to the page /contact/, if a link below leads there."),
    )
    what_changed = models.CharField(
        _("what changed"),
        max_length=10,
        choices=WhatChanged.choices,
        default=WhatChanged.NO_TYPOS,
        help_text=_("Which changes of published stories readers can look at, word by word."),
    )
    ads_txt = models.TextField(
        "ads.txt",
        blank=True,
        help_text=_("Who may sell this site's advertising. Stands at /ads.txt; empty: nothing does."),
    )

    robots_txt = models.TextField(
        "robots.txt",
        blank=True,
        help_text=_("Further lines for /robots.txt, such as “User-agent: GPTBot” and below it “Disallow: /”."),
    )
    security_contact = models.CharField(
        _("contact for security"),
        max_length=200,
        blank=True,
        validators=[
            RegexValidator(
                r"\A(mailto:|https://|tel:)[^\s]+\Z",
                _("Write it as an address: mailto:security@example.org, https://… or tel:…."),
            )
        ],
        help_text=_("Whom to tell of a hole in this site. Stands in /.well-known/security.txt; empty: nothing does."),
    )
    security_policy = models.CharField(
        _("policy for security"),
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("The page with your rules for those who look for holes."),
    )
    icon = models.CharField(max_length=60, blank=True, editable=False)  # a name for newsroom.lib.icons
    drawn_link_picture = models.CharField(max_length=60, blank=True, editable=False)  # its name in storage

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("paper")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_paper")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        if images.is_new(self.logo):
            logo = images.opened(self.logo)
            self.icon = icons.store(icons.of_logo(logo))
            self.logo.save("logo.webp", images.smaller(logo, width=min(LOGO_WIDTH, logo.width)), save=False)
        elif not self.logo:
            self.icon = icons.store(icons.of_name(self.name))
        self._make_link_picture()
        super().save(*args, **kwargs)

    @property
    def icons(self) -> dict[str, str]:
        """The address of each size of the icon, by its side in pixels. None before the paper is first saved."""
        return {str(side): icons.address(self.icon, side) for side in icons.SIDES} if self.icon else {}

    @property
    def link_preview(self) -> str:
        """The address of the picture beside links, 1200 by 630 pixels. Empty before the paper is first saved."""
        if self.link_picture:
            return self.link_picture.url
        return default_storage.url(self.drawn_link_picture) if self.drawn_link_picture else ""

    @staticmethod
    def current() -> "Paper":
        """The row, or the defaults; with its links."""
        paper = Paper.objects.first() or Paper(pk=1)
        models.prefetch_related_objects([paper], "links")
        return paper

    def _make_link_picture(self) -> None:
        """Here, so that no page ever has to."""
        if images.is_new(self.link_picture):
            cut = link_picture.of_picture(images.opened(self.link_picture))
            self.link_picture.save("link.jpg", ContentFile(cut), save=False)
        self.drawn_link_picture = link_picture.store(self._drawn())

    def _drawn(self) -> Image.Image:
        if self.logo:
            try:
                with default_storage.open(self.logo.name or "") as file:
                    return link_picture.of_logo(images.opened(file), self.tagline)
            except OSError as error:  # the file is gone, or damaged
                logger.warning("The paper's name stands in for its logo: %r", error)
        return link_picture.of_name(self.name, self.tagline)


class Link(models.Model):
    """A line of the menu or of the footer. The sections are in the menu by themselves."""

    class Place(models.TextChoices):
        MENU = "menu", _("Menu, after the sections")
        FOOTER = "footer", _("Footer")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="links")
    place = models.CharField(_("place"), max_length=10, choices=Place.choices, default=Place.FOOTER)
    label = models.CharField(_("label"), max_length=60)
    address = models.CharField(_("address"), max_length=300, help_text=_("/about/ or https://example.org/"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address__regex=r"^(/([^/]|$)|https?://)"), name="link_address_is_one"
            )
        ]

    def __str__(self) -> str:
        return self.label
