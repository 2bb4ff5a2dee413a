"""Mailboxes to send from, and what is written in them."""

from __future__ import annotations

from typing import Any

from rapport.interactions.models import Archive, Mailbox, OutgoingMessage
from rapport.platform.access.models import User

ADDRESS = "support@ours.example"


def make_mailbox(address: str = ADDRESS, owner: User | None = None, **values: Any) -> Mailbox:
    archive = Archive.objects.create(name=address, owner=owner, audience="participants" if owner else "everyone")
    values = {"imap_host": "imap.ours.example", "smtp_host": "smtp.ours.example", "name": "Support"} | values
    made: Mailbox = Mailbox.objects.create(
        address=address, username=address, owner=owner, archive=archive, is_shared=owner is None, **values
    )
    return made


def make_draft(author: User, mailbox: Mailbox, to: str = "jonas@okafor.example", **values: Any) -> OutgoingMessage:
    values = {"subject": "Delivery", "html": "<p>On <b>Monday</b>.</p>"} | values
    made: OutgoingMessage = OutgoingMessage.objects.create(author=author, mailbox=mailbox, to=to, **values)
    return made
