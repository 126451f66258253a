"""The settings file, read by a process of its own for each environment."""

import json
import os
import subprocess
import sys

import pytest

COMPLETE = {"SECRET_KEY": "s" * 50, "ALLOWED_HOSTS": "news.test", "SITE_URL": "https://news.test"}
ASKED = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS")


def read_settings(**environment: str) -> subprocess.CompletedProcess[str]:
    program = f"import json, newsroom.settings as s; print(json.dumps([getattr(s, name) for name in {ASKED}]))"
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", COMPLETE)
def test_production_refuses_to_start_and_names_what_is_missing(name):
    done = read_settings(**{key: value for key, value in COMPLETE.items() if key != name})

    named = [key for key in COMPLETE if f" {key} (" in done.stderr.splitlines()[-1]]
    assert (done.returncode, named) == (1, [name])


def test_production_names_everything_that_is_missing_at_once():
    done = read_settings()

    named = [key for key in COMPLETE if f" {key} (" in done.stderr.splitlines()[-1]]
    assert (done.returncode, named) == (1, list(COMPLETE))


def test_debug_needs_nothing():
    assert read_settings(DEBUG="true").returncode == 0


@pytest.mark.parametrize("address", ["news.test", "ftp://news.test", "https://"])
def test_site_url_must_be_a_whole_address(address):
    done = read_settings(**COMPLETE | {"SITE_URL": address})

    assert "SITE_URL must be a whole address" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://news.test", [True, True, True, 31536000]),
        ("http://news.test", [False, False, False, 0]),
    ],
)
def test_transport_security_follows_the_scheme_of_site_url(address, expected):
    done = read_settings(**COMPLETE | {"SITE_URL": address})

    assert json.loads(done.stdout) == expected
