"""Parts that a machine may lack: a browser, Java. Not to be confused with what a test is about."""

import os

import pytest


def must_have_all() -> bool:
    """CI says so: then nothing may be skipped for want of a part."""
    return os.environ.get("NEWSROOM_REQUIRE_ALL") == "1"


def require(part: object, reason: str) -> None:
    """Skips the test when the part is not there; fails it where nothing may be missing."""
    if part:
        return
    if must_have_all():
        pytest.fail(f"NEWSROOM_REQUIRE_ALL=1, and {reason}", pytrace=False)
    pytest.skip(reason)
