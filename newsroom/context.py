"""What every page's frame needs: the paper, its sections, its advertisements. Read only when a template asks for it."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from categories.models import Category
from newsroom.lib.caching import at_hand
from newsroom.models import Campaign, Paper


class Around(NamedTuple):
    """What stands around the words of every public page. Kept for all pages of an edition."""

    paper: Paper
    sections: list[Category]
    advertisements: dict[str, Campaign]  # by the name of their slot


def paper(request: HttpRequest) -> dict[str, Any]:
    around: Any = SimpleLazyObject(lambda: at_hand(request, "around", _read_around))
    return {
        "site_url": settings.SITE_URL,
        "paper": SimpleLazyObject(lambda: around.paper),
        "sections": SimpleLazyObject(lambda: around.sections),
        "advertisements": SimpleLazyObject(lambda: around.advertisements),
    }


def own_names() -> list[str]:
    """What the paper is called (settings.OWN_NAMES)."""
    return [Paper.current().name]


def _read_around() -> Around:
    return Around(Paper.current(), list(Category.objects.at_top()), Campaign.objects.on_show())
