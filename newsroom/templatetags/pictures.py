from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("newsroom/_picture.html")
def picture(photo: Any, sizes: str = "100vw", lazy: bool = True) -> dict[str, Any]:
    """A photo's copies as one img with srcset. sizes is the attribute of that name; the lead picture is not lazy."""
    srcset = ", ".join(f"{address} {width}w" for width, address in photo.copies)
    return {"photo": photo, "srcset": srcset, "sizes": sizes, "lazy": lazy}
