"""One communication, what was said in it, who took part, and what came with it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.access import InteractionRows
from rapport.interactions.models.conversations import Conversation
from rapport.interactions.models.sources import Archive
from rapport.interactions.models.visibility import Audience
from rapport.parties.models import Party
from rapport.platform.access.models import User
from rapport.platform.records.models import Record, Row


class Interaction(Record):
    """One communication: an e-mail, a call, a meeting, a letter, a note."""

    class Direction(models.TextChoices):
        OUT = "out", _("to them")
        IN = "in", _("from them")
        INTERNAL = "internal", _("among us")
        OBSERVED = "observed", _("observed")

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="interactions", db_index=False
    )
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, editable=False)
    archive = models.ForeignKey(
        Archive, null=True, on_delete=models.SET_NULL, editable=False, help_text="where it first came from"
    )
    channel = models.TextField()
    direction = models.TextField(choices=Direction.choices)
    at = models.DateTimeField()
    subject = models.TextField(blank=True, default="")
    snippet = models.TextField(blank=True, default="", editable=False)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sender = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    automatic = models.TextField(blank=True, default="", editable=False)
    away_until = models.DateField(
        null=True, editable=False, help_text="the last day on which its writer is away, as an automatic reply says"
    )
    is_thanks = models.BooleanField(default=False, editable=False)
    is_synchronous = models.BooleanField(default=False, editable=False)
    is_planned = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="a meeting that hasn't been held: no communication yet",
    )
    called_off_at = models.DateTimeField(
        null=True, editable=False, help_text="a planned meeting that isn't held; it stays planned"
    )
    duration_seconds = models.IntegerField(null=True)
    has_attachments = models.BooleanField(default=False, editable=False)
    message_id = models.TextField(default="", editable=False, db_collation="C")
    topic = models.TextField(default="", editable=False, help_text="the subject without Re: and Fwd:, in small letters")
    is_reply = models.BooleanField(default=False, editable=False)
    is_unlinked_reply = models.BooleanField(default=False, editable=False, help_text="an answer that names no message")
    content_hash = models.BinaryField(max_length=32, null=True, editable=False)
    is_placed = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="a person put it in its conversation"
    )

    objects: ClassVar[Any] = InteractionRows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="interaction_in_order"),
            models.Index(fields=["message_id"], name="interaction_by_message_id", condition=~models.Q(message_id="")),
            models.Index(
                fields=["content_hash"], name="interaction_by_content", condition=models.Q(content_hash__isnull=False)
            ),
            models.Index(fields=["-at", "-id"], name="interaction_newest"),
            models.Index(fields=["conversation"], name="interaction_placed", condition=models.Q(is_placed=True)),
            models.Index(fields=["topic", "at"], name="interaction_by_topic", condition=~models.Q(topic="")),
            models.Index(fields=["at"], name="interaction_meetings", condition=models.Q(channel="meeting")),
            models.Index(fields=["at"], name="interaction_planned", condition=models.Q(is_planned=True)),
        ]  # fmt: skip


class Body(models.Model):
    """What was said, apart from the interaction, so that lists never carry it."""

    interaction = models.OneToOneField(Interaction, on_delete=models.CASCADE, primary_key=True, related_name="body")
    text = models.TextField(default="")
    quoted = models.TextField(default="")
    signature = models.TextField(default="")
    html = models.TextField(default="")
    headers = models.JSONField(default=dict)
    raw_digest = models.BinaryField(max_length=32, null=True)
    mentions = models.JSONField(null=True, help_text="the colleagues named by @ in the text: name as written → id")
    words = SearchVectorField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="body_words", fastupdate=False)]


class MessageReference(models.Model):
    """A Message-ID that an interaction has or refers to: how a later message finds its conversation."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.TextField(db_collation="C")
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="references")
    is_parent = models.BooleanField(default=False, db_default=False, help_text="the very message that is answered")

    class Meta:
        indexes = [models.Index(fields=["message_id"], name="reference_by_message_id")]


class Copy(models.Model):
    """That a message lies in an archive, and what only the copy there says: to whom it was delivered."""

    id = models.BigAutoField(primary_key=True)
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="copies")
    archive = models.ForeignKey(Archive, on_delete=models.CASCADE, related_name="+")
    delivered_to = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["interaction", "archive"], name="copy_unique")]
        indexes = [GinIndex(fields=["delivered_to"], name="copy_delivered_to", fastupdate=False)]


class Participation(models.Model):
    """Somebody in an interaction: a party of ours outside, a colleague, or just an address."""

    class Role(models.TextChoices):
        FROM = "from", _("from")
        TO = "to", _("to")
        CC = "cc", _("copy")
        BCC = "bcc", _("blind copy")
        ATTENDEE = "attendee", _("attendee")

    class Undelivered(models.TextChoices):
        DELAYED = "delayed", _("delayed")
        FAILED = "failed", _("could not be delivered")

    id = models.BigAutoField(primary_key=True)
    interaction = models.ForeignKey(
        Interaction, on_delete=models.CASCADE, related_name="participations", db_index=False
    )
    role = models.TextField(choices=Role.choices)
    name = models.TextField(default="")
    address = models.TextField(default="", db_collation="C")
    party = models.ForeignKey(
        Party, null=True, on_delete=models.SET_NULL, related_name="participations", db_index=False
    )
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(help_text="the interaction's, so that a timeline reads one index")
    answer = models.TextField(
        null=True,
        help_text="to an invitation: accepted, declined, tentative … as in RFC 5545 (PARTSTAT), in small letters",
    )
    undelivered = models.TextField(
        choices=Undelivered.choices, null=True, help_text="what delivery reports say of our message to this recipient"
    )
    undelivered_at = models.DateTimeField(null=True, help_text="when the report was written")
    undelivered_status = models.TextField(null=True, help_text="why, as in RFC 3463: 5.1.1; empty if unknown")

    class Meta:
        indexes = [
            models.Index(fields=["party", "-at", "interaction"], name="participation_of_party"),
            models.Index(fields=["interaction"], name="participation_of"),
            models.Index(fields=["address"], name="participation_by_address"),
        ]


class Attachment(Row):
    """A file in an interaction. Its content lies in the attachment store under its SHA-256."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    name = models.TextField()
    content_type = models.TextField()
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    content_id = models.TextField(blank=True, default="")
    is_inline = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["interaction"], name="attachment_of"),
            models.Index(fields=["digest"], name="attachment_by_digest"),
        ]
