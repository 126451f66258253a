import re
from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

PHOTO = re.compile(r'<img\b[^>]*\bdata-file="([0-9]{1,15})"')


def fill(apps, schema_editor):
    """From the bodies that are there."""
    Figure = apps.get_model('articles', 'Figure')
    photos = set(apps.get_model('articles', 'Photo').objects.values_list('pk', flat=True))
    articles = apps.get_model('articles', 'Article').objects.filter(body__contains=' data-file="').order_by('pk')
    figures = (
        Figure(article_id=article, photo_id=photo, position=position)
        for article, body in articles.values_list('pk', 'body').iterator(chunk_size=500)
        for position, photo in enumerate(dict.fromkeys(map(int, PHOTO.findall(body))))
        if photo in photos
    )
    while batch := list(islice(figures, 1000)):
        Figure.objects.bulk_create(batch)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_old_stories'),
    ]

    operations = [
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='articles.article')),
                ('photo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='articles.photo')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('article', 'photo'), name='figure_once_an_article')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
