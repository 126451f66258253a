from typing import Any

from django import template
from django.utils.translation import gettext as _

from newsroom.lib import sharing

register = template.Library()

register.simple_tag(sharing.share_links)


@register.simple_tag
def report_address(paper: Any, address: str, headline: str) -> str:
    """Where readers report an error in the story at that address: by mail, or at /contact/; empty: nowhere."""
    if paper.corrections_email:
        return sharing.mail_link(paper.corrections_email, _("Error in “%s”") % headline, f"{address}\r\n\r\n")
    return next((link.address for link in paper.links.all() if link.address.endswith("/contact/")), "")
