from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from comments.models.comment import DEEPEST


@checks.register
def akismet_key_is_set(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    if settings.AKISMET_API_KEY:
        return []
    return [
        checks.Warning(
            _("AKISMET_API_KEY is not set: every comment is held until a moderator has read it."),
            hint=_("Set AKISMET_API_KEY, then run manage.py akismet_check."),
            id="comments.W001",
        )
    ]


@checks.register
def threads_fit(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    if not 0 <= settings.COMMENT_DEPTH <= DEEPEST:
        found.append(checks.Error(_("COMMENT_DEPTH must be from 0 to %d.") % DEEPEST, id="comments.E001"))
    if settings.COMMENTS_PER_PAGE < 1:
        found.append(checks.Error(_("COMMENTS_PER_PAGE must be at least 1."), id="comments.E002"))
    return found
