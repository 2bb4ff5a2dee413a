"""What was changed (filled by triggers, see `platform.records.triggers`) and who looked at whom."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models


class Change(models.Model):
    """One change of one row. `changed` maps a column to [old, new]; a creation names the record alone."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    record_table = models.TextField()
    record_id = models.UUIDField()
    verb = models.TextField()
    actor_id = models.UUIDField(null=True)
    origin = models.TextField()
    batch_id = models.UUIDField(null=True)
    changed = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["record_id", "-id"], name="change_of_record"),
            models.Index(fields=["actor_id", "-id"], name="change_by_actor"),
            models.Index(fields=["record_table", "-id"], name="change_of_table"),
            BrinIndex(fields=["at"], name="change_in_time"),
            GinIndex(
                fields=["changed"],
                opclasses=["jsonb_path_ops"],
                condition=models.Q(verb="delete"),
                name="change_of_gone",
            ),
        ]


class Read(models.Model):
    """Who looked at which people, when, and through which door (page, api, export)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=models.functions.Now())
    actor_id = models.UUIDField(null=True)
    origin = models.TextField()
    resource = models.TextField()
    record_ids = ArrayField(models.UUIDField())

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "-id"], name="read_by_actor"),
            BrinIndex(fields=["at"], name="read_in_time"),
        ]
