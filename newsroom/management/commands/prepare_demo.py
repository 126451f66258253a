from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

_SOURCES = ("static", "requirements.lock")


class Command(BaseCommand):
    help = "What make demo needs before the site starts: tables, the demo newspaper, collected static files."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_demo", "--if-empty", stdout=self.stdout)
        self._collect_static()

    def _collect_static(self) -> None:
        """Compressing takes its time, so only when a file or a package has changed."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        state = "".join(f"{path}{path.stat().st_mtime_ns}" for path in sorted(_static_sources()))
        if not stamp.exists() or stamp.read_text() != state:
            self.stdout.write("Collecting static files ...")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(state)


def _static_sources() -> list[Path]:
    found = [Path(settings.BASE_DIR) / name for name in _SOURCES]
    return [*found, *(path for path in found[0].rglob("*") if path.is_file())]
