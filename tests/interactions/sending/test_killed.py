"""What kills and crowds do to messages that leave: nothing is lost, nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from rapport.interactions.models import Interaction, OutgoingMessage
from rapport.interactions.sending.outbox import recover
from rapport.interactions.sending.queueing import send
from rapport.interactions.sending.sender import send_due
from tests.factories.cast import make_cast
from tests.factories.letters import we_are
from tests.factories.outgoing import make_draft, make_mailbox
from tests.smtp import Sink, once, point_at, smtp_sink

State = OutgoingMessage.State
SENDER = """
import sys, uuid, django
django.setup()
from rapport.interactions.sending.sender import send_due
send_due(uuid.UUID(sys.argv[1]))
"""


@pytest.fixture
def sink(committed: None) -> Iterator[Sink]:
    with smtp_sink() as made:
        yield made


def queue(sink: Sink, count: int) -> UUID:
    """So many messages that are due; the mailbox of all."""
    cast = make_cast()
    we_are(owner=cast.owner)
    mailbox = make_mailbox(keeps_copies=False, per_minute=1_000)
    point_at(mailbox, sink)
    drafts = [make_draft(cast.owner, mailbox, subject=f"{number}") for number in range(count)]
    send([each.pk for each in drafts], actor=cast.actor("owner"))
    OutgoingMessage.objects.update(send_at=timezone.now())
    return mailbox.pk


def recovered() -> str:
    recover()
    return OutgoingMessage.objects.get().state


@pytest.mark.parametrize(
    ("stage", "after", "kept"),
    [("MAIL", State.QUEUED, 0), ("RCPT", State.QUEUED, 0), ("DATA", State.UNKNOWN, 1)],
)
def test_a_sender_that_is_killed(sink: Sink, stage: str, after: str, kept: int) -> None:
    mailbox, sink.stops = queue(sink, 1), stage
    sender = subprocess.Popen([sys.executable, "-c", SENDER, str(mailbox)])
    assert sink.reached.wait(60)
    recover()
    assert OutgoingMessage.objects.get().state == State.SENDING  # its sender is alive
    sender.kill()
    sender.wait()
    sink.stops = ""
    sink.go_on.set()
    assert once(lambda: recovered() == after)
    send_due(mailbox)
    assert OutgoingMessage.objects.get().state == (State.UNKNOWN if kept else State.SENT)
    assert len(sink.kept) == 1


def test_workers_at_once_send_each_once(sink: Sink) -> None:
    mailbox = queue(sink, 12)

    def work(_number: int) -> int:
        try:
            return send_due(mailbox)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 12
    assert sorted(kept.message_id for kept in sink.kept) == sorted(
        OutgoingMessage.objects.filter(state=State.SENT).values_list("message_id", flat=True)
    )
    assert Interaction.objects.count() == len(sink.kept) == 12
