"""What follows a publication, a change or a withdrawal, done by the worker: each once, by whichever worker claims it.

No page waits for any of it. What fails is tried again after a pause, holds up nothing else, and is told to the desk.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import workflow
from articles.models import Article, FollowUp
from comments.alerts import Alert
from comments.screening import pause
from newsroom import websub
from newsroom.lib.caching import renewed_once

logger = logging.getLogger(__name__)

_AT_ONCE = 20  # a paper may have many in one minute
_LEASE = timedelta(minutes=1)
_MOST_ATTEMPTS = 100  # with the longest pauses that is a day


def _settle(follow_ups: list[FollowUp]) -> list[str]:
    for follow_up in follow_ups:
        follow_up.article.settle()
    return [""] * len(follow_ups)


def _tell_desk(act: Callable[[Article, datetime], None], follow_ups: list[FollowUp]) -> list[str]:
    for one in follow_ups:
        with transaction.atomic():  # with the end of its row, so that whoever is killed in between tells it once
            if FollowUp.objects.held([one]).delete()[0]:
                act(one.article, one.moment)
    return [""] * len(follow_ups)


# Each says of every one what went wrong: nothing, if it is done.
_DO: dict[str, Callable[[list[FollowUp]], list[str]]] = {
    FollowUp.What.SETTLE: _settle,
    FollowUp.What.HUB: websub.tell,
    FollowUp.What.OUT: partial(_tell_desk, workflow.went_out),
    FollowUp.What.OVER: partial(_tell_desk, workflow.ran_out),
}


def do_due() -> bool:
    """Some of those that have been due for longest. False: there were none. Several workers may run at once."""
    claimed = FollowUp.objects.claim_due(_LEASE, _AT_ONCE)
    pings = [follow_up for follow_up in claimed if follow_up.what == FollowUp.What.HUB]
    # Readers cannot tell, but who is reading in that very moment: what they got of two states is not to be kept.
    with renewed_once():
        for one in claimed:
            if one not in pings:
                carry_out([one])
    # Together: of a feed that shows several new stories the hub is told once.
    if pings:
        carry_out(pings)
    return bool(claimed)


def carry_out(follow_ups: list[FollowUp]) -> None:
    """What was claimed, all of one kind."""
    for follow_up, failure in zip(follow_ups, _failures(follow_ups), strict=True):
        _end(follow_up, failure)


def _failures(follow_ups: list[FollowUp]) -> list[str]:
    try:
        return _DO[follow_ups[0].what](follow_ups)
    except Exception as error:  # whatever it is: the others are not to wait for it
        logger.exception("A follow-up failed: %s.", follow_ups[0])
        return [f"{type(error).__name__}: {error}"] * len(follow_ups)


def _end(follow_up: FollowUp, failure: str) -> None:
    if not failure:
        FollowUp.objects.held([follow_up]).delete()  # another worker's by now is that one's to end
        return
    is_over = follow_up.attempts >= _MOST_ATTEMPTS
    logger.warning("%s %s: %s", follow_up, "is given up" if is_over else "will be tried again", failure)
    follow_up.put_off(None if is_over else pause(follow_up.attempts, None), failure)


def alerts() -> list[Alert]:
    """For staff: what should have been done by now."""
    late = FollowUp.objects.late().count()
    if not late:
        return []
    text = ngettext(
        "%d thing that follows a publication is late or has failed.",
        "%d things that follow publications are late or have failed.",
        late,
    )
    return [Alert(text % late, _("Is manage.py worker running? The list of articles says what it is."))]
