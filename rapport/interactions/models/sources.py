"""Where interactions come from, which addresses are ours, and what is never stored."""

from __future__ import annotations

from django.db import models

from rapport.interactions.models.visibility import AudienceKind, Detail
from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record, Row


class Archive(Record):
    """Where interactions came from: an imported archive or a mailbox, with the visibility it gives them."""

    name = models.TextField()
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    audience = models.TextField(choices=AudienceKind.choices, default=AudienceKind.PARTICIPANTS)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    detail = models.IntegerField(choices=Detail.choices, default=Detail.EVERYTHING)

    class Meta:
        indexes = [models.Index(fields=["owner", "name"], name="archive_by_owner")]


class OurAddress(Record):
    """An address (or, with a leading @, a domain) that is ours; its user, where it belongs to one person."""

    address = models.TextField(unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="addresses")
    confirmed = models.BooleanField(default=True)


class ExcludedAddress(Record):
    """An address (or, with a leading @, a domain) whose mail is never stored."""

    address = models.TextField(unique=True)


class Import(Record):
    """One run over an archive. read = stored + already_there + excluded + quarantined."""

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="imports")
    paths = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    state = models.TextField(
        default="waiting", choices=[(s, s) for s in ("waiting", "running", "done", "failed", "cancelled")]
    )
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    read = models.BigIntegerField(default=0)
    stored = models.BigIntegerField(default=0)
    already_there = models.BigIntegerField(default=0)
    excluded = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    error = models.TextField(default="")


class Quarantined(Row):
    """A message that could not be understood: kept raw, listed with its reason."""

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    source = models.TextField()
    position = models.TextField()
    reason = models.TextField()
    raw_digest = models.BinaryField(max_length=32, null=True)
