"""Files that people put on records, and what each has been before. Contents lie in the store."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rapport.platform.access.models import User
from rapport.platform.records.models import Record, Row


class File(Record):
    """A file on a record, as its newest edition is. `number` counts its editions from 1."""

    resource = models.TextField(editable=False)
    record_id = models.UUIDField(editable=False)
    name = models.TextField()
    media_type = models.TextField(editable=False, help_text="what its content shows it to be, whatever it is called")
    size = models.BigIntegerField(editable=False, help_text="in bytes")
    digest = models.BinaryField(max_length=32, editable=False)
    number = models.IntegerField(default=1, editable=False)
    added_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False, editable=False
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False, help_text="when its newest edition came")

    class Meta:
        indexes = [models.Index(fields=["record_id", "resource"], name="file_of_record")]

    def __str__(self) -> str:
        return self.name


class Edition(Row):
    """What a file was, or is, from one upload to the next: written once, never changed."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="editions", db_index=False)
    number = models.IntegerField()
    media_type = models.TextField()
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="edition_once")]
