"""What the whole house promises, whatever is built into it."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import run_checks
from django.urls import get_resolver

from newsroom.lib.addresses import SlugConverter


def views(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_none_of_the_comment_packages_addresses_are_mounted():
    modules = {view.__module__ for view in views(get_resolver().url_patterns)}

    assert sorted(name for name in modules if name.startswith(("django_comments", "rest_framework"))) == []


def converters(patterns: list[Any]) -> Iterator[Any]:
    for pattern in patterns:
        yield from pattern.pattern.converters.items()
        yield from converters(getattr(pattern, "url_patterns", []))


def test_what_has_a_slug_may_have_one_in_the_letters_of_every_language():
    ours = [pattern for pattern in get_resolver().url_patterns if getattr(pattern, "app_name", "") != "admin"]

    found = {type(one) for name, one in converters(ours) if name in {"slug", "category"}}
    assert found == {SlugConverter}


def test_a_missing_key_is_said_by_the_system_check(settings):
    settings.AKISMET_API_KEY = ""
    without = [message.id for message in run_checks()]
    settings.AKISMET_API_KEY = "a key"

    assert without == ["comments.W001"]
    assert run_checks() == []
