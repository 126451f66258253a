"""The environment of the tests, set before Django reads it (pytest -p tests.environment)."""

import atexit
import os
import shutil
import tempfile

_state = tempfile.mkdtemp(prefix="newsroom-tests-")
atexit.register(shutil.rmtree, _state, ignore_errors=True)

os.environ.update(
    NEWSROOM_VAR=_state,
    SECRET_KEY="only-for-tests-" + "x" * 50,
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1,.test",
    SITE_URL="http://testserver",
    AKISMET_API_KEY="",
    CACHE_URL="locmem://tests",
    EMAIL_URL="memory:",
    SERVE_MEDIA="true",
    # Every test writes from the same address; those of the limits set their own.
    COMMENTS_PER_NETWORK="0",
    COMMENTS_PER_DISCUSSION="0",
)
for _name in (  # what a developer's shell may hold
    *("DEBUG", "MEDIA_ROOT", "STATIC_ROOT", "TRUSTED_PROXIES", "SECRET_KEY_FALLBACKS"),
    *("AKISMET_URL", "AKISMET_TIMEOUT", "TIME_ZONE", "LANGUAGE_CODE", "UNICODE_SLUGS"),
):
    os.environ.pop(_name, None)
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
else:
    os.environ.pop("DATABASE_URL", None)
