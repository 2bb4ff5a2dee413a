import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models

from rapport.platform.records.triggers import track


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('history', '0002_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('resource', models.TextField(editable=False)),
                ('record_id', models.UUIDField(editable=False)),
                ('name', models.TextField()),
                ('media_type', models.TextField(editable=False, help_text='what its content shows it to be, whatever it is called')),
                ('size', models.BigIntegerField(editable=False, help_text='in bytes')),
                ('digest', models.BinaryField(max_length=32)),
                ('number', models.IntegerField(default=1, editable=False)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, help_text='when its newest edition came')),
                ('added_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.IntegerField()),
                ('media_type', models.TextField()),
                ('size', models.BigIntegerField()),
                ('digest', models.BinaryField(max_length=32)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('added_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='files.file')),
            ],
        ),
        migrations.AddIndex(
            model_name='file',
            index=models.Index(fields=['record_id', 'resource'], name='file_of_record'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('file', 'number'), name='edition_once'),
        ),
        track("files_file", exclude=("digest",)),
    ]
