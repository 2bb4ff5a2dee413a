"""Mailboxes on a local Dovecot: how fast a first sync is, how soon a new message is here, what idle ones cost."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.registry import Figure, line
from bench.world import ROOT, World

if TYPE_CHECKING:
    from tests.followed import Followed

MESSAGES, IDLE, NEW = 10_000, 100, 20


@line("mailboxes")
def mailboxes(_world: World) -> Iterable[Figure]:
    """In a process and an installation of its own, since Django is set up for another database there."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.mailboxes"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rate, floor, soon, memory = map(float, done.stdout.split())
    yield Figure("mailbox fetched and filed for the first time", "messages/s", rate, 300, "more", floor)
    yield Figure("a new message is here", "s", soon, 2)
    yield Figure(f"{IDLE} idle mailboxes, one process", "MB", memory, 300)


def measure() -> tuple[float, float, float, float]:
    """Messages a second of a first sync; those that IMAP alone gives; seconds to the slowest new one; megabytes."""
    from tests.followed import followed, until

    with tempfile.TemporaryDirectory() as folder, followed(Path(folder, "data")) as world:
        from rapport.interactions.models import Interaction, Mailbox, Sync
        from tests.factories.cast import make_cast
        from tests.factories.mail import generate
        from tests.factories.mailboxes import mailbox_of

        owner, account = make_cast().owner, "mara@ours.example"
        world.server.deliver(account, generate(MESSAGES))
        floor = _bare(world, account)
        mailbox_of(owner, world.server, account)
        world.start()
        assert until(Interaction.objects.exists, 120)
        started = time.monotonic()
        first = Interaction.objects.count()
        assert until(lambda: Sync.objects.filter(state="live").exists(), 1_200), Sync.objects.values()
        rate = (Interaction.objects.count() - first) / (time.monotonic() - started)
        soon = max(_arrival(world, account, number) for number in range(NEW))
        for number in range(IDLE - 1):
            mailbox_of(owner, world.server, f"idle{number}@ours.example")
        assert until(lambda: Sync.objects.filter(state="live").count() == Mailbox.objects.count(), 300)
        time.sleep(5)
        assert world.process
        return rate, floor, soon, _megabytes(world.process.pid)


def _bare(world: Followed, account: str) -> float:
    """The same messages fetched by the library alone."""
    begun = time.monotonic()
    with world.server.client(account) as client:
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for start in range(0, len(uids), 50):
            client.fetch(uids[start : start + 50], ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"])
    return len(uids) / (time.monotonic() - begun)


def _arrival(world: Followed, account: str, number: int) -> float:
    from rapport.interactions.models import Interaction
    from tests.factories.letters import letter
    from tests.followed import until

    world.server.deliver(account, [letter("aiko@sato.example", account, f"Is it there, {number}?", id_=f"new{number}")])
    begun = time.monotonic()
    assert until(lambda: Interaction.objects.filter(message_id=f"new{number}@test.example").exists(), 60)
    return time.monotonic() - begun


def _megabytes(pid: int) -> float:
    """Its resident memory, and that of what it has started."""
    listed = subprocess.run(
        ["ps", "-o", "rss=", "--pid", str(pid), "--ppid", str(pid)], capture_output=True, text=True, check=True
    )
    return sum(map(int, listed.stdout.split())) / 1_000


if __name__ == "__main__":
    print(*measure())
