"""Things of schema.org as plain dicts, and how they are written into a page."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings

Node = dict[str, Any]

# As Django's json_script does it, and what old scripts took for the end of a line.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def node(*kinds: str, **properties: Any) -> Node:
    """A thing of that type, or of several. What is not known is left out."""
    return {"@type": kinds[0] if len(kinds) == 1 else list(kinds)} | {
        name: value for name, value in properties.items() if value
    }


def publisher() -> Node:
    """Points to the paper itself, which every graph describes once."""
    return {"@id": f"{settings.SITE_URL}/#paper"}


def trail(places: Iterable[tuple[str, str]]) -> Node:
    """A breadcrumb of names and addresses, outermost first. The page itself has no address."""
    steps = [
        node("ListItem", position=number, name=name, item=address) for number, (name, address) in enumerate(places, 1)
    ]
    return node("BreadcrumbList", itemListElement=steps)


def write(nodes: Iterable[Node]) -> str:
    """For a script element: nothing in it ends the element, whatever the words are."""
    graph = {"@context": "https://schema.org", "@graph": list(nodes)}
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
