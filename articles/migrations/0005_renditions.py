import django.core.validators
import django.utils.timezone
from django.db import migrations, models


def widths_to_copies(apps, schema_editor):
    """The WebP copies that there are stay in use until the worker has made all."""
    Photo = apps.get_model("articles", "Photo")
    for photo in Photo.objects.iterator():
        photo.copies = {
            f"{width}.webp": [width, max(1, round(photo.height * width / max(photo.width, 1)))]
            for width in photo.widths
        }
        photo.due_at = django.utils.timezone.now()
        photo.save(update_fields=["copies", "due_at"])


def copies_to_widths(apps, schema_editor):
    Photo = apps.get_model("articles", "Photo")
    for photo in Photo.objects.iterator():
        photo.widths = sorted(int(suffix[:-5]) for suffix in photo.copies if suffix.endswith(".webp"))
        photo.save(update_fields=["widths"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_labels_and_attachments")]

    operations = [
        migrations.AddField("photo", "copies", models.JSONField(default=dict, editable=False)),
        migrations.AddField("photo", "due_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("photo", "attempts", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField("photo", "failure", models.CharField(blank=True, editable=False, max_length=300)),
        migrations.AddField(
            "photo",
            "focus_x",
            models.PositiveSmallIntegerField(
                default=50,
                help_text="In percent.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="focal point: from the left",
            ),
        ),
        migrations.AddField(
            "photo",
            "focus_y",
            models.PositiveSmallIntegerField(
                default=50,
                help_text="In percent.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="focal point: from the top",
            ),
        ),
        migrations.RunPython(widths_to_copies, copies_to_widths),
        migrations.RemoveField("photo", "widths"),
        migrations.AddIndex(
            "photo",
            models.Index(condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="photo_due"),
        ),
        migrations.AddConstraint(
            "photo",
            models.CheckConstraint(
                condition=models.Q(("focus_x__lte", 100), ("focus_y__lte", 100)), name="photo_focus_in_percent"
            ),
        ),
    ]
