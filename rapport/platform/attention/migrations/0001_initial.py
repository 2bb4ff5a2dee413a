
import django.db.models.deletion
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
            name='Attention',
            fields=[
                ('id', models.UUIDField(default=rapport.kit.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('resource', models.TextField()),
                ('record_id', models.UUIDField()),
                ('looked_at', models.DateTimeField(null=True)),
                ('is_favourite', models.BooleanField(db_default=False, default=False)),
                ('is_followed', models.BooleanField(db_default=False, default=False)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-looked_at'], name='attention_by_look'), models.Index(condition=models.Q(('is_favourite', True)), fields=['user'], name='attention_favourite'), models.Index(condition=models.Q(('is_followed', True)), fields=['record_id'], name='attention_followed')],
                'constraints': [models.UniqueConstraint(fields=('user', 'record_id', 'resource'), name='attention_unique')],
            },
        ),
    ]
