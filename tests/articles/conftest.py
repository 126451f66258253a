from datetime import UTC, datetime

import pytest


@pytest.fixture
def clock(time_machine):
    """The time, standing still until a test shifts it."""
    time_machine.move_to(datetime.now(UTC), tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def revision_heads(settings, tmp_path):
    """The last signatures are noted for each test alone: another one's rows are not there any more."""
    settings.REVISION_HEADS = tmp_path / "revision-heads.txt"
