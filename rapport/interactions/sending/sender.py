"""Sends what is due of a mailbox, one message after the other, over one connection."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from functools import partial
from typing import Self
from uuid import UUID

from django.utils import timezone

from rapport.interactions.mailboxes.servers import Cut, SignInRefused, open_smtp
from rapport.interactions.models import Mailbox, OutgoingMessage
from rapport.interactions.sending import outbox
from rapport.interactions.sending.transmission import Outcome, transmit, words_of
from rapport.platform.errors import Problem
from rapport.platform.jobs.queue import enqueue

MOST = 200
"""Messages in one job: whoever else waits has their turn."""


class Line:
    """A connection that is opened when there is something to send, and again where it was cut."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        if self._client:
            with suppress(OSError, smtplib.SMTPException):
                self._client.quit()
        self.drop()

    def send(self, message: OutgoingMessage) -> Outcome:
        """Nothing has happened where no connection can be had, or where an idle one turns out to be cut."""
        try:
            raw = outbox.raw_of(message)
        except (Problem, OSError) as fault:
            return Outcome(refused=dict.fromkeys(message.waiting, words_of(fault)))
        try:
            client = self._client = self._client or open_smtp(self._mailbox)
        except (SignInRefused, Cut, OSError) as fault:
            outcome = Outcome()
            outcome.cut(message.waiting, fault)
            return outcome
        begin = partial(outbox.note_data, message)
        outcome = transmit(client, self._mailbox.address, message.waiting, raw, begin=begin)
        if outcome.is_cut:
            self.drop()
        return outcome

    def drop(self) -> None:
        if self._client:
            self._client.close()
        self._client = None


def send_due(mailbox: UUID) -> int:
    """Sends what is due, at the mailbox's pace; answers how many messages were tried. Outside of transactions."""
    found = Mailbox.objects.kept().filter(pk=mailbox, is_paused=False).first()
    if found is None:
        return 0
    count = 0
    try:
        with Line(found) as line:
            while count < MOST and (message := outbox.claim(mailbox)):
                count += 1
                if not _send(line, message):
                    break  # the server isn't there: the others needn't ask it now
    except outbox.Full as full:
        _go_on(mailbox, full.pause)
    if count == MOST:
        _go_on(mailbox, 0)
    return count


def _send(line: Line, message: OutgoingMessage) -> bool:
    """Whether the connection is good for more."""
    try:
        outcome = line.send(message)
        outbox.settle(message, outcome)
    finally:
        outbox.release(message.pk)
    return not outcome.is_cut


def _go_on(mailbox: UUID, pause: float) -> None:
    """Later, in a job of its own; two that ask for the same second are one."""
    second = int(timezone.now().timestamp() + pause)
    enqueue(outbox.JOB, key=f"send.pace:{mailbox}:{second}", delay_seconds=max(pause, 1), mailbox=str(mailbox))
