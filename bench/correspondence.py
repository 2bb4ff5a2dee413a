"""Somebody with a long timeline: years of letters to and fro, imported as mail is."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from bench.world import EMAIL, World, command

LETTERS, IN_ONE = 10_000, 5
"""How many there are, and how many of them are one conversation."""
APART = timedelta(hours=2.6)
THEIRS = "odile.larsen@larsen.example"
WORDS = "Thank you for the drawings. Could you send us the revised dates for the second delivery, too?"


def correspond(world: World) -> str:
    """The id of a person with whom `LETTERS` letters were exchanged in the last three years."""
    path = world.data.parent / "letters.mbox"
    _write(path)
    answer = command(world.data, "import", "mailbox", str(path), "--me", EMAIL, "--user", EMAIL)
    assert answer["stored"] == LETTERS, answer
    return str(world.row("SELECT id FROM parties_party WHERE primary_email = %s", THEIRS)[0])


def _write(path: Path) -> None:
    box = mailbox.mbox(path, create=True)
    for each in _letters(datetime.now(UTC) - APART * LETTERS):
        box.add(each)
    box.close()


def _letters(begin: datetime) -> Iterator[EmailMessage]:
    for number in range(LETTERS):
        place = number % IN_ONE
        message = EmailMessage()
        ours, theirs = f"Bench <{EMAIL}>", f"Odile Larsen <{THEIRS}>"
        message["From"], message["To"] = (theirs, ours) if place % 2 == 0 else (ours, theirs)
        message["Subject"] = f"{'Re: ' if place else ''}Delivery {number // IN_ONE}"
        message["Date"] = format_datetime(begin + APART * number)
        message["Message-ID"] = f"<{number}@larsen.example>"
        if place:
            message["In-Reply-To"] = f"<{number - 1}@larsen.example>"
        message.set_content(WORDS)
        yield message
