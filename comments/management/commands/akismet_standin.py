import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from comments.standin import StandIn
from comments.standin_answers import MODES


class Command(BaseCommand):
    help = "Runs a stand-in for Akismet on this machine, for demo and tests. Set AKISMET_URL to its address."
    requires_system_checks: list[str] = []  # it needs neither the site's settings nor its database

    def add_arguments(self, parser: CommandParser) -> None:
        modes = "; ".join(f"{mode}: {what}" for mode, what in MODES.items())
        parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
        parser.add_argument("--mode", choices=MODES, default="ok", help=modes)
        parser.add_argument("--value", default="", help="what the mode needs")

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: ended.set())
        standin = StandIn(options["port"])
        try:
            standin.switch(options["mode"], options["value"])
            standin.start()
        except (ValueError, OSError, OverflowError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Akismet's stand-in answers at %s (end it with Ctrl+C).") % standin.url)
        self.stdout.flush()
        ended.wait()
        standin.stop()
