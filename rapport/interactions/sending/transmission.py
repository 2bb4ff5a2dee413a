"""One message over an SMTP connection (RFC 5321), and what became of it for each recipient.

What is certain: a server has a message for which it was told the end of the data, and hasn't what it was not told
the end of (section 4.1.1.4). In between, where its answer to the end never comes, nobody knows.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from rapport.kit.text import clean_line

LAST_SECONDS = 600
"""How long a server may think about a message that it has whole (RFC 5321, section 4.5.3.2.6)."""
FAULTS = (OSError, smtplib.SMTPException)
_DOTS = re.compile(rb"^\.", re.MULTILINE)


@dataclass(slots=True)
class Outcome:
    """What became of a message: by recipient, the server's words, or those of the fault."""

    taken: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    """Whether the connection is of no further use."""

    @property
    def words(self) -> str:
        """The last thing that was said."""
        said = [*self.taken.values(), *self.later.values(), *self.refused.values(), *self.unknown.values()]
        return said[-1] if said else ""

    def note(self, recipients: Collection[str], code: int, words: str) -> None:
        """A reply that isn't understood promises nothing: it is tried again."""
        place = self.taken if 200 <= code < 300 else self.refused if 500 <= code < 600 else self.later
        place |= dict.fromkeys(recipients, f"{code} {words}".strip())

    def cut(self, recipients: Collection[str], fault: Exception) -> None:
        self.later |= dict.fromkeys(recipients, words_of(fault))
        self.is_cut = True


def transmit(
    client: smtplib.SMTP, sender: str, recipients: Sequence[str], raw: bytes, *, begin: Callable[[list[str]], bool]
) -> Outcome:
    """Gives the server a message. `begin` is called, before its data, with whom it goes to; where it says no, nothing
    has happened."""
    outcome = Outcome()
    try:
        admitted = _envelope(client, sender, recipients, len(raw), outcome)
    except UnicodeError as fault:  # an address in letters that this way of sending doesn't know
        outcome.refused |= dict.fromkeys(recipients, words_of(fault))
        return _after(client, outcome)
    except FAULTS as fault:
        outcome.cut(recipients, fault)
        return outcome
    if not admitted:
        return _after(client, outcome)
    if not begin(admitted):
        return _after(client, outcome)
    if _data(client, admitted, raw, outcome):
        _end(client, admitted, outcome)
    return _after(client, outcome)


def _envelope(client: smtplib.SMTP, sender: str, recipients: Sequence[str], size: int, outcome: Outcome) -> list[str]:
    """MAIL and RCPT; the recipients that the server takes mail for."""
    options = [f"SIZE={size}"] if client.has_extn("size") else []
    code, words = _reply(client.mail(sender, options))
    if not 200 <= code < 300:
        outcome.note(recipients, code, words)
        return []
    admitted = []
    for each in recipients:
        code, words = _reply(client.rcpt(each))
        if 200 <= code < 300:
            admitted.append(each)
        else:
            outcome.note([each], code, words)
    return admitted


def _data(client: smtplib.SMTP, recipients: Sequence[str], raw: bytes, outcome: Outcome) -> bool:
    """DATA and all of it but its end. False where it didn't come to that."""
    try:
        code, words = _reply(client.docmd("DATA"))
        if code != 354:
            # 2xx means nothing here, and so promises nothing.
            outcome.note(recipients, code if code >= 400 else 0, words)
            return False
        client.send(_stuffed(raw))
    except FAULTS as fault:
        outcome.cut(recipients, fault)
        return False
    return True


def _end(client: smtplib.SMTP, recipients: Sequence[str], outcome: Outcome) -> None:
    try:
        if client.sock:
            client.sock.settimeout(LAST_SECONDS)
        client.send(b".\r\n")
        code, words = _reply(client.getreply())
    except FAULTS as fault:
        outcome.unknown, outcome.is_cut = dict.fromkeys(recipients, words_of(fault)), True
        return
    if 200 <= code < 300 or 400 <= code < 600:
        outcome.note(recipients, code, words)
    else:
        outcome.unknown, outcome.is_cut = dict.fromkeys(recipients, f"{code} {words}"), True


def _after(client: smtplib.SMTP, outcome: Outcome) -> Outcome:
    """Makes the connection ready for the next message."""
    if not outcome.is_cut and not outcome.taken:
        try:
            client.rset()
        except FAULTS:
            outcome.is_cut = True
    return outcome


def _stuffed(raw: bytes) -> bytes:
    """Section 4.5.2: no line of it looks like its end; it ends in a line end."""
    return _DOTS.sub(b"..", raw if raw.endswith(b"\r\n") else raw + b"\r\n")


def _reply(answer: tuple[int, bytes]) -> tuple[int, str]:
    return answer[0], clean_line(answer[1].decode(errors="replace"), 500)


def words_of(fault: Exception) -> str:
    """What happened, in a line."""
    return clean_line(f"{type(fault).__name__}: {fault}", 500)
