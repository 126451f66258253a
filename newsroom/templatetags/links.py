from typing import Any

from django import template
from django.urls import reverse

from newsroom.lib import feeds
from newsroom.lib.addresses import absolute as whole

register = template.Library()


@register.filter
def absolute(path: str) -> str:
    return whole(path)


@register.inclusion_tag("newsroom/_feed_links.html")
def feed_links(title: str, name: str, **of: str) -> dict[str, Any]:
    """For the head: the feed at the URL of that name, in each of its formats."""
    found = [
        {"type": writer.content_type.partition(";")[0], "address": reverse(name, kwargs=of | {"kind": kind})}
        for kind, writer in feeds.KINDS.items()
    ]
    return {"title": title, "feeds": found}
