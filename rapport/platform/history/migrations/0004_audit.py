import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """For the audit: what happened to one kind of record, and when. By time a summary of blocks will do, which costs
    the writing of history next to nothing."""

    atomic = False
    dependencies = [("history", "0003_gone")]
    operations = [
        AddIndexConcurrently("change", models.Index(fields=["record_table", "-id"], name="change_of_table")),
        AddIndexConcurrently(
            "change", django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="change_in_time")
        ),
        AddIndexConcurrently("read", django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="read_in_time")),
    ]
