import django.utils.timezone
import rapport.kit.ids
from django.db import migrations, models

from rapport.platform.records.triggers import track

EPOCH = """
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON fields_pagelayout
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""

class Migration(migrations.Migration):

    dependencies = [
        ('fields', '0006_names_follow_labels'),
    ]

    operations = [
        migrations.CreateModel(
            name='PageLayout',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('resource', models.TextField()),
                ('sections', models.JSONField(default=list, help_text='each {title, fields: [name, …]}')),
                ('more', models.JSONField(default=list, help_text='names of fields')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('resource',), name='page_layout_of_resource')],
            },
        ),
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
        track("fields_pagelayout"),
    ]
