"""Who comes from an older version loses nothing: the migrations run over rows that are there, on both databases."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import connection


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/old.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"old_{uuid4().hex}"
    with psycopg.connect(f"{server}/postgres".replace("postgres://", "postgresql://"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_an_old_paper_is_brought_up_to_date(tmp_path):
    command = [sys.executable, "-m", "tests.newsroom.upgrade"]
    with empty_database(tmp_path) as database:
        environment = os.environ | {"DATABASE_URL": database, "NEWSROOM_VAR": str(tmp_path)}
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "stages": {"draft": "draft", "newer-words": "draft", "waiting": ""},
        "begun by": ["ada"],
        "follow-ups": [["waiting", "hub"], ["waiting", "out"], ["waiting", "settle"]],
        "figures": [["waiting", "photos/pier.jpg"]],
        "give way": ["waiting"],
        "seals": 2,
        "thread": ["First", "A reply"],
    }
