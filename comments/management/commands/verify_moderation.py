from typing import Any

from django.core.management.base import BaseCommand, CommandError

from comments.models import StateChange
from comments.verification import problems


class Command(BaseCommand):
    help = "Checks that the moderation log is whole: no row altered, missing, moved or made by somebody else."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(problems())
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(f"{len(found)} problems. Compare with a backup before anybody writes again.")
        self.stdout.write(f"The moderation log is whole: {StateChange.objects.count()} rows.")
