import django.db.models.deletion
import django.utils.timezone
import rapport.kit.ids
import rapport.platform.fields.models
from django.conf import settings
from django.db import migrations, models

from rapport.platform.records.triggers import track

EPOCH = """
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON objects_objectkind
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""

class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("access", "0003_epoch"),
        ("history", "0002_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name='ObjectKind',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('name', models.TextField(blank=True, default='', unique=True, validators=[rapport.platform.fields.models.valid_name])),
                ('label', models.TextField(help_text='one of them: machine')),
                ('plural', models.TextField(help_text='many of them: machines')),
                ('title_label', models.TextField(blank=True, default='', help_text='what its title is called, where not name')),
                ('icon', models.TextField(choices=[('tag', 'Tag'), ('organization', 'Building'), ('box', 'Box'), ('meeting', 'Calendar'), ('note', 'Document'), ('briefcase', 'Briefcase'), ('key', 'Key'), ('shield', 'Shield'), ('star', 'Star')], default='tag')),
                ('position', models.IntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CustomRecord',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('name', models.TextField()),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='objects.objectkind')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('deleted_at', None)), fields=['kind', 'name', 'id'], name='custom_by_name'), models.Index(condition=models.Q(('deleted_at', None)), fields=['kind', 'updated_at', 'id'], name='custom_by_updated'), models.Index(condition=models.Q(('deleted_at', None)), fields=['kind', 'created_at', 'id'], name='custom_by_created'), models.Index(fields=['owner', 'kind', 'name'], name='custom_by_owner')],
            },
        ),
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
        track("objects_objectkind"),
        track("objects_customrecord"),
    ]
