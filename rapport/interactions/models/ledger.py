"""Who owes whom an answer, how long answers took, and how long they should take."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models.conversations import Conversation
from rapport.interactions.models.interactions import Interaction
from rapport.interactions.models.visibility import Audience
from rapport.parties.models import Party
from rapport.platform.access.models import User
from rapport.platform.records.models import Record, Row


class Standing(models.Model):
    """Per conversation and outside party: who owes whom, since when, due when. Derived."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="standings")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="standings")
    awaiting = models.TextField()
    since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    prompt = models.ForeignKey(Interaction, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "party"], name="standing_unique")]
        indexes = [models.Index(fields=["party", "awaiting"], name="standing_of_party")]


class Response(Row):
    """A prompt and its reply: the entry of the ledger. Derived."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="responses")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="responses")
    prompt = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    reply = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="+")
    by = models.TextField(choices=[("us", _("us")), ("them", _("them"))])
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.TextField()
    prompt_at = models.DateTimeField()
    reply_at = models.DateTimeField()
    prompt_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    reply_audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
    elapsed_seconds = models.BigIntegerField()
    business_seconds = models.BigIntegerField()
    target_seconds = models.BigIntegerField(null=True)
    is_target_met = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["conversation"], name="response_in_conversation"),
            models.Index(fields=["party", "-reply_at"], name="response_of_party"),
            models.Index(fields=["-reply_at", "-id"], name="response_newest"),
            models.Index(fields=["by", "reply_at"], name="response_by_side"),
            models.Index(fields=["by", "prompt_at"], name="response_by_prompt"),
        ]


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
