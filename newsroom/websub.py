"""Tells the hub of what was published (settings.WEBSUB_HUB), so that its subscribers need not keep asking."""

import logging
from datetime import timedelta

import httpx
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from articles.models import Article, Ping
from comments.screening import pause
from newsroom.feeds import addresses_with

logger = logging.getLogger(__name__)

_TIMEOUT = 5.0  # seconds, for each of a call's parts
_LEASE = timedelta(minutes=5)
_MOST_ATTEMPTS = 100  # with the longest pauses that is a day; whoever subscribes has asked by himself since


def send_due() -> bool:
    """Name to the hub every feed that shows the publication due next. False: there was none.

    Each feed once: what the hub took is noted before the next. Several workers may run at once.
    """
    ping = Ping.objects.claim_next(_LEASE) if settings.WEBSUB_HUB else None
    if ping is None:
        return False
    article = Article.objects.published().filter(pk=ping.article_id).first()
    try:
        is_done = article is None or _tell(ping, addresses_with(article))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.warning("The hub does not answer (%s).", type(error).__name__)
        # All that are due wait with it: a hub that is down is asked once after each pause.
        _put_off(ping, also=Q(due_at__lte=timezone.now()))
    else:
        if is_done:
            ping.delete()
        else:
            _put_off(ping)
    return True


def _tell(ping: Ping, topics: list[str]) -> bool:
    """Whether the hub has heard of all of them now. Raises what httpx raises when it does not answer."""
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
        for topic in topics:
            if topic not in ping.told:
                _name(topic, ping, client)
    return set(topics) <= set(ping.told)


def _name(topic: str, ping: Ping, client: httpx.Client) -> None:
    answer = client.post(settings.WEBSUB_HUB, data={"hub.mode": "publish", "hub.url": topic})
    if answer.is_success:
        ping.told.append(topic)
        ping.save(update_fields=["told"])
    else:
        logger.warning("The hub answered %d to %s.", answer.status_code, topic)


def _put_off(ping: Ping, also: Q | None = None) -> None:
    due_at = timezone.now() + pause(ping.attempts, None)
    Ping.objects.filter(Q(pk=ping.pk) | also if also else Q(pk=ping.pk)).update(due_at=due_at)
    if ping.attempts >= _MOST_ATTEMPTS:
        logger.warning("The hub was not told of article %d: it failed %d times.", ping.article_id, ping.attempts)
        ping.delete()
