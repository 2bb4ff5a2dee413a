"""What was done to many records at once, kept for as long as it may be taken back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.models import User
from rapport.platform.records.models import Row


class BulkChange(Row):
    """A verb over a set, by one who alone may take it back. The counts are of records.

    `verb` may also be an action of the resource; `values` are then what it was given.
    """

    class State(models.TextChoices):
        DOING = "doing", _("under way")
        DONE = "done", _("done")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")

    BUSY = (State.DOING, State.UNDOING)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    resource = models.TextField()
    verb = models.TextField(help_text="set or trash")
    values = models.JSONField(default=dict, help_text="what was set, by field")
    state = models.TextField(choices=State.choices, default=State.DOING)
    at = models.DateTimeField(default=timezone.now)
    expected = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    restored = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="bulk_change_of_user")]


class Piece(Row):
    """So many of its records as one transaction changes. `groups` are those that changed alike:

    `[{"ids": […], "before": {field: value}, "after": {field: value}}, …]`.
    """

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="pieces")
    ids = ArrayField(models.UUIDField())
    groups = models.JSONField(default=list)
    refused = ArrayField(models.UUIDField(), default=list)
    kept = ArrayField(models.UUIDField(), default=list)
    is_done = models.BooleanField(default=False)
    is_undone = models.BooleanField(default=False)
