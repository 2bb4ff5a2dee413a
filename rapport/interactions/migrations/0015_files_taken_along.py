import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0014_mentions'),
    ]

    operations = [
        migrations.AddField(
            model_name='regrouping',
            name='files',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), help_text='those that a join took along', null=True, size=None),
        ),
    ]
