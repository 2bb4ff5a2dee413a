"""The worker's sign of life; the queue itself is PgQueuer's table."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """One row: when a worker was last alive."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    @classmethod
    def beat(cls) -> None:
        cls.objects.update_or_create(id=1, defaults={"at": Now()})
