from django.db import migrations
from django.db.models import OuterRef, Subquery


def tell_the_stories(apps, schema_editor):
    """Of the changes that wait beside them."""
    articles = apps.get_model('articles', 'Article').objects
    waiting = articles.filter(replaces=OuterRef('pk')).values('live_from')
    keys = list(articles.filter(replaces__isnull=False).values_list('replaces', flat=True))
    articles.filter(pk__in=keys).update(gives_way_at=Subquery(waiting))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0013_gives_way_at'),
    ]

    operations = [
        migrations.RunPython(tell_the_stories, migrations.RunPython.noop),
    ]
