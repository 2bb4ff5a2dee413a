from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("interactions", "0012_tasks")]
    operations = [
        migrations.AddField(
            model_name="interaction",
            name="is_planned",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                help_text="a meeting that hasn't been held: no communication yet",
            ),
        ),
        AddIndexConcurrently(
            model_name="interaction",
            index=models.Index(
                condition=models.Q(("channel", "meeting")), fields=["at"], name="interaction_meetings"
            ),
        ),
        AddIndexConcurrently(
            model_name="interaction",
            index=models.Index(
                condition=models.Q(("is_planned", True)), fields=["at"], name="interaction_planned"
            ),
        ),
    ]
