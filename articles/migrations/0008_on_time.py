import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models
from django.db.models import F


def keep_moments(apps, schema_editor):
    apps.get_model('articles', 'FollowUp').objects.update(moment=F('due_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0007_workflow'),
        ('authors', '0001_initial'),
        ('categories', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='embargo_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='embargo until'),
        ),
        migrations.AddField(
            model_name='article',
            name='live_until',
            field=models.DateTimeField(editable=False, null=True, verbose_name='live until'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('live_until__isnull', False)), fields=['live_until'], name='article_live_until'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('embargo_until__isnull', False)), fields=['embargo_until'], name='article_embargo'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('published_at', 'created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('replaces', None)), name='article_at_desk'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'live'), _negated=True), ('live_until', None), ('live_until__gt', models.F('live_from')), _connector='OR'), name='article_is_withdrawn_after_publication'),
        ),
        migrations.RenameModel(old_name='Ping', new_name='FollowUp'),
        migrations.AlterModelOptions(
            name='followup',
            options={'ordering': ['moment', 'pk'], 'verbose_name': 'follow-up', 'verbose_name_plural': 'follow-ups'},
        ),
        migrations.AddField(
            model_name='followup',
            name='what',
            field=models.CharField(choices=[('settle', 'Write down what the clock has changed'), ('hub', 'Tell the feeds’ hub')], default='hub', max_length=10, verbose_name='what'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='followup',
            name='failure',
            field=models.CharField(blank=True, max_length=300, verbose_name='last failure'),
        ),
        migrations.AddField(
            model_name='followup',
            name='moment',
            field=models.DateTimeField(null=True, verbose_name='since'),
        ),
        migrations.RunPython(keep_moments, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='followup',
            name='moment',
            field=models.DateTimeField(verbose_name='since'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='due_at',
            field=models.DateTimeField(db_index=True, null=True),
        ),
        migrations.AlterField(
            model_name='followup',
            name='attempts',
            field=models.PositiveIntegerField(default=0, verbose_name='attempts'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='follow_ups', to='articles.article', verbose_name='article'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.UniqueConstraint(fields=('article', 'what', 'moment'), name='follow_up_once_a_moment'),
        ),
    ]
