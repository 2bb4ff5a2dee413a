import django.db.models.deletion
import rapport.kit.ids
from django.conf import settings
from django.db import migrations, models

from rapport.platform.records.triggers import track

# For whom somebody stands in is remembered for as long as the epoch lasts.
EPOCH = """
CREATE TRIGGER epoch AFTER INSERT OR UPDATE OR DELETE ON access_absence
    FOR EACH STATEMENT EXECUTE FUNCTION raise_epoch();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_looks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('delegate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['delegate', 'ends_on'], name='absence_of_delegate')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='absence_in_order'), models.CheckConstraint(condition=models.Q(('delegate', models.F('user')), _negated=True), name='absence_delegated')],
            },
        ),
        migrations.RunSQL(EPOCH, migrations.RunSQL.noop),
        track("access_absence", versioned=False),
    ]
