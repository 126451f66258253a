"""What every page's frame needs: the paper and its sections. Read only when a template asks for it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from categories.models import Category
from newsroom.models import Paper


def paper(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_url": settings.SITE_URL,
        "paper": SimpleLazyObject(Paper.current),
        "sections": SimpleLazyObject(lambda: list(Category.objects.at_top())),
    }
