from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def tell_the_stories(apps, schema_editor):
    """Of the changes that wait beside them."""
    articles = apps.get_model('articles', 'Article').objects
    waiting = articles.filter(replaces=OuterRef('pk')).values('live_from')
    keys = list(articles.filter(replaces__isnull=False).values_list('replaces', flat=True))
    articles.filter(pk__in=keys).update(gives_way_at=Subquery(waiting))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='gives_way_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(tell_the_stories, migrations.RunPython.noop),
    ]
