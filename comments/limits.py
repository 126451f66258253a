"""How many comments may come from one network, and into one discussion, within a while."""

import math
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import ngettext

from articles.models import Article
from newsroom.lib.addresses import network_of
from newsroom.lib.limiter import Limit, take


class Full(NamedTuple):
    """No room for another comment now. It is not stored: the form comes back with it."""

    seconds: int  # until there is
    is_crowded: bool  # the discussion; otherwise the reader's network

    @property
    def told(self) -> str:
        minutes = math.ceil(self.seconds / 60)
        if self.is_crowded:
            text = ngettext(
                "Very many comments are arriving here at the moment. Your text is kept: send it again in a minute.",
                "Very many comments are arriving here at the moment. Your text is kept: send it again in %d minutes.",
                minutes,
            )
        else:
            text = ngettext(
                "Many comments have come from your network in a short time. Your text is kept: send it again in a"
                " minute.",
                "Many comments have come from your network in a short time. Your text is kept: send it again in %d"
                " minutes.",
                minutes,
            )
        return text % minutes if "%d" in text else text


def take_room(address: str, article: Article) -> Full | None:
    """Room for one more comment from that address, which may be unknown. None: it is taken."""
    window = settings.COMMENTS_WINDOW
    network = network_of(address)
    # The network first: whoever is over its limit takes no room from the others in the discussion.
    if network and (seconds := take(f"network {network}", Limit(settings.COMMENTS_PER_NETWORK, window))):
        return Full(seconds, is_crowded=False)
    if seconds := take(f"discussion {article.pk}", Limit(settings.COMMENTS_PER_DISCUSSION, window)):
        return Full(seconds, is_crowded=True)
    return None
