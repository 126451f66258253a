from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _


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
