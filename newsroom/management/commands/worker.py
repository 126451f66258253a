import logging
import os
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError
from django.db import close_old_connections

from articles import desk_mail, links, renditions
from articles import verification as revisions
from articles.models import Autosave
from comments import alerts, letters, service
from comments.feedback import send_due
from comments.retention import scrub
from comments.screening import recheck_due
from comments.verification import write_head
from newsroom import follow_ups

logger = logging.getLogger("newsroom.worker")

_COURTESY = 10  # of nice(2): where a processor is scarce, readers go first


class Command(BaseCommand):
    help = "Does what waits: checks of comments, letters, copies of pictures, changes that are due. One or several."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between two looks at the queue")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            work()
            keep_house()
            return
        os.nice(_COURTESY)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("worker: waiting for work")
        next_minute = 0.0
        while not stop.is_set():
            try:
                is_busy = work()
                if time.monotonic() >= next_minute:
                    keep_house()
                    next_minute = time.monotonic() + 60
            except DatabaseError:
                logger.exception("The database failed; trying again.")
                is_busy = False
            close_old_connections()
            if not is_busy:
                stop.wait(options["pause"])


def work() -> bool:
    """One round. True: there was something to do, and there may be more."""
    client = service.connect()
    done = [
        follow_ups.do_due(),
        recheck_due(client),
        send_due(client),
        renditions.make_due(),
        letters.write_due(),  # of what has just become public as well
        letters.send_due(),
        desk_mail.send_due(),
        links.look_up_due(),
    ]
    return any(done)


def keep_house() -> None:
    """What is done every minute."""
    scrub()
    write_head()
    revisions.write_head()
    Autosave.objects.thin()
    for alert in alerts.current() + follow_ups.alerts():
        logger.warning("%s %s", alert.text, alert.advice)
