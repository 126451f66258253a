"""So many within so many seconds, in each kind of cache, and by whoever comes at once."""

import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from newsroom.lib.addresses import network_of
from newsroom.lib.limiter import Limit, take

AT_MOST = Limit(3, 60)


@pytest.fixture(params=["memory", "files"])
def kind(request, settings, tmp_path):
    if request.param == "files":
        backend = "newsroom.lib.file_cache.FileCache"
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}
    return request.param


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(datetime(2026, 3, 2, tzinfo=UTC), tick=False)
    return time_machine


def test_each_frees_its_place_after_its_own_while(kind, clock):
    seen = []
    for pause in (0, 10, 10, 10, 29, 2, 1, 9, 20):
        clock.shift(pause)
        seen.append(take("ada", AT_MOST))

    # At 0, 10, 20; full at 30 and 59; at 61 the first is free again; full at 62; then the next two are free.
    assert seen == [0, 0, 0, 30, 1, 0, 8, 0, 0]


def test_names_do_not_share_their_room(kind, clock):
    for _time in range(4):
        take("ada", AT_MOST)

    assert (take("ada", AT_MOST), take("bo", AT_MOST)) == (60, 0)


def test_zero_is_no_limit(kind):
    assert [take("ada", Limit(0, 60)) for _time in range(50)] == [0] * 50


def test_the_cache_does_not_tell_whose_room_it_is(kind, settings):
    take("203.0.113.9", AT_MOST)

    assert [key for key in getattr(cache, "_cache", {}) if "203" in key] == []


def test_of_many_at_once_exactly_so_many_pass(kind):
    start, passed = threading.Barrier(12), []

    def come():
        start.wait()
        passed.append(take("ada", AT_MOST) == 0)

    readers = [threading.Thread(target=come) for _reader in range(12)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert sorted(passed) == [False] * 9 + [True] * 3


_PROCESS = """
import sys, time
from django.conf import settings
backend = {"BACKEND": "newsroom.lib.file_cache.FileCache", "LOCATION": sys.argv[1]}
settings.configure(CACHES={"default": backend}, SECRET_KEY="x")
from newsroom.lib.limiter import Limit, take
sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
print(sum(take("ada", Limit(20, 60)) == 0 for _time in range(20)))
"""


def test_of_many_processes_at_once_exactly_so_many_pass(tmp_path):
    command = [sys.executable, "-c", _PROCESS, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": django_settings.BASE_DIR}
    processes = [subprocess.Popen(command, **pipes) for _process in range(4)]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()

    assert sum(int(process.communicate(timeout=60)[0]) for process in processes) == 20


def test_a_cache_that_is_down_lets_everybody_through(settings):
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9"}
    settings.CACHES = {"default": redis}

    assert [take("ada", AT_MOST) for _time in range(5)] == [0] * 5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_a_network_is_whom_to_count_as_one(address, network):
    assert network_of(address) == network
