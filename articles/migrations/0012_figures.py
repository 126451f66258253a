import re
from itertools import islice

import django.db.models.deletion
from django.db import migrations, models

PICTURE = re.compile(r'<img\b[^>]*>')
PHOTO = re.compile(r'\bdata-file="([0-9]{1,15})"')
ALT = re.compile(r'\balt="\s*[^"\s]')


def fill(apps, schema_editor):
    """From the bodies that are there."""
    Figure = apps.get_model('articles', 'Figure')
    photos = set(apps.get_model('articles', 'Photo').objects.values_list('pk', flat=True))
    articles = apps.get_model('articles', 'Article').objects.filter(body__contains=' data-file="').order_by('pk')
    figures = (
        Figure(article_id=article, photo_id=photo, position=position, has_alt=has_alt)
        for article, body in articles.values_list('pk', 'body').iterator(chunk_size=500)
        for position, (photo, has_alt) in enumerate(shown_in(body).items())
        if photo in photos
    )
    while batch := list(islice(figures, 1000)):
        Figure.objects.bulk_create(batch)


def shown_in(body):
    """As newsroom.lib.markup.photos_in."""
    photos = {}
    for picture in PICTURE.findall(body):
        if found := PHOTO.search(picture):
            key = int(found[1])
            photos[key] = photos.get(key, True) and ALT.search(picture) is not None
    return photos


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
                ('has_alt', models.BooleanField(default=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='articles.article')),
                ('photo', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='articles.photo')),
            ],
            options={
                'ordering': ['position'],
                'indexes': [models.Index(condition=models.Q(('has_alt', False)), fields=['article'], name='figure_without_alt')],
                'constraints': [models.UniqueConstraint(fields=('article', 'photo'), name='figure_once_an_article')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
