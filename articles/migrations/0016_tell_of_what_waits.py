from django.db import migrations
from django.utils import timezone


def plan(apps, schema_editor):
    """For what was scheduled before there were such follow-ups."""
    now = timezone.now()
    live = apps.get_model('articles', 'Article').objects.filter(status='live')
    follow_ups = apps.get_model('articles', 'FollowUp').objects
    moments = [
        (row.replaces_id or row.pk, 'out', row.live_from) for row in live.filter(live_from__gt=now).iterator()
    ] + [
        (row.pk, 'over', row.live_until) for row in live.filter(replaces=None, live_until__gt=now).iterator()
    ]
    follow_ups.bulk_create(
        [follow_ups.model(article_id=key, what=what, moment=at, due_at=at) for key, what, at in moments],
        ignore_conflicts=True,
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_clock_told'),
    ]

    operations = [
        migrations.RunPython(plan, migrations.RunPython.noop),
    ]
