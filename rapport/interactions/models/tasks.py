"""What somebody has to do: once or again and again, about a party or a conversation or nothing in particular."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models.conversations import Conversation
from rapport.parties.models import Party
from rapport.platform.access.models import User
from rapport.platform.records.models import Record


class Repeats(models.TextChoices):
    """How a task comes again; which days these are is said by `interactions.recurrence`."""

    NEVER = "", _("never")
    DAILY = "daily", _("daily")
    WEEKDAYS = "weekdays", _("on weekdays")
    WEEKLY = "weekly", _("weekly")
    MONTHLY = "monthly", _("monthly")
    YEARLY = "yearly", _("yearly")


class TaskSource(models.TextChoices):
    TYPED = "typed", _("typed")
    REPEATED = "repeated", _("repeated")


class Task(Record):
    """`due_on` and `due_time` are a day and a clock time where the assignee is, wherever that may be by then."""

    title = models.TextField()
    notes = models.TextField(blank=True, default="")
    mentions = models.JSONField(
        null=True, editable=False, help_text="the colleagues named by @ in the notes: name as written → id"
    )
    due_on = models.DateField(null=True, blank=True)
    due_time = models.TimeField(null=True, blank=True)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks", db_index=False
    )
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks", db_index=False
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks", db_index=False
    )
    repeats = models.TextField(choices=Repeats.choices, blank=True, default="")
    repeats_every = models.IntegerField(default=1, help_text="days, weeks, months or years between two")
    repeats_from = models.DateField(null=True, editable=False, help_text="the due day that the series is counted from")
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    snoozed_until = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    source = models.TextField(choices=TaskSource.choices, default=TaskSource.TYPED, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follows"], condition=models.Q(deleted_at=None), name="task_followed_once")
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on"],
                condition=models.Q(done_at=None, deleted_at=None),
                name="task_open_of",
            ),
            models.Index(
                fields=["due_on"], condition=models.Q(done_at=None, deleted_at=None), name="task_open_by_day"
            ),
            models.Index(fields=["party"], condition=models.Q(party__isnull=False), name="task_about_party"),
            models.Index(
                fields=["conversation"], condition=models.Q(conversation__isnull=False), name="task_of_conversation"
            ),
            models.Index(fields=["owner", "-done_at"], name="task_done_of"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @property
    def template(self) -> dict[str, Any]:
        """What the next one of a series has in common with this one."""
        shared = ("title", "notes", "due_time", "owner_id", "asked_by_id", "party_id", "conversation_id", "repeats",
                  "repeats_every", "repeats_from", "custom")  # fmt: skip
        return {name: getattr(self, name) for name in shared}
