"""Mailboxes that are followed and sent from, and where each message lies in them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models.interactions import Interaction
from rapport.interactions.models.sources import Archive
from rapport.platform.access.at_rest import decrypted, encrypted
from rapport.platform.access.models import Team, User
from rapport.platform.records.models import Record, Row


class Security(models.TextChoices):
    """How a connection is encrypted. There is no third way."""

    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", "STARTTLS"


class Mailbox(Record):
    """An account on a mail server: its owner's own, or shared by a team (without one: by all).

    Who may read what lies in it, its archive says. From a mailbox of one's own one sends oneself; from one that is
    shared, whoever of its team may write interactions. One that is neither shared nor anybody's rests.
    """

    address = models.TextField(help_text="what mail is sent from, and by default what one signs in with")
    name = models.TextField(blank=True, default="", help_text="what recipients see beside the address")
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="mailboxes")
    is_shared = models.BooleanField(default=False)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    archive = models.OneToOneField(Archive, on_delete=models.PROTECT, related_name="mailbox", editable=False)
    signature = models.TextField(blank=True, default="")
    is_paused = models.BooleanField(default=False)

    imap_host = models.TextField()
    imap_port = models.IntegerField(default=993)
    imap_security = models.TextField(choices=Security.choices, default=Security.TLS)
    smtp_host = models.TextField(blank=True, default="", help_text="empty: nothing is sent from it")
    smtp_port = models.IntegerField(default=465)
    smtp_security = models.TextField(choices=Security.choices, default=Security.TLS)
    username = models.TextField()
    secret = models.TextField(default="", editable=False, help_text="the password, encrypted")

    per_minute = models.IntegerField(default=60, help_text="messages that leave it in a minute, at most")
    keeps_copies = models.BooleanField(
        default=True, help_text="what is sent is put into its Sent folder; off where the server does that itself"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["imap_host", "username"], name="mailbox_once", condition=models.Q(deleted_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.address

    def keep_secret(self, text: str) -> None:
        self.secret = encrypted(text) if text else ""

    def read_secret(self) -> str:
        return decrypted(self.secret) if self.secret else ""


class Sync(models.Model):
    """How the following of a mailbox stands: what is shown as its health. Written by whoever follows it alone."""

    class State(models.TextChoices):
        NEW = "new", _("not looked at yet")
        FETCHING = "fetching", _("fetching")
        LIVE = "live", _("up to date")
        TROUBLE = "trouble", _("in trouble")
        PAUSED = "paused", _("paused")

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="sync")
    state = models.TextField(choices=State.choices, default=State.NEW)
    behind = models.IntegerField(null=True, help_text="messages on the server that aren't here yet")
    beat_at = models.DateTimeField(null=True, help_text="when whoever follows it last gave a sign of life")
    seen_at = models.DateTimeField(null=True, help_text="when all of it was last looked at")
    trouble = models.TextField(default="", help_text="the kind of trouble: see mailboxes.troubles")
    trouble_detail = models.TextField(default="", help_text="the server's own words")
    trouble_since = models.DateTimeField(null=True)


class MailFolder(Row):
    """A folder of a mailbox, and how far it has been read (RFC 3501: UIDVALIDITY, UIDs; RFC 7162: MODSEQ)."""

    class Role(models.TextChoices):
        """RFC 6154's special uses, and the inbox."""

        INBOX = "inbox", _("Inbox")
        SENT = "sent", _("Sent")
        ARCHIVE = "archive", _("Archive")
        DRAFTS = "drafts", _("Drafts")
        JUNK = "junk", _("Spam")
        TRASH = "trash", _("Trash")
        ALL = "all", _("All mail")
        OTHER = "", _("Folder")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders", db_index=False)
    name = models.TextField()
    role = models.TextField(choices=Role.choices, default=Role.OTHER, blank=True)
    is_followed = models.BooleanField(default=True)
    is_gone = models.BooleanField(default=False, help_text="the server has it no longer; what came from it stays")
    uidvalidity = models.BigIntegerField(null=True)
    next_uid = models.BigIntegerField(default=1, help_text="all messages with a lower UID have been read")
    modseq = models.BigIntegerField(null=True, help_text="flags are known up to it")
    total = models.IntegerField(default=0)
    problem = models.TextField(default="", help_text="why the server, or its name, doesn't let it be read")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="mail_folder_once")]

    def __str__(self) -> str:
        return self.name


class MailPlace(models.Model):
    """Where a message lies on its server. Without an interaction it was excluded, or could not be understood."""

    id = models.BigAutoField(primary_key=True)
    folder = models.ForeignKey(MailFolder, on_delete=models.CASCADE, related_name="places", db_index=False)
    uid = models.BigIntegerField()
    interaction = models.ForeignKey(Interaction, null=True, on_delete=models.SET_NULL, related_name="places")
    is_seen = models.BooleanField(default=False)
    is_answered = models.BooleanField(default=False)
    to_set = ArrayField(models.TextField(), default=list, help_text="flags that the server is to be told")
    problem = models.TextField(default="", help_text="why it could not be understood")
    raw_digest = models.BinaryField(max_length=32, null=True, help_text="of what could not be understood")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "uid"], name="mail_place_once")]
        indexes = [
            models.Index(fields=["folder"], name="mail_place_to_tell", condition=~models.Q(to_set=[])),
            models.Index(fields=["folder"], name="mail_place_problem", condition=~models.Q(problem="")),
        ]
