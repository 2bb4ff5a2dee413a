"""One connection to a mailbox: catching up with all of its folders, then waiting for what comes."""

from __future__ import annotations

import select
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from imapclient import IMAPClient

from rapport.interactions.mailboxes.flags import forget_all, learn_flags, tell_flags
from rapport.interactions.mailboxes.folders import remember_folders
from rapport.interactions.mailboxes.health import Health
from rapport.interactions.mailboxes.reading import Moved, read_new
from rapport.interactions.models import Mailbox, MailFolder, MailPlace

LOOK_SECONDS = 60.0
"""How often folders other than the inbox are looked at, and the inbox where the server can't IDLE."""
LIST_SECONDS = 600.0
"""How often folders are listed anew, and flags compared where the server keeps no modification sequences."""
LEAST_PAUSE = 0.3


class Stopped(Exception):
    """Whoever follows the mailbox is to end."""


@dataclass(slots=True)
class Session:
    mailbox: Mailbox
    client: IMAPClient
    health: Health
    folders: list[MailFolder] = field(default_factory=list)
    listed_at: float = 0.0
    looked_at: float = 0.0
    vanished: bool = False
    is_stopped: Callable[[], bool] = bool
    refused: dict[str, str] = field(default_factory=dict)
    """Why the server doesn't let folders be read, by their names."""
    read_to: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    """By folder, the next UID and the number of messages when it was last looked at."""

    def begin(self) -> None:
        self.client.normalise_times = False
        wanted = [each for each in ("QRESYNC", "CONDSTORE") if self.client.has_capability(each)]
        if wanted and self.client.has_capability("ENABLE"):
            self.vanished = b"QRESYNC" in self.client.enable(*wanted)

    def look(self) -> None:
        """Looks at what may have changed: always at the inbox, at the others when it is time. Raises Stopped."""
        self.health.looking()
        if not self.folders or time.monotonic() - self.listed_at >= LIST_SECONDS:
            self.folders = remember_folders(self.client, self.mailbox)
            self.listed_at, self.looked_at = time.monotonic(), 0.0
        due = time.monotonic() - self.looked_at >= LOOK_SECONDS
        for folder in self.folders if due else self.folders[:1]:
            self._read_if_allowed(folder, is_all=not self.looked_at)
        if due:
            self.looked_at = time.monotonic()
            self._say_how_it_stands()

    def _say_how_it_stands(self) -> None:
        if not self.folders:
            self.health.is_up_to_date_but("nothing_followed")
        elif self.refused:
            self.health.is_up_to_date_but("folders", ", ".join(f"{name}: {why}" for name, why in self.refused.items()))
        else:
            self.health.is_up_to_date()

    def _read_if_allowed(self, folder: MailFolder, *, is_all: bool) -> None:
        """What the server says no to is noted, and holds no other folder up."""
        self._go_on()
        try:
            self._read(folder, is_all=is_all)
            self.refused.pop(folder.name, None)
        except IMAPClient.ReadOnlyError as no:
            self.refused[folder.name] = str(no)
        except IMAPClient.AbortError:
            raise
        except IMAPClient.Error as no:
            self.refused[folder.name] = str(no)

    def _go_on(self) -> None:
        if self.is_stopped():
            raise Stopped

    def _read(self, folder: MailFolder, *, is_all: bool) -> None:
        """Until nothing new is left in it. `is_all`: with the flags of all, however they are learned."""
        while True:
            there = _Selected.of(self.client.select_folder(folder.name, readonly=True))
            folder = _as_it_is(folder, there)
            uids = self._uids_behind(folder, there)
            try:
                self.health.behind(folder, len(uids))
                read_new(self.client, folder, uids, partial(self._filed, folder))
            except Moved:
                continue
            break
        folder.refresh_from_db(fields=["next_uid"])
        if MailPlace.objects.filter(folder=folder).exclude(to_set=[]).exists():
            self.client.select_folder(folder.name)
            tell_flags(self.client, folder)
        if there.modseq or is_all:
            learn_flags(self.client, folder, there.modseq, vanished=self.vanished)
        MailFolder.objects.filter(pk=folder.pk).update(modseq=there.modseq, total=there.total)
        self.read_to[folder.pk] = (folder.next_uid, there.total)

    def _filed(self, folder: MailFolder, count: int) -> None:
        self.health.filed(folder, count)
        self._go_on()

    def _uids_behind(self, folder: MailFolder, there: _Selected) -> list[int]:
        if not there.total or (there.next_uid and there.next_uid <= folder.next_uid):
            return []
        # `n:*` names the last message even where it lies before n (RFC 3501, 9).
        found = self.client.search(["UID", f"{folder.next_uid}:*"])
        return sorted(uid for uid in found if uid >= folder.next_uid)

    def wait(self, wake: socket.socket) -> None:
        """Until the inbox changes, `wake` is written to, or it is time to look at the rest."""
        begun = time.monotonic()
        left = max(self.looked_at + LOOK_SECONDS - begun, 0.1)
        if self.folders and self.client.has_capability("IDLE"):
            self._idle(wake, left)
        else:
            _ready([wake], left)
        if time.monotonic() - begun < LEAST_PAUSE:  # a server that always has something to say
            _ready([wake], LEAST_PAUSE)

    def _idle(self, wake: socket.socket, left: float) -> None:
        inbox = self.folders[0]
        there = _Selected.of(self.client.select_folder(inbox.name, readonly=True))
        next_uid, total = self.read_to.get(inbox.pk, (0, 0))
        if there.next_uid > next_uid or there.total != total:
            return  # it came while other folders were looked at
        has_more = _begin_idling(self.client)
        try:
            if not has_more and not _has_more(self.client):
                _ready([self.client.socket(), wake], left)
        finally:
            self.client.idle_done()


def _ready(sockets: list[socket.socket], seconds: float) -> None:
    """Waits until one can be read, for so long at most. (`select` takes no descriptors from 1024 on.)"""
    waiting = select.poll()
    for each in sockets:
        waiting.register(each, select.POLLIN)
    waiting.poll(seconds * 1_000)


def _begin_idling(client: IMAPClient) -> bool:
    """IDLE (RFC 2177); whether the server said something before it agreed, which IMAPClient takes for a refusal."""
    imap = client._imap
    tag = client._idle_tag = imap._command("IDLE")
    has_said = False
    while imap._get_response() is not None:
        if imap.tagged_commands[tag]:
            raise IMAPClient.Error("IDLE was refused")
        has_said = True
    return has_said


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


def _as_it_is(folder: MailFolder, there: _Selected) -> MailFolder:
    """The folder's row. When the server has built it anew, or gives UIDs once more that it gave before (as after it was
    restored from a backup), what was known of them holds no longer.

    Its messages are fetched again, and known again by their content.
    """
    with transaction.atomic():
        row: MailFolder = MailFolder.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "mailbox__archive"
        ).get(pk=folder.pk)  # fmt: skip
        if row.uidvalidity != there.uidvalidity or 0 < there.next_uid < row.next_uid:
            forget_all(row)
            row.uidvalidity, row.next_uid, row.modseq = there.uidvalidity, 1, None
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
