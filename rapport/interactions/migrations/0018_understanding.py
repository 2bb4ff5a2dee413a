
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('interactions', '0017_called_off'),
    ]

    operations = [
        migrations.AddField(
            model_name='interaction',
            name='away_until',
            field=models.DateField(editable=False, help_text='the last day on which its writer is away, as an automatic reply says', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='undelivered',
            field=models.TextField(choices=[('delayed', 'delayed'), ('failed', 'could not be delivered')], help_text='what delivery reports say of our message to this recipient', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='undelivered_at',
            field=models.DateTimeField(help_text='when the report was written', null=True),
        ),
        migrations.AddField(
            model_name='participation',
            name='undelivered_status',
            field=models.TextField(help_text='why, as in RFC 3463: 5.1.1; empty if unknown', null=True),
        ),
        migrations.AlterField(
            model_name='standing',
            name='since',
            field=models.DateTimeField(help_text='may lie ahead, where they are away until then', null=True),
        ),
    ]
