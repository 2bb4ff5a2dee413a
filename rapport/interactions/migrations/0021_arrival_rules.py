import django.contrib.postgres.functions
import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models

from rapport.platform.records.triggers import track


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0007_house'),
        ('interactions', '0020_snooze'),
        ('history', '0002_triggers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ArrivalRule',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('name', models.TextField()),
                ('position', models.IntegerField(default=0, help_text='rules run in this order')),
                ('condition', models.TextField(help_text='in the words of filters, over interactions')),
                ('language', models.TextField(default='en', editable=False, help_text='the one whose words the condition uses')),
                ('tags', models.TextField(default='', help_text='put on it, with commas between them')),
                ('closes', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(help_text='who looks after it then', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(help_text='the department it goes to', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.team')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ArrivalRun',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow())),
                ('is_match', models.BooleanField(default=False)),
                ('problem', models.TextField(default='', help_text='why what was to be done could not be')),
                ('interaction', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='interactions.interaction')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='interactions.arrivalrule')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('rule', 'interaction'), name='arrival_run_once')],
            },
        ),
        track("interactions_arrivalrule"),
    ]
