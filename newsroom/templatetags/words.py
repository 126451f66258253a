from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.lib import typesetting
from newsroom.lib.moments import Form, in_words

register = template.Library()

register.simple_tag(typesetting.typeset)


@register.simple_tag
def time(moment: datetime | None, form: Form = "DATETIME_FORMAT", zone: bool = False) -> SafeString:
    """The one way in which pages say when: a time element, by locale. Without a moment, nothing."""
    if moment is None:
        return SafeString()
    local = timezone.localtime(moment).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', local, in_words(moment, form, with_zone=zone))
