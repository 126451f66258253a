from typing import Any

from django import template

from newsroom.lib import renditions

register = template.Library()


@register.inclusion_tag("newsroom/_picture.html")
def picture(photo: Any, sizes: str = "100vw", lazy: bool = True) -> dict[str, Any]:
    """A photo in all its copies, or nothing if it has none. sizes is the attribute of that name; the lead picture is
    not lazy."""
    return renditions.in_a_page(photo, sizes=sizes, lazy=lazy)
