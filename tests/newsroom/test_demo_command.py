"""make demo, as processes: what it starts, it ends."""

import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.fault


@contextmanager
def demo(var: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demo, and what it said until it was ready."""
    environment = {"PATH": os.environ["PATH"], "NEWSROOM_VAR": str(var), "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "newsroom.demo"],
        env=environment,
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    try:
        assert process.stdout
        for line in process.stdout:
            said += line
            if "Ctrl-C ends everything" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def processes_of(var: Path) -> list[str]:
    """Every process on this machine that was started for that folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"NEWSROOM_VAR={var}\0".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def get(address: str) -> str:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def hidden_fields(html: str) -> dict[str, str]:
    form = html[html.index('method="post"') :]
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form)
    return {re.search('name="([^"]*)"', i)[1]: re.search('value="([^"]*)"', i)[1] for i in inputs}


def test_the_demo_serves_a_newspaper_judges_comments_and_ends_all_it_started(tmp_path, free_port):
    with demo(tmp_path, free_port) as (process, said):
        address = f"http://127.0.0.1:{free_port}"
        page = get(f"{address}/sport/rowing-final/")
        words = {"name": "Ada", "email": "ada@readers.example", "comment": "Well rowed.", **hidden_fields(page)}
        answer = urllib.request.urlopen(
            f"{address}/sport/rowing-final/comments/", urllib.parse.urlencode(words).encode(), timeout=30
        )
        shown = answer.read().decode()
        answer.close()
        running = processes_of(tmp_path)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=30)
    after_sigterm = (code, processes_of(tmp_path))
    logins = (tmp_path / "demo-logins.txt").read_text()
    with demo(tmp_path, free_port) as (process, said_again):
        kept = "Well rowed." in get(f"{address}/sport/rowing-final/")
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=30)

    staff = ["administrator", "managing_editor", "editor", "author", "contributor", "moderator"]
    assert re.findall(r"^(\w+) +\S{12,}$", logins, re.MULTILINE) == staff
    assert all(line in said and line in said_again for line in logins.splitlines())
    assert f"{address}/admin/" in said
    assert "A stand-in judges the comments, not Akismet" in said
    assert "Well rowed." in shown
    for name in ("gunicorn", "worker", "akismet_standin"):
        assert any(name in process for process in running)
    assert after_sigterm == (0, [])
    assert kept
    assert (code, processes_of(tmp_path)) == (0, [])
