"""Following all mailboxes: a thread each, which while it waits holds a connection to its server alone.

Of several machines one follows a mailbox: who holds its advisory lock. Whoever is killed leaves nothing half done (see
`reading`), and another takes over at once.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from contextlib import closing, suppress
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from django.db.models import Q

from rapport.interactions.mailboxes.health import Health
from rapport.interactions.mailboxes.servers import open_imap
from rapport.interactions.mailboxes.session import Session, Stopped
from rapport.interactions.mailboxes.troubles import PATIENT, trouble_of
from rapport.interactions.models import Mailbox

log = logging.getLogger("rapport.mail")

CHANNEL = "rapport_mailboxes"
"""NOTIFY on it, with a mailbox's id, wakes whoever follows it; without one, all mailboxes are looked up anew."""
PAUSES = (2.0, 10.0, 30.0, 120.0, 300.0)
PATIENT_PAUSES = (60.0, 600.0, 1_800.0)
LOOK_UP_SECONDS = 10.0
HEED_SECONDS = 0.3
"""How soon a signal to end is heeded."""
MINE = "SELECT pg_try_advisory_lock(hashtextextended('rapport.mailbox.' || %s, 0))"
NO_LONGER = "SELECT pg_advisory_unlock(hashtextextended('rapport.mailbox.' || %s, 0))"


class Follower(threading.Thread):
    """Follows one mailbox, as it was set up in `version`, until it is told to stop."""

    def __init__(self, mailbox: UUID, version: int) -> None:
        super().__init__(name=f"mailbox-{mailbox}", daemon=True)
        self.mailbox, self.version = mailbox, version
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._stop_asked = threading.Event()

    def wake(self) -> None:
        with suppress(OSError):
            self._ours.send(b"!")

    def stop(self) -> None:
        self._stop_asked.set()
        self.wake()

    @property
    def is_stopping(self) -> bool:
        return self._stop_asked.is_set()

    def run(self) -> None:
        faults = 0
        while not self._stop_asked.is_set():
            begun = time.monotonic()
            pauses = self._follow()
            if self._stop_asked.is_set():
                break
            faults = 0 if time.monotonic() - begun > max(pauses) else faults + 1
            self._pause(pauses[min(max(faults - 1, 0), len(pauses) - 1)])
        self._ours.close()
        self._theirs.close()

    def _follow(self) -> tuple[float, ...]:
        """One connection, from its begin to its end; the pauses that fit what ended it."""
        health = None
        try:
            mailbox = Mailbox.objects.select_related("archive").get(pk=self.mailbox)
            health = Health(mailbox)
            with open_imap(mailbox) as client:
                session = Session(mailbox, client, health, is_stopped=self._stop_asked.is_set)
                session.begin()
                while not self._stop_asked.is_set():
                    session.look()
                    connection.close()  # a hundred that wait hold no hundred connections
                    session.wait(self._theirs)
                    self._heed()
        except (Mailbox.DoesNotExist, Stopped):
            self._stop_asked.set()
        except Exception as fault:
            # Whatever ends it, the mailbox is followed again after a pause, and says meanwhile what is wrong.
            is_known = trouble_of(fault)[0] != "fault"
            log.warning("mailbox=%s ended: %s", self.mailbox, type(fault).__name__, exc_info=not is_known)
            return self._troubled(health, fault)
        finally:
            connection.close()
        return PAUSES

    def _troubled(self, health: Health | None, fault: BaseException) -> tuple[float, ...]:
        try:
            if health:
                return PATIENT_PAUSES if health.troubled(fault) in PATIENT else PAUSES
        except Exception:
            # Without a database nothing can be noted; it is tried again all the same.
            log.exception("mailbox=%s: its trouble could not be noted", self.mailbox)
        return PAUSES

    def _pause(self, seconds: float) -> None:
        self._theirs.settimeout(seconds)
        with suppress(OSError):
            self._theirs.recv(100)
        self._theirs.setblocking(False)

    def _heed(self) -> None:
        with suppress(BlockingIOError):
            self._theirs.recv(1_000)


class Followers:
    """Keeps a follower for each mailbox that is to be followed and is nobody else's."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._parameters = parameters
        self.all: dict[UUID, Follower] = {}

    def keep(self, stop: threading.Event) -> None:
        """Until `stop` is set. Raises psycopg.Error when the database is lost, and with it the locks."""
        with closing(psycopg.connect(**self._parameters, autocommit=True)) as held:
            held.execute(f"LISTEN {CHANNEL}")
            try:
                next_look = 0.0
                while not stop.is_set():
                    if time.monotonic() >= next_look:
                        self._look_up(held)
                        next_look = time.monotonic() + (LOOK_UP_SECONDS if self._is_settled() else 0.0)
                    for notice in held.notifies(timeout=HEED_SECONDS, stop_after=1):
                        self._wake(notice.payload)
                        next_look = 0.0
            finally:
                self._stop()

    def _look_up(self, held: psycopg.Connection[Any]) -> None:
        rows = Mailbox.objects.filter(Q(is_shared=True) | Q(owner__is_active=True), deleted_at=None, is_paused=False)
        wanted = dict(rows.values_list("pk", "version"))
        connection.close()
        for mailbox, follower in list(self.all.items()):
            if wanted.get(mailbox) != follower.version or not follower.is_alive():
                follower.stop()
                if not follower.is_alive():  # else at the next look: it ends after what it is at
                    held.execute(NO_LONGER, [str(mailbox)])
                    del self.all[mailbox]
        for mailbox in wanted.keys() - self.all.keys():
            row = held.execute(MINE, [str(mailbox)]).fetchone()
            if row and row[0]:
                self.all[mailbox] = Follower(mailbox, wanted[mailbox])
                self.all[mailbox].start()

    def _is_settled(self) -> bool:
        return not any(each.is_stopping for each in self.all.values())

    def _wake(self, mailbox: str) -> None:
        for follower in self.all.values():
            if str(follower.mailbox) == mailbox:
                follower.wake()

    def _stop(self) -> None:
        for follower in self.all.values():
            follower.stop()
        end = time.monotonic() + 2
        for follower in self.all.values():
            follower.join(max(end - time.monotonic(), 0))


def follow(parameters: dict[str, Any], stop: threading.Event) -> None:
    """Follows all mailboxes until `stop` is set, and begins anew whatever ends that. `parameters`: psycopg's."""
    while not stop.is_set():
        try:
            Followers(parameters).keep(stop)
        except Exception as fault:
            # A database that is started again, most likely: it must not be for ever that nobody follows.
            log.warning("mailboxes are followed anew: %s", type(fault).__name__, exc_info=True)
            stop.wait(PAUSES[0])


def wake(mailbox: UUID | None = None) -> None:
    """At commit: tells whoever follows this mailbox to look at it now; or that mailboxes came, went or changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(mailbox or "")])
