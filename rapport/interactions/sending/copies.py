"""The copy in a mailbox's Sent folder, for servers that keep none of what they are given."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from imapclient.exceptions import IMAPClientError

from rapport.interactions.mailboxes.servers import open_imap
from rapport.interactions.models import MailFolder, OutgoingMessage
from rapport.interactions.sending.outbox import raw_of


def keep_copy(message: OutgoingMessage) -> bool:
    """Puts it there, unless it is there; False where no Sent folder is known. Repeatable.

    Raises what `open_imap` raises, and IMAPClientError.
    """
    folders = MailFolder.objects.filter(mailbox=message.mailbox, role=MailFolder.Role.SENT, is_gone=False)
    name = folders.order_by("name").values_list("name", flat=True).first()
    if name is None or message.mailbox is None:
        return False
    client = open_imap(message.mailbox)
    try:
        client.select_folder(name)
        if not client.search(["HEADER", "Message-ID", f"<{message.message_id}>"]):
            client.append(name, raw_of(message), flags=[b"\\Seen"], msg_time=message.sent_at or datetime.now(UTC))
    finally:
        with suppress(IMAPClientError, OSError):
            client.logout()
    return True
