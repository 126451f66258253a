from typing import Any

from django.core.management.base import BaseCommand

from articles.models import Photo


class Command(BaseCommand):
    help = "Says how many photos wait for their copies. With --again the worker looks at all of them anew."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--again",
            action="store_true",
            help="make what is missing of every photo: after a loss, or for other widths",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            self.stdout.write(f"The worker will look at {Photo.objects.make_again()} photos.")
        waiting = Photo.objects.exclude(due_at=None)
        failed = waiting.exclude(failure="").order_by("pk")
        self.stdout.write(f"{waiting.count()} photos wait; {failed.count()} of them failed before.")
        for photo in failed[:20]:
            self.stdout.write(f"  {photo.pk} {photo}: {photo.failure}")
