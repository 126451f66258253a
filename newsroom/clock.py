from articles.models import Pin
from articles.models import next_changes as next_changes_of_stories
from newsroom.lib.caching import Changes
from newsroom.models import Campaign

_MOST = 60  # moments, enough for a busy minute; each page that is kept reads them


def next_changes() -> Changes:
    """What the clock will change of what readers see (settings.NEXT_CHANGES)."""
    moments = next_changes_of_stories(_MOST)
    last_known = moments[-1] if len(moments) == _MOST else None
    ends = filter(None, (last_known, Pin.objects.next_change(), Campaign.objects.next_change()))
    return Changes(moments, min(ends, default=None))
