"""The worker's part in pictures: each photo that is due gets the copies it lacks.

A photo is due when it was saved; one conditional UPDATE claims it. A worker that is killed loses nothing: its lease
ends, the next one finds the files that are whole already and makes the others. What fails is tried again after a
pause, and the desk says what is wrong.
"""

import errno
import logging
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import UnidentifiedImageError

from articles.models import Photo
from newsroom.lib import renditions
from newsroom.lib.caching import renew_edition

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # far longer than one photo takes: two to five seconds
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)


def make_due() -> int:
    """Make the copies of one photo. Returns 0 if none is due; several workers may run at once."""
    photo = Photo.objects.claim_next(LEASE)
    if photo is None:
        return 0
    if make(photo) and not Photo.objects.due().exists():
        renew_edition()  # once for all that came in together: the pages that are kept show the new copies
    return 1


def make(photo: Photo) -> bool:
    """Make what a claimed photo lacks, and record what it has then. True: it has more to show. Never raises for a
    file."""
    before = photo.copies
    try:
        renditions.make_missing(photo.file.name or "", photo.plan())
    except Exception as error:  # of the disk, or of what Pillow stumbles over: neither must stop the worker
        logger.warning("Photo %s lacks copies and is tried again later: %r", photo.pk, error)
        photo.record(failure=_in_words(error), retry_at=timezone.now() + pause(photo.attempts))
    else:
        photo.record()
    return bool(photo.copies != before)


def pause(attempts: int) -> timedelta:
    """Until the next try: from half a minute to six hours."""
    return min(_FIRST_PAUSE * 2.0 ** min(attempts - 1, 10), _LONGEST_PAUSE)


def _in_words(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return _("The file is missing from the media folder. Upload the picture again.")
        case UnidentifiedImageError():
            return _("The file in the media folder is damaged. Upload the picture again.")
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return _("The disk is full.")
        case OSError(errno=errno.EACCES | errno.EPERM | errno.EROFS):
            return _("The media folder cannot be written to.")
    return _("The file in the media folder cannot be used (%s). Upload the picture again.") % error
