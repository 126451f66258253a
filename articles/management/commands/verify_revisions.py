from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.models import Seal, SealedAct
from articles.verification import problems, sign_old
from newsroom.lib.progress import with_bar


class Command(BaseCommand):
    help = "Checks that every published revision is as it was signed: none altered, moved, renumbered or removed."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--sign-old",
            action="store_true",
            help="once, after an update: first sign what was published before there were signatures",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sign_old"]:
            self.stdout.write(f"Signed {sign_old()} revisions that had no signature.")
        count = 0
        for count, problem in enumerate(problems(partial(with_bar, out=self.stdout)), 1):  # noqa: B007  # said as they are found: a paper may be large
            self.stderr.write(f"\n{problem}" if self.stdout.isatty() else problem)  # below the bar
        if count:
            raise CommandError(f"{count} problems. Compare with a backup before anybody writes again.")
        removed = Seal.objects.filter(act=SealedAct.REMOVED).count()
        self.stdout.write(
            f"All is as it was signed: {Seal.objects.count()} seals, of which {removed} on words removed."
        )
