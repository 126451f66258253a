import sys
from typing import Any

from django.core.management.base import BaseCommand

from comments.bounces import take_bounce


class Command(BaseCommand):
    help = (
        "Reads a mail that came back from standard input, and stops writing to its address. For the mail server's pipe."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("stopped" if take_bounce(sys.stdin.buffer.read()) else "nothing to do")
