from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.lib.markup import plain_text
from newsroom.lib.moments import Form, in_words

register = template.Library()

_WORDS_A_MINUTE = 230  # of somebody who reads the news for pleasure


@register.filter
def reading_minutes(body: str) -> int:
    """How long the body takes to read, in whole minutes, at least one."""
    return max(1, round(len(plain_text(body).split()) / _WORDS_A_MINUTE))


@register.simple_tag
def time(moment: datetime | None, form: Form = "DATETIME_FORMAT", zone: bool = False) -> SafeString:
    """The one way in which pages say when: a time element, by locale. Without a moment, nothing."""
    if moment is None:
        return SafeString()
    local = timezone.localtime(moment).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', local, in_words(moment, form, with_zone=zone))
