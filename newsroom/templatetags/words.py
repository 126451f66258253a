from django import template

from newsroom.lib.markup import plain_text

register = template.Library()

_WORDS_A_MINUTE = 230  # of somebody who reads the news for pleasure


@register.filter
def reading_minutes(body: str) -> int:
    """How long the body takes to read, in whole minutes, at least one."""
    return max(1, round(len(plain_text(body).split()) / _WORDS_A_MINUTE))
