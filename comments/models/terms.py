from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BlockedTerm(models.Model):
    """A word, a link or an address that holds a comment for a moderator, ham or not."""

    term = models.CharField(
        _("word or address"),
        max_length=200,
        unique=True,
        help_text=_("Looked for in the text, the name, the e-mail address, the website and the network address."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["term"]
        verbose_name = _("blocked word or address")
        verbose_name_plural = _("blocked words and addresses")
        constraints = [models.CheckConstraint(condition=~Q(term=""), name="blocked_term_not_empty")]

    def __str__(self) -> str:
        return self.term

    @classmethod
    def first_in(cls, text: str) -> str:
        """A blocked term that occurs in the text, whatever its capitals, or nothing. There are few."""
        lowered = text.casefold()
        terms = cls._default_manager.values_list("term", flat=True)
        return next((term for term in terms if term.casefold() in lowered), "")


class ReservedName(models.Model):
    """What only the paper calls itself, such as “Editor” or “Moderator”, in the languages of its readers.

    The names of its authors and its own are reserved without being listed here.
    """

    name = models.CharField(
        _("name"),
        max_length=60,
        unique=True,
        help_text=_("Refused to readers, alone and beside an author’s name, whatever letters it is written in."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("reserved name")
        verbose_name_plural = _("reserved names")
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="reserved_name_not_empty")]

    def __str__(self) -> str:
        return self.name
