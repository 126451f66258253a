"""What follows a publication, a change or a withdrawal, done by the worker: each once, by whichever worker claims it.

No page waits for any of it. What fails is tried again after a pause, holds up nothing else, and is told to the desk.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import FollowUp
from comments.alerts import Alert
from comments.screening import pause
from newsroom import websub

logger = logging.getLogger(__name__)

_LEASE = timedelta(minutes=1)
_MOST_ATTEMPTS = 100  # with the longest pauses that is a day


def _settle(follow_up: FollowUp) -> str:
    follow_up.article.settle()
    return ""


# Each says what went wrong: nothing, if it is done.
_DO: dict[str, Callable[[FollowUp], str]] = {FollowUp.What.SETTLE: _settle, FollowUp.What.HUB: websub.tell}


def do_due() -> bool:
    """The one that has been due for longest. False: there was none. Several workers may run at once."""
    follow_up = FollowUp.objects.claim_next(_LEASE)
    if follow_up is None:
        return False
    try:
        failure = _DO[follow_up.what](follow_up)
    except Exception as error:  # whatever it is: the others are not to wait for it
        logger.exception("A follow-up failed: %s.", follow_up)
        failure = f"{type(error).__name__}: {error}"
    if failure:
        is_over = follow_up.attempts >= _MOST_ATTEMPTS
        logger.warning("%s %s: %s", follow_up, "is given up" if is_over else "will be tried again", failure)
        follow_up.put_off(None if is_over else pause(follow_up.attempts, None), failure)
    else:
        follow_up.delete()
    return True


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
