"""Notifications name a record, never what stands in it: that is read when they are."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.models import User
from rapport.platform.records.models import Row


class Kind(models.TextChoices):
    ASSIGNED = "assigned", _("Something is given to me")
    DUE = "due", _("A task of mine is due")
    ANSWER = "answer", _("An answer that I owe is due within the hour")
    FOLLOWED = "followed", _("Somebody changes what I follow")
    MENTIONED = "mentioned", _("Somebody names me in a note or a task")
    UNSENT = "unsent", _("An e-mail of mine was not sent, or nobody knows")
    FINISHED = "finished", _("An import or a long change of mine has ended")
    UNDELIVERED = "undelivered", _("A message of mine could not be delivered")


class Notification(Row):
    """`key` says what it is about for good: what has been told is not told again, however often it is tried."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications", db_index=False)
    kind = models.TextField(choices=Kind.choices)
    resource = models.TextField()
    record_id = models.UUIDField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    key = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(fields=["user", "-id"], condition=models.Q(read_at=None), name="notification_unread"),
        ]


class Muted(Row):
    """A kind of which somebody doesn't want to hear."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField(choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="muted_once")]


class Unmailed(Row):
    """A kind that somebody doesn't want in the mail of the morning."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField(choices=Kind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="unmailed_once")]


class Digest(Row):
    """Up to when somebody's notifications have been looked through for the mail of their morning, and sent."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(help_text="their day, when it was last their morning")
    told_until = models.DateTimeField()
    sent_day = models.DateField(null=True, help_text="the last day whose mail has been sent")
