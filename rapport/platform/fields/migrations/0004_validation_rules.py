import django.utils.timezone
import rapport.kit.ids
from django.db import migrations, models

from rapport.platform.records.triggers import track

EPOCH = """
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON fields_validationrule
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""

class Migration(migrations.Migration):

    dependencies = [
        ('fields', '0003_pinned_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='ValidationRule',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('version', models.IntegerField(default=1, editable=False)),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('custom', models.JSONField(default=dict, editable=False)),
                ('resource', models.TextField()),
                ('condition', models.TextField(help_text='in the words of filters')),
                ('message', models.TextField(help_text='what is wrong, and how to mend it')),
                ('is_active', models.BooleanField(default=True)),
                ('language', models.TextField(default='en', editable=False, help_text='the one whose words the condition uses')),
            ],
            options={
                'ordering': ['resource', 'id'],
            },
        ),
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
        track("fields_validationrule"),
    ]
