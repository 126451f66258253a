from typing import Any

from django import template
from django.utils.translation import gettext as _

from comments import alerts
from comments.models import DiscussionRules, Mode

register = template.Library()


@register.simple_tag
def comment_alerts() -> list[alerts.Alert]:
    """What staff should know about the comments' service and queue; nothing, most of the time."""
    return [*alerts.current(), *_brake()]


@register.inclusion_tag("admin/comments/_site_switch.html", takes_context=True)
def site_switch(context: Any) -> dict[str, Any]:
    """How all discussions stand, and the way to the switch, for those who may use it."""
    return {"mode": _site_mode(), "may_change": context["perms"]["comments"]["change_discussionrules"]}


def _brake() -> list[alerts.Alert]:
    mode = _site_mode()
    if mode == Mode.OPEN:
        return []
    return [alerts.Alert(_("Comments on the whole site: %s.") % mode.label.lower(), mode.effect)]


def _site_mode() -> Mode:
    return Mode(DiscussionRules.objects.of_site().values_list("mode", flat=True).first() or Mode.OPEN)
