from typing import Any

from django.core.management.base import BaseCommand, CommandError

from newsroom.demo.loader import NotOurs, is_empty, load_demo


class Command(BaseCommand):
    help = "Loads the demo newspaper. Refuses a database that holds anything it did not make."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing unless there is no content at all")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and not is_empty():
            return
        try:
            loaded = load_demo(progress=self.stdout.write)
        except NotOurs as foreign:
            raise CommandError(
                f"Nothing was loaded: this database holds the {foreign}, which is not the demo's."
            ) from foreign
        self.stdout.write("The demo newspaper is there." if loaded else "The demo newspaper was there already.")
