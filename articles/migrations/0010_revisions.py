import secrets

import articles.models.revision
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def salt_each(apps, schema_editor):
    """The column's default is one value for all rows there are: a salt is each row's own."""
    revisions = apps.get_model('articles', 'Revision').objects
    batch = []
    for revision in revisions.only('pk').iterator(chunk_size=1000):
        revision.salt = secrets.token_hex(16)
        batch.append(revision)
        if len(batch) == 1000:
            revisions.bulk_update(batch, ['salt'])
            batch = []
    revisions.bulk_update(batch, ['salt'])


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_index_of_review_due'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('based_on', models.PositiveIntegerField(null=True)),
                ('story', models.JSONField()),
                ('saved_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='saved')),
            ],
            options={
                'verbose_name': 'autosave',
                'verbose_name_plural': 'autosaves',
                'ordering': ['-saved_at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('passage', models.CharField(blank=True, max_length=500, verbose_name='passage')),
                ('words', models.TextField(max_length=2000, verbose_name='what is wrong')),
                ('state', models.CharField(choices=[('new', 'New'), ('done', 'Done'), ('rejected', 'Rejected')], default='new', max_length=8, verbose_name='state')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='came in')),
                ('trace', models.CharField(editable=False, max_length=64)),
            ],
            options={
                'verbose_name': 'error report',
                'verbose_name_plural': 'error reports',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('article_key', models.BigIntegerField(db_index=True, verbose_name='article')),
                ('revision_number', models.PositiveIntegerField(verbose_name='revision')),
                ('act', models.CharField(choices=[('published', 'made public'), ('taken back', 'taken back before its time'), ('removed', 'words removed by law')], max_length=10, verbose_name='what was done')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('public_from', models.DateTimeField(null=True, verbose_name='public from')),
                ('saved_by', models.BigIntegerField(null=True)),
                ('by', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('words', models.CharField(max_length=64)),
                ('before', models.CharField(max_length=64)),
                ('code', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=16)),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'verbose_name': 'seal',
                'verbose_name_plural': 'seals',
                'ordering': ['number'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='SealHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('code', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
        ),
        migrations.AlterModelOptions(
            name='revision',
            options={'ordering': ['-number'], 'permissions': [('legal_removal', 'Can take words out of every copy of an article')], 'verbose_name': 'revision', 'verbose_name_plural': 'revisions'},
        ),
        migrations.AddField(
            model_name='revision',
            name='change',
            field=models.CharField(blank=True, choices=[('typo', 'Typo: nothing that was said has changed'), ('clarification', 'Clarification: it could be misunderstood'), ('correction', 'Correction: it was wrong'), ('update', 'Update: there is something new')], max_length=13, verbose_name='what it changes'),
        ),
        migrations.AddField(
            model_name='revision',
            name='kind',
            field=models.CharField(choices=[('saved', 'Saved'), ('restored', 'Restored')], default='saved', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='revision',
            name='note',
            field=models.CharField(blank=True, max_length=600, verbose_name='note for readers'),
        ),
        migrations.AddField(
            model_name='revision',
            name='restored_from',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='revision',
            name='salt',
            field=models.CharField(default=articles.models.revision._fresh_salt, editable=False, max_length=32),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('change__in', ('clarification', 'correction')), ('published_from__isnull', False)), fields=['-published_from', '-id'], name='revision_corrections'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change__in', ('clarification', 'correction')), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='revision_tells_what_was_wrong'),
        ),
        migrations.AddField(
            model_name='autosave',
            name='article',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='autosaves', to='articles.article'),
        ),
        migrations.AddField(
            model_name='autosave',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='errorreport',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='error_reports', to='articles.article', verbose_name='article'),
        ),
        migrations.AddConstraint(
            model_name='sealhead',
            constraint=models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_seal_head'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(fields=['state', '-created_at', '-id'], name='error_report_newest'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(fields=['trace', 'created_at'], name='error_report_trace'),
        ),
        migrations.RunPython(salt_each, migrations.RunPython.noop),
    ]
