"""Who owes whom an answer, how long answers took, and how long they should take."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.ledger.absences import away_until
from rapport.interactions.models.conversations import Conversation
from rapport.interactions.models.interactions import Interaction
from rapport.interactions.models.visibility import Audience
from rapport.parties.models import Party, RelationshipKind
from rapport.platform.access.models import User
from rapport.platform.records.models import Record, Row


class Line(models.Model):
    """One interaction as the ledger counts it: neither automatic nor among us. Derived.

    Narrow, and with what a party is to us, so that the figures of a period are read from one index. It is with who
    wrote it, or to whom it was written directly (of several, whom we have known for longest): nothing in it comes
    from other interactions, of which whoever hears of this one may know nothing.
    """

    interaction = models.OneToOneField(Interaction, on_delete=models.CASCADE, primary_key=True, related_name="line")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="ledger_lines", db_index=False
    )
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", db_index=False)
    party = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    relationship_kind = models.ForeignKey(
        RelationshipKind, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        User,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="who wrote it, or to whom it was written",
        db_index=False,
    )
    channel = models.TextField()
    direction = models.TextField(choices=[("out", _("to them")), ("in", _("from them"))])
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], include=["audience", "direction", "relationship_kind", "channel", "user", "party"],
                name="line_in_time",
            ),
            models.Index(fields=["party", "at"], include=["audience", "direction"], name="line_of_party"),
            models.Index(fields=["conversation"], name="line_in_conversation"),
        ]  # fmt: skip


class Day(models.Model):
    """What was said and answered on one day (UTC) that is over: lines and responses, summed up in cells. Derived.

    A cell holds one value of one `dimension`, and what the same people may know of: its interactions have an
    audience with just the principals `heard`, and of a response the other side one with just those of `also`.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    dimension = models.TextField(help_text="relationship_kind, channel or user")
    key = models.TextField(null=True)
    heard = ArrayField(models.UUIDField())
    also = ArrayField(models.UUIDField())
    sent = models.IntegerField()
    received = models.IntegerField()
    with_target = models.IntegerField()
    in_time = models.IntegerField()
    times_by_us = ArrayField(models.BigIntegerField(), help_text="elapsed seconds of our responses, in order")
    times_by_them = ArrayField(models.BigIntegerField())

    class Meta:
        indexes = [models.Index(fields=["dimension", "day"], name="day_by_dimension")]


class ChangedDay(models.Model):
    """A day of which lines or responses were written since it was summed up. Kept by triggers."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["day"], name="changed_day")]


class Standing(models.Model):
    """Per conversation and outside party: who owes whom, since when, due when. Derived."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="standings", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="standings", db_index=False)
    relationship_kind = models.ForeignKey(
        RelationshipKind, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    awaiting = models.TextField()
    since = models.DateTimeField(null=True, help_text="may lie ahead, where they are away until then")
    due_at = models.DateTimeField(null=True)
    prompt = models.ForeignKey(Interaction, null=True, on_delete=models.CASCADE, related_name="+")
    audience = models.ForeignKey(
        Audience, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, help_text="the prompt's"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "party"], name="standing_unique")]
        indexes = [
            models.Index(fields=["party", "awaiting"], name="standing_of_party"),
            models.Index(
                fields=["conversation"], name="standing_for_us", condition=models.Q(awaiting="us"),
                include=["audience", "due_at", "relationship_kind", "party"],
            ),
        ]  # fmt: skip

    @property
    def away_until(self) -> date | None:
        """The last day on which the party is away, because of which the wait is still to begin."""
        return away_until(self.awaiting, self.since)


class Response(Row):
    """A prompt and its reply: the entry of the ledger. Derived."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="responses", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="responses", db_index=False)
    relationship_kind = models.ForeignKey(
        RelationshipKind, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    prompt = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    reply = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    by = models.TextField(choices=[("us", _("us")), ("them", _("them"))])
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    channel = models.TextField()
    prompt_at = models.DateTimeField()
    reply_at = models.DateTimeField()
    prompt_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", db_index=False)
    reply_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", db_index=False)
    elapsed_seconds = models.BigIntegerField()
    business_seconds = models.BigIntegerField()
    target_seconds = models.BigIntegerField(null=True)
    is_target_met = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], name="response_in_conversation"),
            models.Index(fields=["party", "-reply_at"], name="response_of_party"),
            models.Index(fields=["-reply_at", "-id"], name="response_newest"),
            models.Index(
                fields=["reply_at"], name="response_in_time",
                include=[
                    "prompt_audience", "reply_audience", "by", "relationship_kind", "channel", "user", "party",
                    "elapsed_seconds", "is_target_met",
                ],
            ),
        ]  # fmt: skip


class Target(Record):
    """How fast we want to answer, in business seconds, on a channel, for a kind of relationship or a stage."""

    channel = models.TextField(blank=True, default="")
    relationship_kind = models.ForeignKey("parties.RelationshipKind", null=True, blank=True, on_delete=models.CASCADE)
    stage = models.ForeignKey("parties.Stage", null=True, blank=True, on_delete=models.CASCADE)
    seconds = models.IntegerField()


class OurOrganization(models.Model):
    """The organisation that runs this Rapport: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.TextField(default="")
    time_zone = models.TextField(default="UTC")
    country = models.TextField(default="", blank=True)
    week = models.JSONField(default=list, help_text="seven lists of [start, end], Monday first")
    holidays = models.JSONField(default=list, help_text="dates on which nobody works")
    lapse_days = models.IntegerField(default=30)
