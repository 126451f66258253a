"""Links by which readers pass a story on, or write about it. Addresses only: nothing of theirs is loaded."""

from urllib.parse import quote

from django.utils.translation import gettext as _

# Which services, in which order. {address} and {words} come encoded.
_SERVICES = {
    "WhatsApp": "https://wa.me/?text={words}%20{address}",
    "Bluesky": "https://bsky.app/intent/compose?text={words}%20{address}",
    "Facebook": "https://www.facebook.com/sharer/sharer.php?u={address}",
    "LinkedIn": "https://www.linkedin.com/sharing/share-offsite/?url={address}",
    "X": "https://x.com/intent/post?text={words}&url={address}",
}


def share_links(address: str, headline: str) -> list[tuple[str, str]]:
    """Name and address of each way to pass on a page."""
    parts = {"address": quote(address, safe=""), "words": quote(headline, safe="")}
    ways = [(name, pattern.format(**parts)) for name, pattern in _SERVICES.items()]
    return [(_("E-mail"), mail_link("", headline, address)), *ways]


def mail_link(to: str, subject: str, text: str) -> str:
    """A letter to be written, by RFC 6068."""
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject, safe='')}&body={quote(text, safe='')}"
