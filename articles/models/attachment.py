from pathlib import PurePath
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib import documents, images


def _upload_to(attachment: "Attachment", name: str) -> str:
    """Under its own name, which readers see, and one of its content: a replaced file gets another address."""
    kept = f"{PurePath(name).stem[:60]}-{images.digest_of(attachment.file)[:12]}.pdf"
    return f"attachments/{timezone.now():%Y/%m}/{kept}"


class Attachment(models.Model):
    """A document that readers may download beside an article. Today a PDF, and nothing else."""

    title = models.CharField(_("title"), max_length=160, help_text=_("What readers see, such as “The report”."))
    file = models.FileField(
        _("file"), upload_to=_upload_to, validators=[documents.check_pdf], max_length=200, help_text=_("A PDF.")
    )
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False)  # bytes
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        if images.is_new(self.file):
            self.size = self.file.size
            if "update_fields" in kwargs:
                kwargs["update_fields"] = {*kwargs["update_fields"], "size"}
        super().save(*args, **kwargs)
