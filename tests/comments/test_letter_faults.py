"""The mail server and the worker are killed while letters go out: none is lost, none counts twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from comments import letters
from comments.models import Follow, Letter
from tests.factories import make_article, make_comment

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

READERS, REPLIES = 6, 5
_SERVER = """
import sys, threading
from pathlib import Path
from tests.mailserver import MailServer

class Keeping(MailServer):
    async def handle_DATA(self, server, session, envelope):
        answer = await super().handle_DATA(server, session, envelope)
        mail = self.mails[-1]
        with Path(sys.argv[2]).open("a") as file:
            file.write(f"{mail['Message-ID']} {mail['X-To']} {mail['Subject']}\\n")
        return answer

with Keeping(int(sys.argv[1])):
    print("ready", flush=True)
    threading.Event().wait()
"""


def start_server(port, file):
    process = subprocess.Popen([sys.executable, "-c", _SERVER, str(port), file], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


def start_worker(port):
    database = connection.settings_dict
    name = database["NAME"]
    if connection.vendor == "sqlite":
        address = f"sqlite:///{name}"
    else:
        address = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    environment = os.environ | {
        "DATABASE_URL": address,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "CACHE_URL": f"file://{settings.NEWSROOM_VAR / 'fault-cache'}",
    }
    return subprocess.Popen([sys.executable, "manage.py", "worker", "--pause", "0.05"], env=environment)


def end(process, how=signal.SIGKILL):
    process.send_signal(how)
    process.wait(10)
    if process.stdout:
        process.stdout.close()


def test_kills_of_mail_server_and_worker_lose_no_letter_and_repeat_none_in_effect(tmp_path, free_port):
    article = make_article(slug="peace-talks", headline="Peace talks", at=timezone.now() - timedelta(days=1))
    for number in range(READERS):
        top = make_comment(article, user_email=f"reader-{number}@readers.example", is_announced=True)
        letters.ask_for(top, Follow.Scope.ALL)
    Follow.objects.update(confirmed_at=timezone.now())
    for number in range(REPLIES):
        make_comment(article, user_name=f"Bo {number}", user_email="bo@readers.example", parent=top)
    file = tmp_path / "mails.txt"
    file.touch()
    wanted = {
        (f"reader-{n}@readers.example", f"Bo {m} on “Peace talks”") for n in range(READERS) for m in range(REPLIES)
    }
    server, worker = start_server(free_port, str(file)), start_worker(free_port)

    deadline = time.monotonic() + 120
    try:
        for kill in range(4):
            seen = len(read(file))
            while len(read(file)) < min(seen + 4, len(wanted)) and time.monotonic() < deadline:
                time.sleep(0.02)
            if kill % 2:
                end(worker)
                worker = start_worker(free_port)
            else:
                end(server)
                time.sleep(0.2)
                server = start_server(free_port, str(file))
            # What was put off, and what the killed one kept for itself, is due at once: no test waits for leases.
            Letter.objects.waiting().update(due_at=timezone.now())
        while Letter.objects.waiting().exists() and time.monotonic() < deadline:
            Letter.objects.waiting().filter(due_at__gt=timezone.now() + timedelta(seconds=1), failure__gt="").update(
                due_at=timezone.now()
            )
            time.sleep(0.1)
    finally:
        end(worker)
        end(server)

    got = read(file)
    assert {(to, subject) for _id, to, subject in got} == wanted
    assert len({message_id for message_id, _to, _subject in got}) == len(wanted)  # a repeat is known by its id
    assert Letter.objects.exclude(sent_at=None).count() == len(wanted)


def read(file):
    return [tuple(line.split(" ", 2)) for line in file.read_text().splitlines()]
