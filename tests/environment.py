"""The environment of the tests, set before Django reads it (pytest -p tests.environment)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_state = tempfile.mkdtemp(prefix="newsroom-tests-")
atexit.register(shutil.rmtree, _state, ignore_errors=True)

(Path(_state) / "static").mkdir()  # WhiteNoise wants it, though these tests collect nothing

os.environ.update(
    NEWSROOM_VAR=_state,
    SECRET_KEY="only-for-tests-" + "x" * 50,
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1,.test",
    SITE_URL="http://testserver",
    AKISMET_API_KEY="",
    CACHE_URL="locmem://tests",
    EMAIL_URL="memory:",
    SERVE_MEDIA="true",
)
os.environ.pop("DEBUG", None)
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    os.environ.pop("DATABASE_URL", None)


def pytest_configure(config):
    """Addresses of static files without hashes: nothing is collected. The browser tests' own site collects."""
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
