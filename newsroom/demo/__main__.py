"""make demo: the whole site beside a stand-in for Akismet, as production runs it, in one folder.

Starts everything as processes of its own and ends all of them with itself.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
_STARTUP_SECONDS = 60


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
    if not _is_free(host, port):
        print(f"Port {port} on {host} is taken. Choose another: make demo PORT=8001", file=sys.stderr)
        return 1
    environment = make_environment(dict(os.environ), host, port)
    children: list[subprocess.Popen[bytes]] = []
    try:
        if _manage(environment, "prepare_demo").wait():
            return 1
        children = list(_start(environment))
        _wait_until_it_answers(f"http://{host}:{port}/readyz", children)
        _introduce(environment, f"http://{host}:{port}")
        return _watch(children)
    except (KeyboardInterrupt, SystemExit):
        print("\nStopping.")
        return 0
    finally:
        _end(children)


def make_environment(given: dict[str, str], host: str, port: int) -> dict[str, str]:
    """Production settings for this folder. The database is always the folder's own."""
    var = Path(given.get("NEWSROOM_VAR") or BASE / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    database = f"sqlite:///{var / 'newsroom.sqlite3'}"
    if given.get("DATABASE_URL", database) != database:
        print("DATABASE_URL is ignored: the demo only ever uses the database in its own folder.")
    names = {host, "127.0.0.1", "localhost"} - {"0.0.0.0"}  # noqa: S104  # compared, not bound
    environment = {
        "SECRET_KEY": _secret(var / "secret-key.txt"),
        "ALLOWED_HOSTS": ",".join(sorted(names)),
        "SITE_URL": f"http://{host}:{port}",
        "SERVE_MEDIA": "true",
        "LANGUAGE_CODE": "en-gb",  # its dates
        "PYTHONUNBUFFERED": "1",
        **{name: value for name, value in given.items() if value},
        "NEWSROOM_VAR": str(var),
        "DATABASE_URL": database,
        "HOST": host,
        "PORT": str(port),
        "DEBUG": "",
    }
    del environment["DEBUG"]
    if not environment.get("AKISMET_API_KEY"):
        environment |= {"AKISMET_API_KEY": "stand-in", "AKISMET_URL": f"http://127.0.0.1:{_free_port()}"}
    return environment


def _start(environment: dict[str, str]) -> "list[subprocess.Popen[bytes]]":
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:newsroom.gunicorn", "--log-level", "warning"]
    children = [_run(environment, *gunicorn, "newsroom.wsgi"), _manage(environment, "worker")]
    if _has_stand_in(environment):
        port = environment["AKISMET_URL"].rpartition(":")[2]
        children.append(_manage(environment, "akismet_standin", "--port", port))
    return children


def _has_stand_in(environment: dict[str, str]) -> bool:
    return environment["AKISMET_API_KEY"] == "stand-in"


def _manage(environment: dict[str, str], *words: str) -> "subprocess.Popen[bytes]":
    return _run(environment, sys.executable, str(BASE / "manage.py"), *words)


def _run(environment: dict[str, str], *words: str) -> "subprocess.Popen[bytes]":
    # A session of its own: a Ctrl-C reaches only us, and we end them in order.
    return subprocess.Popen(words, env=environment, cwd=BASE, start_new_session=True)  # noqa: S603  # our own words


def _introduce(environment: dict[str, str], address: str) -> None:
    logins = Path(environment["NEWSROOM_VAR"]) / "demo-logins.txt"
    print(f"\n  The site   {address}/\n  The admin  {address}/admin/\n")
    print("".join(f"    {line}\n" for line in logins.read_text().splitlines()), end="")
    print(f"    (kept in {logins})\n")
    if _has_stand_in(environment):
        print("  A stand-in judges the comments, not Akismet: set AKISMET_API_KEY to ask the real service.")
    print("  Ctrl-C ends everything.\n", flush=True)


def _watch(children: "list[subprocess.Popen[bytes]]") -> int:
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    ended = next(child for child in children if child.poll() is not None)
    print(f"{ended.args!r} ended by itself with code {ended.returncode}; stopping.", file=sys.stderr)
    return 1


def _wait_until_it_answers(address: str, children: "list[subprocess.Popen[bytes]]") -> None:
    deadline = time.monotonic() + _STARTUP_SECONDS
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # our own address
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return


def _end(children: "list[subprocess.Popen[bytes]]") -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()


def _secret(file: Path) -> str:
    """Made once and kept."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _stop(number: int, frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
