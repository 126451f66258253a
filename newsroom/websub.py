"""Tells the hub of what was published (settings.WEBSUB_HUB), so that its subscribers need not keep asking."""

import logging
from datetime import timedelta

import httpx
from django.conf import settings
from django.utils import timezone

from articles.models import Article, FollowUp
from comments.screening import pause
from newsroom.feeds import addresses_with

logger = logging.getLogger(__name__)

_TIMEOUT = 5.0  # seconds, for each of a call's parts
_LEASE = timedelta(minutes=1)  # from each answer on


def tell(follow_up: FollowUp) -> str:
    """Name to the hub every feed that shows the publication. Returns what went wrong.

    Each feed once: what the hub took is noted before the next.
    """
    article = Article.objects.published().of_story(follow_up.article_id).first()
    if article is None or not settings.WEBSUB_HUB:
        return ""
    try:
        return _name_all(addresses_with(article), follow_up)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # All that are due wait with it: a hub that is down is asked once after each pause.
        due = FollowUp.objects.filter(what=FollowUp.What.HUB, due_at__lte=timezone.now())
        due.update(due_at=timezone.now() + pause(follow_up.attempts, None))
        return f"The hub does not answer ({type(error).__name__})."


def _name_all(topics: list[str], follow_up: FollowUp) -> str:
    """Raises what httpx raises when the hub does not answer."""
    refused = ""
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
        for topic in topics:
            if topic in follow_up.told:
                continue
            answer = client.post(settings.WEBSUB_HUB, data={"hub.mode": "publish", "hub.url": topic})
            if not answer.is_success:
                refused = f"The hub answered {answer.status_code} to {topic}."
            elif not follow_up.note_told(topic, _LEASE):
                break  # the lease was over, and another worker has it
    return refused
