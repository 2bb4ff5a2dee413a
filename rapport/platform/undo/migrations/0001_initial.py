
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BulkChange',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('resource', models.TextField()),
                ('verb', models.TextField(help_text='set or trash')),
                ('values', models.JSONField(default=dict, help_text='what was set, by field')),
                ('state', models.TextField(choices=[('doing', 'under way'), ('done', 'done'), ('undoing', 'being taken back'), ('undone', 'taken back')], default='doing')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expected', models.IntegerField(default=0)),
                ('changed', models.IntegerField(default=0)),
                ('refused', models.IntegerField(default=0)),
                ('restored', models.IntegerField(default=0)),
                ('kept', models.IntegerField(default=0)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Piece',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('groups', models.JSONField(default=list)),
                ('refused', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('kept', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('is_done', models.BooleanField(default=False)),
                ('is_undone', models.BooleanField(default=False)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='undo.bulkchange')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='bulkchange',
            index=models.Index(fields=['user', '-id'], name='bulk_change_of_user'),
        ),
    ]
