"""One connection to a mailbox: catching up with all of its folders, then waiting for what comes."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from imapclient import IMAPClient

from rapport.interactions.mailboxes.flags import learn_flags, tell_flags
from rapport.interactions.mailboxes.folders import remember_folders
from rapport.interactions.mailboxes.health import Health
from rapport.interactions.mailboxes.reading import Moved, read_new
from rapport.interactions.models import Mailbox, MailFolder, MailPlace

LOOK_SECONDS = 60.0
"""How often folders other than the inbox are looked at, and the inbox where the server can't IDLE."""
LIST_SECONDS = 600.0
"""How often folders are listed anew, and flags compared where the server keeps no modification sequences."""


@dataclass(slots=True)
class Session:
    mailbox: Mailbox
    client: IMAPClient
    health: Health
    folders: list[MailFolder] = field(default_factory=list)
    listed_at: float = 0.0
    looked_at: float = 0.0
    vanished: bool = False

    def begin(self) -> None:
        self.client.normalise_times = False
        wanted = [each for each in ("QRESYNC", "CONDSTORE") if self.client.has_capability(each)]
        if wanted and self.client.has_capability("ENABLE"):
            self.vanished = b"QRESYNC" in self.client.enable(*wanted)

    def look(self) -> None:
        """Looks at what may have changed: always at the inbox, at the others when it is time."""
        self.health.looking()
        if not self.folders or time.monotonic() - self.listed_at >= LIST_SECONDS:
            self.folders = remember_folders(self.client, self.mailbox)
            self.listed_at, self.looked_at = time.monotonic(), 0.0
        due = time.monotonic() - self.looked_at >= LOOK_SECONDS
        for folder in self.folders if due else self.folders[:1]:
            self._read(folder, is_all=not self.looked_at)
        if due:
            self.looked_at = time.monotonic()
            self.health.is_up_to_date()

    def _read(self, folder: MailFolder, *, is_all: bool) -> None:
        """Until nothing new is left in it. `is_all`: with the flags of all, however they are learned."""
        while True:
            there = _Selected.of(self.client.select_folder(folder.name))
            folder = _as_it_is(folder, there.uidvalidity)
            uids = self._uids_behind(folder, there)
            try:
                self.health.behind(folder, len(uids))
                read_new(self.client, folder, uids, partial(self.health.filed, folder))
            except Moved:
                continue
            break
        folder.refresh_from_db()
        tell_flags(self.client, folder)
        if there.modseq or is_all:
            learn_flags(self.client, folder, there.modseq, vanished=self.vanished)
        MailFolder.objects.filter(pk=folder.pk).update(modseq=there.modseq, total=there.total)

    def _uids_behind(self, folder: MailFolder, there: _Selected) -> list[int]:
        if not there.total or (there.next_uid and there.next_uid <= folder.next_uid):
            return []
        # `n:*` names the last message even where it lies before n (RFC 3501, 9).
        found = self.client.search(["UID", f"{folder.next_uid}:*"])
        return sorted(uid for uid in found if uid >= folder.next_uid)

    def wait(self, wake: socket.socket) -> bool:
        """Until the inbox changes, `wake` is written to, or it is time to look at the rest; whether it was woken."""
        left = max(self.looked_at + LOOK_SECONDS - time.monotonic(), 0.1)
        if not self.folders or not self.client.has_capability("IDLE"):
            return bool(select.select([wake], [], [], left)[0])
        self.client.select_folder(self.folders[0].name, readonly=True)
        self.client.idle()
        try:
            return not _has_more(self.client) and wake in select.select([self.client.socket(), wake], [], [], left)[0]
        finally:
            self.client.idle_done()


def _has_more(client: IMAPClient) -> bool:
    """Whether something came together with the answer to IDLE, and so is not to be waited for."""
    connection = client.socket()
    connection.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        connection.settimeout(client._timeout.read)


def _as_it_is(folder: MailFolder, uidvalidity: int) -> MailFolder:
    """The folder's row. When the server has built it anew, what was known of its UIDs holds no longer.

    Its messages are fetched again, and known again by their content.
    """
    with transaction.atomic():
        row: MailFolder = MailFolder.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "mailbox__archive"
        ).get(pk=folder.pk)  # fmt: skip
        if row.uidvalidity != uidvalidity:
            MailPlace.objects.filter(folder=row).delete()
            row.uidvalidity, row.next_uid, row.modseq = uidvalidity, 1, None
            row.save(update_fields=["uidvalidity", "next_uid", "modseq"])
    return row


@dataclass(frozen=True, slots=True)
class _Selected:
    """What SELECT answers, as far as it matters."""

    uidvalidity: int
    next_uid: int
    """0 where the server doesn't say."""
    total: int
    modseq: int | None

    @classmethod
    def of(cls, answer: Mapping[bytes, Any]) -> _Selected:
        return cls(
            int(answer.get(b"UIDVALIDITY", 0)),
            int(answer.get(b"UIDNEXT", 0)),
            int(answer.get(b"EXISTS", 0)),
            int(_first(answer.get(b"HIGHESTMODSEQ"))) or None,
        )


def _first(value: Any) -> Any:
    return (value[0] if isinstance(value, (list, tuple)) else value) or 0
