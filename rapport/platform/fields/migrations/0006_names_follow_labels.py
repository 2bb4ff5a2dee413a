from django.db import migrations, models

import rapport.platform.fields.models


class Migration(migrations.Migration):

    dependencies = [
        ('fields', '0005_times_of_day'),
    ]

    operations = [
        migrations.AlterField(
            model_name='customfield',
            name='name',
            field=models.TextField(blank=True, default='', validators=[rapport.platform.fields.models.valid_name]),
        ),
    ]
