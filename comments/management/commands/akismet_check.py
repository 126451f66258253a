from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from comments import service
from comments.diagnosis import diagnose


class Command(BaseCommand):
    help = "Asks Akismet whether the key and the way to it are in order. Ends with 0 only if all is well."
    requires_system_checks: list[str] = []  # it looks at the service, not at the project

    def handle(self, *args: Any, **options: Any) -> None:
        trouble = False
        for finding in diagnose(service.connect()):
            trouble = trouble or not finding.is_well
            self._say(finding.text if finding.is_well else self.style.ERROR(finding.text))
            if finding.advice:
                self._say(f"  {finding.advice}")
        if trouble:
            raise CommandError(_("Not all is well: see above."))
        self._say(self.style.SUCCESS(_("All is well.")))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
