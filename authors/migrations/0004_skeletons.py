from django.db import migrations, models

from newsroom.lib.names import skeleton


def fill(apps, schema_editor):
    authors = apps.get_model("authors", "Author").objects
    for author in authors.only("name").iterator():
        authors.filter(pk=author.pk).update(skeleton=skeleton(author.name))


class Migration(migrations.Migration):

    dependencies = [
        ('authors', '0003_small_portraits'),
    ]

    operations = [
        migrations.AddField(
            model_name='author',
            name='skeleton',
            field=models.CharField(blank=True, db_index=True, default='', editable=False, max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
