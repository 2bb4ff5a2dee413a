"""Mailboxes on the Dovecot of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rapport.interactions.mailboxes.health import Health
from rapport.interactions.mailboxes.servers import open_imap
from rapport.interactions.mailboxes.session import Session
from rapport.interactions.models import Mailbox, MailPlace
from rapport.platform.access.models import User
from tests.dovecot import PASSWORD, Dovecot
from tests.factories.letters import archive_of


def mailbox_of(owner: User | None, server: Dovecot, address: str, **fields: object) -> Mailbox:
    """`address` signs in, too."""
    made = Mailbox(
        address=address,
        username=address,
        owner=owner,
        archive=archive_of(owner),
        **{"imap_host": "localhost", "imap_port": server.tls_port, **fields},
    )
    made.keep_secret(PASSWORD)
    made.save()
    return made


@contextmanager
def session_of(mailbox: Mailbox) -> Iterator[Session]:
    with open_imap(mailbox) as client:
        session = Session(mailbox, client, Health(mailbox))
        session.begin()
        yield session


def catch_up(mailbox: Mailbox) -> None:
    with session_of(mailbox) as session:
        session.look()


def placed(mailbox: Mailbox) -> dict[tuple[str, int], str]:
    """Message-IDs by where they lie, as they are known here: by folder and UID."""
    rows = MailPlace.objects.filter(folder__mailbox=mailbox, folder__is_gone=False, interaction__isnull=False)
    return {
        (folder, uid): found
        for folder, uid, found in rows.values_list("folder__name", "uid", "interaction__message_id")
    }


def lying(server: Dovecot, account: str, folders: tuple[str, ...] = ("INBOX",)) -> dict[tuple[str, int], str]:
    """The same, as the server has it."""
    found = {}
    with server.client(account) as client:
        for folder in folders:
            client.select_folder(folder, readonly=True)
            for uid, item in client.fetch(client.search(), ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]).items():
                header = item[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"].decode()
                found[folder, uid] = header.strip().removeprefix("Message-ID: <").rstrip(">")
    return found
