from datetime import UTC, datetime

import pytest


@pytest.fixture
def clock(time_machine):
    """The time, standing still until a test shifts it."""
    time_machine.move_to(datetime.now(UTC), tick=False)
    return time_machine
