import pytest

from comments.standin import StandIn


@pytest.fixture
def standin(settings):
    """A running stand-in for Akismet, fresh for each test, with the settings pointed at it."""
    with StandIn() as running:
        settings.AKISMET_URL = running.url
        settings.AKISMET_API_KEY = "test-key"
        settings.AKISMET_TIMEOUT = 10  # seconds; only a broken test waits so long
        yield running
