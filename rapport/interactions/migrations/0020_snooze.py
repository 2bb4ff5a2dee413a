from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("interactions", "0019_understanding")]
    operations = [
        migrations.AddField("conversation", "snoozed_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "conversation",
            "snoozed_by",
            models.UUIDField(editable=False, help_text="the user who put it off", null=True),
        ),
        migrations.AddField(
            "conversation",
            "snoozed_until",
            models.DateTimeField(
                help_text="out of sight until then; after that, back on top until somebody deals with it", null=True
            ),
        ),
        migrations.AddField(
            "conversation",
            "status_at",
            models.DateTimeField(editable=False, help_text="when it was last closed or reopened", null=True),
        ),
        AddIndexConcurrently(
            "conversation",
            models.Index(
                condition=models.Q(("awaiting", "us"), ("deleted_at", None), ("lapsed_at", None)),
                fields=["snoozed_until", "due_at", "awaiting_since", "id"],
                name="conversation_box_us",
            ),
        ),
        AddIndexConcurrently(
            "conversation",
            models.Index(
                condition=models.Q(("awaiting", "them"), ("deleted_at", None), ("lapsed_at", None)),
                fields=["snoozed_until", "awaiting_since", "id"],
                name="conversation_box_them",
            ),
        ),
        AddIndexConcurrently(
            "conversation",
            models.Index(
                condition=models.Q(("snoozed_until__isnull", False)),
                fields=["snoozed_until"],
                name="conversation_snoozed",
            ),
        ),
    ]
