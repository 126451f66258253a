from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("newsroom/_advertisement.html", takes_context=True)
def ad_slot(context: template.Context, name: str) -> dict[str, Any]:
    """The advertisement that stands in the slot of that name now, in its reserved place; without one, nothing."""
    campaign = (context.get("advertisements") or {}).get(name)
    if campaign is None:
        return {}
    width = campaign.size.width
    return {
        "name": name,
        "campaign": campaign,
        "src": campaign.copies[-1][1],
        "srcset": ", ".join(f"{address} {width}w" for width, address in campaign.copies),
        "sizes": f"(min-width: {width}px) {width}px, 100vw",
    }
