"""Where interactions come from, which addresses are ours, and what is never stored."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models.visibility import Audience, AudienceKind, Detail
from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record, Row


class Archive(Record):
    """Where interactions came from: an imported archive or a mailbox, with the visibility it gives them."""

    name = models.TextField()
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, db_index=False)
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


class ChangeOfUs(models.Model):
    """A name that became ours, ceased to be, or became somebody else's: its stored mail is to be filed again.

    Written by a trigger wherever an address of ours is changed, and deleted when all of its mail was looked at.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(help_text="an address or, with a leading @, a domain")
    archive = models.ForeignKey(
        Archive, null=True, on_delete=models.CASCADE, related_name="+", help_text="where alone it changed"
    )
    place = models.UUIDField(null=True, help_text="the last interaction that was looked at")
    is_done = models.BooleanField(default=False, db_default=False)
    doubted = ArrayField(
        models.UUIDField(), default=list, db_default=[], help_text="parties whom mail may no longer make known"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "archive"], name="change_of_us_unique", nulls_distinct=False)
        ]


class ExcludedAddress(Record):
    """An address (or, with a leading @, a domain) whose mail is never stored."""

    address = models.TextField(unique=True)


class SenderRule(Record):
    """What becomes of new mail from an address or, with a leading @, from a domain and those below it."""

    class Verdict(models.TextChoices):
        KEEP_APART = "keep_apart", _("is kept apart")
        LET_IN = "let_in", _("is let in")

    address = models.TextField(unique=True)
    verdict = models.TextField(choices=Verdict.choices, default=Verdict.KEEP_APART)


class KeptApart(Row):
    """A message that is stored, and lies in nobody's inbox, until somebody releases it."""

    class Reason(models.TextChoices):
        BLOCKED = "blocked", _("a blocked sender")
        SPAM = "spam", _("marked as spam")
        JUNK = "junk", _("lay among the junk")

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="+", db_index=False)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", help_text="as if it were filed")
    reason = models.TextField(choices=Reason.choices)
    mark = models.TextField(blank=True, default="", help_text="the header by which a server marked it")
    sender = models.TextField()
    sender_name = models.TextField()
    subject = models.TextField()
    snippet = models.TextField()
    text = models.TextField(help_text="what can be looked at before it is released: its beginning")
    at = models.DateTimeField()
    raw_digest = models.BinaryField(max_length=32)
    content_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["archive", "content_hash"], name="kept_apart_once")]


class ImportState(models.TextChoices):
    LOOKING = "looking", _("looking through it")
    CONFIRM = "confirm", _("waiting for you")
    WAITING = "waiting", _("waiting its turn")
    RUNNING = "running", _("running")
    RETRYING = "retrying", _("trying again")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Import(Record):
    """One run over an archive. read = stored + already_there + kept_apart + excluded + quarantined.

    `options` holds, as far as they are known: `place` (how far it has come), `ours` and `found` (who we are, as
    given and as inferred: addresses and domains), `files` (names and sizes of what was uploaded), `faults`
    (how often it was stopped in a row).
    """

    State = ImportState
    BUSY = (ImportState.LOOKING, ImportState.WAITING, ImportState.RUNNING, ImportState.RETRYING)
    OVER = (ImportState.DONE, ImportState.CANCELLED)

    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="imports")
    paths = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, db_index=False)
    state = models.TextField(default=ImportState.WAITING, choices=ImportState.choices)
    size = models.BigIntegerField(default=0, help_text="bytes that were uploaded")
    expected = models.BigIntegerField(null=True, help_text="messages there may be, judged by the first of them")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    read = models.BigIntegerField(default=0)
    stored = models.BigIntegerField(default=0)
    already_there = models.BigIntegerField(default=0)
    kept_apart = models.BigIntegerField(default=0, db_default=0, help_text="of blocked senders, and spam")
    excluded = models.BigIntegerField(default=0)
    quarantined = models.BigIntegerField(default=0)
    error = models.TextField(default="")

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="import_by_user")]


class Quarantined(Row):
    """A message that could not be understood: kept raw, listed with its reason."""

    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems", db_index=False)
    source = models.TextField()
    position = models.TextField()
    reason = models.TextField()
    raw_digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [models.Index(fields=["import_run", "id"], name="quarantined_in_order")]
