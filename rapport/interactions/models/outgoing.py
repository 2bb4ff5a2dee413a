"""E-mail that is written here, and what becomes of it on its way out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models.interactions import Interaction
from rapport.interactions.models.mailboxes import Mailbox
from rapport.platform.access.models import User
from rapport.platform.records.models import Record


class OutgoingState(models.TextChoices):
    DRAFT = "draft", _("draft")
    QUEUED = "queued", _("about to leave")
    SENDING = "sending", _("leaving")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")
    UNKNOWN = "unknown", _("nobody knows whether it left")


class OutgoingMessage(Record):
    """From a draft to what the server said. `interactions.sending.outbox` describes its way.

    What is below *on its way* is written by queueing and by whoever sends it alone.
    """

    State = OutgoingState

    author = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    mailbox = models.ForeignKey(Mailbox, null=True, blank=True, on_delete=models.SET_NULL, related_name="outgoing")
    answers = models.ForeignKey(
        Interaction, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="or passes on"
    )
    is_forward = models.BooleanField(default=False, help_text="passes `answers` on to somebody else")
    to = models.TextField(blank=True, default="", help_text="as typed, separated by commas")
    cc = models.TextField(blank=True, default="")
    bcc = models.TextField(blank=True, default="")
    subject = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")

    # on its way
    state = models.TextField(choices=OutgoingState.choices, default=OutgoingState.DRAFT, editable=False)
    send_at = models.DateTimeField(null=True, editable=False, help_text="when it is tried next, or was to be")
    queued_at = models.DateTimeField(null=True, editable=False)
    message_id = models.TextField(default="", editable=False, db_collation="C", help_text="without angle brackets")
    raw_digest = models.BinaryField(max_length=32, null=True, editable=False, help_text="the very bytes, of all tries")
    waiting = ArrayField(
        models.TextField(), default=list, editable=False, help_text="recipients it must yet be sent to"
    )
    refused = models.JSONField(default=dict, editable=False, help_text="recipient → the server's words")
    tries = models.IntegerField(default=0, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False, help_text="when somebody last began to send it")
    data_at = models.DateTimeField(null=True, editable=False, help_text="from when on the server may have it")
    data_to = ArrayField(
        models.TextField(), default=list, editable=False, help_text="for whom the server may have it since then"
    )
    sent_at = models.DateTimeField(null=True, editable=False, help_text="when the server took it")
    answer = models.TextField(default="", editable=False, help_text="the server's last words, or what went wrong")
    interaction = models.ForeignKey(
        Interaction, null=True, on_delete=models.SET_NULL, related_name="+", editable=False, help_text="as it was filed"
    )

    class Meta:
        indexes = [
            models.Index(fields=["author", "-id"], name="outgoing_of_author"),
            models.Index(fields=["send_at"], name="outgoing_due", condition=models.Q(state=OutgoingState.QUEUED)),
            models.Index(fields=["id"], name="outgoing_leaving", condition=models.Q(state=OutgoingState.SENDING)),
            models.Index(
                fields=["message_id"], name="outgoing_unknown", condition=models.Q(state=OutgoingState.UNKNOWN)
            ),
            models.Index(fields=["mailbox", "claimed_at"], name="outgoing_rate"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject


class DkimKey(Record):
    """What mail from a domain of ours is signed with (RFC 6376). The private key is never told."""

    domain = models.TextField(unique=True)
    selector = models.TextField(default="rapport")
    private = models.TextField(default="", editable=False, help_text="PEM, encrypted")
    record_name = models.TextField(default="", editable=False, help_text="the name to publish in the DNS")
    record_text = models.TextField(default="", editable=False, help_text="the TXT record to publish there")
    is_used = models.BooleanField(default=False, help_text="once the record is published")

    def __str__(self) -> str:
        return self.domain
