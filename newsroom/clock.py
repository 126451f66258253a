from datetime import datetime

from articles.models import Pin
from articles.models import next_change as next_change_of_articles
from newsroom.models import Campaign


def next_change() -> datetime | None:
    """When the clock next changes what readers see (settings.NEXT_CHANGE)."""
    moments = (next_change_of_articles(), Pin.objects.next_change(), Campaign.objects.next_change())
    return min(filter(None, moments), default=None)
