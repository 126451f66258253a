from django import template

from comments import alerts

register = template.Library()


@register.simple_tag
def comment_alerts() -> list[alerts.Alert]:
    """What staff should know about the comments' service and queue; nothing, most of the time."""
    return alerts.current()
