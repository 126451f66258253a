"""What staff should know about the service and the queue, each with what to do: for the admin, /readyz and the log.

Kept in the shared cache for a day; the next answer of the service renews or ends it.
"""

import logging
from datetime import timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Feedback, Letter, ReaderComment, State
from comments.service import Answer, Kind, ServiceError
from newsroom.lib.caching import quietly

logger = logging.getLogger(__name__)

QUEUE_PATIENCE = timedelta(minutes=15)  # that the oldest check may wait
MAIL_PATIENCE = timedelta(hours=1)
_KEY = "akismet-alert"
_DAY = 24 * 3600  # seconds
_ACCOUNT = {Kind.INVALID_KEY, Kind.REFUSED, Kind.THROTTLED}


class Alert(NamedTuple):
    text: str
    advice: str


def note_answer(answer: Answer) -> None:
    """The service answered; it may have had something to say about the account."""
    quietly(_change, _("Akismet says: %s") % answer.alert if answer.alert else "")


def note_failure(error: ServiceError) -> None:
    """A failure that waiting does not mend is told to staff."""
    if error.kind in _ACCOUNT:
        quietly(_change, str(error))


def current() -> list[Alert]:
    found = []
    if said := quietly(cache.get, _KEY):
        found.append(Alert(said, _("Look at your account at akismet.com, then run manage.py akismet_check.")))
    return found + _queue() + _letters()


def _queue() -> list[Alert]:
    late = timezone.now() - QUEUE_PATIENCE
    # Each failed try puts a check off: in an outage it is never overdue, but waits all the same.
    is_late = Q(due_at__lte=late) | Q(state=State.UNCHECKED, submit_date__lte=late)
    waiting = ReaderComment.objects.filter(is_late, due_at__isnull=False).count()
    waiting += Feedback.objects.waiting().filter(created_at__lte=late).count()
    if not waiting:
        return []
    text = ngettext(
        "%d check has been waiting for more than a quarter of an hour.",
        "%d checks have been waiting for more than a quarter of an hour.",
        waiting,
    )
    return [Alert(text % waiting, _("Is manage.py worker running? Does manage.py akismet_check find a fault?"))]


def _letters() -> list[Alert]:
    late = timezone.now() - MAIL_PATIENCE
    if not Letter.objects.waiting().exclude(failure="").filter(created_at__lte=late).exists():
        return []
    advice = _("Does the mail server of EMAIL_URL answer? Each letter is kept and tried again.")
    return [Alert(_("Letters about comments could not be sent for more than an hour."), advice)]


def _change(said: str) -> None:
    known = cache.get(_KEY, "")
    if said and said != known:
        logger.error("%s (Look at the account, then run manage.py akismet_check.)", said)
    if said:
        cache.set(_KEY, said, _DAY)
    elif known:
        cache.delete(_KEY)
