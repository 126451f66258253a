from typing import Any

from django.conf import settings
from django.contrib.flatpages.models import FlatPage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from newsroom.lib.addresses import claim, tidy_path
from newsroom.lib.markup import sanitise


class Page(FlatPage):
    """A page that is no article: about us, contact, privacy. Shown by newsroom.forwarding."""

    description = models.CharField(
        _("description for search engines"), max_length=300, blank=True, help_text=_("Empty: the paper’s tagline.")
    )

    class Meta:
        verbose_name = _("static page")
        verbose_name_plural = _("static pages")

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.url, self.content = tidy_path(self.url), sanitise(self.content)
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.sites.add(settings.SITE_ID)
            claim(self.addresses, url=self.url)


class PageAddress(models.Model):
    """An address that a static page has or had. Without an owner: the page was deleted."""

    url = models.CharField(max_length=100, unique=True)
    owner = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="addresses")

    def __str__(self) -> str:
        return self.url
