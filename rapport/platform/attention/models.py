"""One person's attention to one record. Private to them: no colleague, role or export sees it."""

from __future__ import annotations

from django.db import models

from rapport.platform.access.models import User
from rapport.platform.records.models import Row


class Attention(Row):
    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    resource = models.TextField()
    record_id = models.UUIDField()
    looked_at = models.DateTimeField(null=True)
    is_favourite = models.BooleanField(default=False, db_default=False)
    is_followed = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record_id", "resource"], name="attention_unique")]
        indexes = [
            models.Index(fields=["user", "-looked_at"], name="attention_by_look"),
            models.Index(fields=["user"], condition=models.Q(is_favourite=True), name="attention_favourite"),
            models.Index(fields=["record_id"], condition=models.Q(is_followed=True), name="attention_followed"),
        ]
