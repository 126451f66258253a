from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from newsroom.lib.addresses import absolute
from newsroom.lib.json_ld import Node, node, publisher, write

register = template.Library()


@register.simple_tag(takes_context=True)
def json_ld(context: dict[str, Any], nodes: Iterable[Node]) -> SafeString:
    """What the page is about, and the paper that publishes it. A block of data: browsers run nothing of it."""
    graph = mark_safe(write([*nodes, organization(context["paper"])]))  # noqa: S308  # write() escapes it
    return format_html('<script type="application/ld+json">{}</script>', graph)


@register.simple_tag(takes_context=True)
def json_ld_of_site(context: dict[str, Any]) -> SafeString:
    """For the front page: the name under which search results show the site."""
    site = node("WebSite", name=context["paper"].name, url=f"{settings.SITE_URL}/", publisher=publisher())
    return json_ld(context, [site])


def organization(paper: Any) -> Node:
    logo = paper.logo.url if paper.logo else paper.icons.get("512", "")
    return publisher() | node(
        "NewsMediaOrganization",
        name=paper.name,
        url=f"{settings.SITE_URL}/",
        description=paper.tagline,
        logo=absolute(logo) if logo else "",
    )
