import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill_dates(apps, schema_editor):
    dates = apps.get_model('articles', 'Article').objects.filter(pk=OuterRef('article')).values('published_at')
    for name in ('Listing', 'Byline'):
        apps.get_model('articles', name).objects.update(published_at=Subquery(dates))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_former_slugs'),
        ('authors', '0001_initial'),
        ('categories', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('story', models.OneToOneField(limit_choices_to={'replaces': None}, on_delete=django.db.models.deletion.CASCADE, related_name='pin', to='articles.article', verbose_name='story')),
                ('place', models.PositiveSmallIntegerField(choices=[(1, 'Lead'), (2, 'Beside the lead, 1st'), (3, 'Beside the lead, 2nd'), (4, 'Beside the lead, 3rd'), (5, 'Beside the lead, 4th')], default=1, help_text='Of two at one place, the one pinned later takes the next that is free.', verbose_name='place')),
                ('until', models.DateTimeField(blank=True, help_text='Empty: until you take it down. The story itself stays.', null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'pinned story',
                'verbose_name_plural': 'front page: pinned stories',
                'ordering': ['place', 'pk'],
            },
        ),
        # The table of listed_in, which Django made, gets a model; nothing happens in the database.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Listing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='articles.article')),
                        ('category', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='categories.category')),
                    ],
                    options={
                        'db_table': 'articles_article_listed_in',
                        'unique_together': {('article', 'category')},
                    },
                ),
                migrations.AlterField(
                    model_name='article',
                    name='listed_in',
                    field=models.ManyToManyField(editable=False, related_name='articles', through='articles.Listing', to='categories.category'),
                ),
            ],
        ),
        migrations.AddField(
            model_name='listing',
            name='published_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='byline',
            name='published_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill_dates, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name='article',
            name='article_newest',
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['status', '-published_at', '-id'], name='article_newest'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['category', '-published_at', '-id'], name='article_newest_in_category'),
        ),
        migrations.AddIndex(
            model_name='listing',
            index=models.Index(fields=['category', '-published_at', '-article'], name='listing_newest'),
        ),
        migrations.AddIndex(
            model_name='byline',
            index=models.Index(fields=['author', '-published_at', '-article'], name='byline_newest'),
        ),
    ]
