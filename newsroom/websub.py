"""Tells the hub of what was published (settings.WEBSUB_HUB), so that its subscribers need not keep asking."""

import logging
from datetime import timedelta

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, FollowUp
from comments.screening import pause
from newsroom.feeds import addresses_with
from newsroom.lib.calls import certificates

logger = logging.getLogger(__name__)

_TIMEOUT = 5.0  # seconds, for each of a call's parts
_LEASE = timedelta(minutes=1)  # from each answer on


def tell(due: list[FollowUp]) -> list[str]:
    """Name to the hub every feed that shows one of these publications. Returns of each what went wrong.

    Each feed once: what the hub took is noted before the next.
    """
    if not settings.WEBSUB_HUB:
        return [""] * len(due)
    try:
        refused = _name_all(due)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # All that are due wait with these: a hub that is down is asked once after each pause.
        others = FollowUp.objects.filter(what=FollowUp.What.HUB, due_at__lte=timezone.now())
        others.update(due_at=timezone.now() + pause(due[0].attempts, None))
        return [_("The hub does not answer (%s).") % type(error).__name__] * len(due)
    return [refused.get(one.pk, "") for one in due]


def _name_all(due: list[FollowUp]) -> dict[int, str]:
    """By key, what did not succeed. Raises what httpx raises when the hub does not answer."""
    refused: dict[int, str] = {}
    with httpx.Client(timeout=_TIMEOUT, trust_env=False, verify=certificates()) as client:
        for topic, to_tell in _topics(due).items():
            answer = client.post(settings.WEBSUB_HUB, data={"hub.mode": "publish", "hub.url": topic})
            if not answer.is_success:
                said = _("The hub answered %(code)s to %(feed)s.")
                refused |= dict.fromkeys(
                    [one.pk for one in to_tell], said % {"code": answer.status_code, "feed": topic}
                )
            elif not FollowUp.objects.note_told(topic, to_tell, due, _LEASE):
                return dict.fromkeys([one.pk for one in due], _("It took too long: another worker has begun with it."))
    return refused


def _topics(due: list[FollowUp]) -> dict[str, list[FollowUp]]:
    """Every feed that the hub has yet to hear of, with those that are to tell of it."""
    topics: dict[str, list[FollowUp]] = {}
    for one in due:
        article = Article.objects.published().of_story(one.article_id).first()
        for topic in addresses_with(article) if article else ():
            if topic not in one.told:
                topics.setdefault(topic, []).append(one)
    return topics
