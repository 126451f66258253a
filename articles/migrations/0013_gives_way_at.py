from django.db import migrations, models


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
    ]
