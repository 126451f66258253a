"""What every test stands on. The environment is set earlier: environment.py."""

import gc
import ipaddress
import os
import pickle
import socket
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure() -> None:
    sys.addaudithook(_stay_on_this_machine)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # thousands of times faster
    # No manifest: the tests need no collected files.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        # In a file, as in production: databases in memory lock otherwise and know no WAL.
        settings.DATABASES["default"]["TEST"]["NAME"] = str(settings.NEWSROOM_VAR / "tests.sqlite3")


def pytest_collection_finish() -> None:
    """What is loaded by now stays loaded: not to look through it again and again saves a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def kept_pages_with(settings: Any, tmp_path: Path) -> Callable[[str], int]:
    """A cache in files, and how many of its pages hold some words: the dead ones are among them."""
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}

    def count(words: str) -> int:
        found = 0
        for path in tmp_path.glob("*.djcache"):
            with path.open("rb") as file:
                pickle.load(file)  # when it ends
                found += words.encode() in zlib.decompress(file.read())
        return found

    return count


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _stay_on_this_machine(event: str, details: tuple[Any, ...]) -> None:
    """An audit hook: no test reaches past this machine, by whatever library."""
    if event == "socket.getaddrinfo":
        host = details[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(details[1], tuple):
        host = details[1][0]  # a Unix socket's address is no tuple
    else:
        return
    if _is_here(host):
        return
    if event == "socket.getaddrinfo" and _is_nobodys(str(host)):
        raise socket.gaierror(socket.EAI_NONAME, "No such name: the tests ask no name server")
    raise RuntimeError(f"A test reached for {host!r}; tests stay on this machine")


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_nobodys(name: str) -> bool:
    """Names that cannot exist: a test may ask for them, to be told so."""
    return "." not in name or name.rpartition(".")[2] in {"test", "invalid", "example"}
