"""The spine: what happened, in the order in which it was committed to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Event(models.Model):
    """One verb done to up to `BATCH` records of one resource, written in the transaction of the change."""

    BATCH = 1_000

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=models.functions.Now())
    name = models.TextField()
    record_ids = ArrayField(models.UUIDField())
    data = models.JSONField(default=dict)
    actor_id = models.UUIDField(null=True)
    origin = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["name", "-id"], name="event_by_name")]


class Done(models.Model):
    """What a caller has already had done under an idempotency key, and what it was told."""

    id = models.BigAutoField(primary_key=True)
    actor_id = models.UUIDField()
    key = models.TextField()
    fingerprint = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "key"], name="done_once")]
