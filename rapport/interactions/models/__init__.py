"""Conversations, the interactions in them, and who owes whom an answer."""

from rapport.interactions.models.arrival import ArrivalRule, ArrivalRun
from rapport.interactions.models.conversations import Conversation, Mark, Regrouping
from rapport.interactions.models.interactions import (
    Attachment,
    Body,
    Copy,
    Interaction,
    MessageReference,
    Participation,
)
from rapport.interactions.models.ledger import ChangedDay, Day, Line, OurOrganization, Response, Standing, Target
from rapport.interactions.models.mailboxes import Mailbox, MailFolder, MailPlace, Security, Sync
from rapport.interactions.models.outgoing import DkimKey, OutgoingMessage
from rapport.interactions.models.sources import (
    Archive,
    ChangeOfUs,
    ExcludedAddress,
    Import,
    KeptApart,
    OurAddress,
    Quarantined,
    SenderRule,
)
from rapport.interactions.models.tasks import Repeats, Task, TaskSource
from rapport.interactions.models.visibility import Audience, AudienceKind, Detail

__all__ = [
    "Archive", "ArrivalRule", "ArrivalRun", "Attachment", "Audience", "AudienceKind", "Body", "ChangeOfUs",
    "ChangedDay", "Conversation", "Copy", "Day", "Detail", "DkimKey", "ExcludedAddress", "Import", "Interaction",
    "KeptApart", "Line", "MailFolder", "MailPlace", "Mailbox", "Mark", "MessageReference", "OurAddress",
    "OurOrganization", "OutgoingMessage", "Participation", "Quarantined", "Regrouping", "Repeats", "Response",
    "Security", "SenderRule", "Standing", "Sync", "Target", "Task", "TaskSource",
]  # fmt: skip
