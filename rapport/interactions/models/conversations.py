"""What is said about one subject with the same people."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models.visibility import Audience, AudienceKind, Detail
from rapport.parties.models import Party
from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record, Row, Rows


def _owed_by(side: str) -> models.Q:
    """The conversations in which `side` owes an answer: what work lists read."""
    return models.Q(awaiting=side, lapsed_at=None, deleted_at=None)


class Conversation(Record):
    """What is said about one subject with the same people. The columns under *derived* are kept by `settle`."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    subject = models.TextField(blank=True, default="")
    channel = models.TextField(default="email")
    status = models.TextField(choices=Status.choices, default=Status.OPEN)
    status_by = models.UUIDField(null=True, editable=False, help_text="the user who last closed or reopened it")
    status_at = models.DateTimeField(null=True, editable=False, help_text="when it was last closed or reopened")
    snoozed_until = models.DateTimeField(
        null=True, help_text="out of sight until then; after that, back on top until somebody deals with it"
    )
    snoozed_by = models.UUIDField(null=True, editable=False, help_text="the user who put it off")
    snoozed_at = models.DateTimeField(null=True, editable=False)
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, help_text="the department")
    is_visibility_set = models.BooleanField(
        default=False, editable=False, help_text="a person has said who may read it; else each archive's default holds"
    )
    shown_to = models.TextField(choices=AudienceKind.choices, default="", db_default="", editable=False)
    shown_team = models.ForeignKey(
        Team, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, db_index=False
    )
    shown_detail = models.IntegerField(
        choices=Detail.choices, default=Detail.EVERYTHING, db_default=Detail.EVERYTHING, editable=False
    )
    shared_with = ArrayField(
        models.UUIDField(), default=list, db_default=[], editable=False, help_text="users and teams who read all of it"
    )
    word_by = models.UUIDField(
        null=True, editable=False, help_text="the user who last said who may read it: it opens what they may read"
    )
    # derived
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, editable=False, db_index=False)
    party = models.ForeignKey(
        Party, null=True, on_delete=models.SET_NULL, editable=False, related_name="+", db_index=False
    )
    awaiting = models.TextField(default="nobody", editable=False)
    awaiting_since = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    last_at = models.DateTimeField(null=True, editable=False)
    message_count = models.IntegerField(default=0, editable=False)
    snippet = models.TextField(default="", editable=False)
    lapsed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="conversation_for_us", condition=_owed_by("us")),
            models.Index(fields=["awaiting_since", "id"], name="conversation_for_them", condition=_owed_by("them")),
            models.Index(
                fields=["snoozed_until", "due_at", "awaiting_since", "id"],
                name="conversation_box_us",
                condition=_owed_by("us"),
            ),
            models.Index(
                fields=["snoozed_until", "awaiting_since", "id"],
                name="conversation_box_them",
                condition=_owed_by("them"),
            ),
            models.Index(
                fields=["snoozed_until"], name="conversation_snoozed", condition=models.Q(snoozed_until__isnull=False)
            ),
            models.Index(fields=["-last_at", "-id"], name="conversation_newest"),
            models.Index(fields=["audience", "-last_at"], name="conversation_by_audience"),
            models.Index(fields=["party", "-last_at"], name="conversation_of_party"),
            models.Index(fields=["owner", "-last_at"], name="conversation_by_owner"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject


class Mark(Row):
    """What a person said of a conversation: no reply needed, still waiting. Holds until the next interaction."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="marks")
    party = models.ForeignKey(Party, null=True, on_delete=models.CASCADE)
    awaiting = models.TextField(choices=[(a, a) for a in ("us", "them", "nobody")])
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, db_index=False)


class Regrouping(Row):
    """A conversation split in two, or two joined, by hand: what it did, so that it holds and can be undone."""

    class Kind(models.TextChoices):
        SPLIT = "split", _("split")
        JOIN = "join", _("join")

    kind = models.TextField(choices=Kind.choices)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="regroupings")
    other = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="+", help_text="what a split made, or a join took up"
    )
    moved = ArrayField(models.UUIDField(), help_text="the interactions that changed hands")
    placed = ArrayField(models.UUIDField(), help_text="all interactions of both: where they are holds from now on")
    marks = ArrayField(models.UUIDField(), default=list, help_text="marks that a split copied, or a join took along")
    files = ArrayField(models.UUIDField(), null=True, help_text="those that a join took along")
    status = models.TextField(help_text="the conversation's before")
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["placed"], name="regrouping_placed", condition=models.Q(undone_at=None))]
