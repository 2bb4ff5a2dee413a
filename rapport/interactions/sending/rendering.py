"""A message as the bytes that leave: RFC 5322 and MIME, by the standard library, in seven bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from django.utils.translation import gettext as _

from rapport.interactions.channels.email.message import Address
from rapport.interactions.sending.bodies import plain_body, whole_page
from rapport.kit.text import clean_line
from rapport.platform.errors import Invalid

MOST_REFERENCES = 20
"""The first, which began it, and the last ones: RFC 5322 limits lines, and some servers headers."""


class _Policy(EmailPolicy):
    """CRLF and ASCII alone; message ids are never folded within, nor encoded, as the library would those that are
    longer than a line: nothing would find them again."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in ("references", "in-reply-to", "message-id"):
            return f"{name}: {(self.linesep + ' ').join(value.split())}{self.linesep}".encode()
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=True)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be written. `message_id` and `references` are without angle brackets."""

    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address]
    subject: str
    html: str
    message_id: str
    at: datetime
    references: Sequence[str] = ()
    """All before it, the one that is answered last."""
    enclosed: Sequence[Enclosed] = field(default_factory=tuple)


def render(letter: Letter) -> bytes:
    """The bytes of a message. Who gets a blind copy doesn't stand in them."""
    made = EmailMessage(policy=POLICY)
    made["From"] = _header([letter.sender])
    for name, people in (("To", letter.to), ("Cc", letter.cc)):
        if people:
            made[name] = _header(people)
    made["Subject"] = _plain(letter.subject, 1_000)
    made["Date"] = format_datetime(letter.at)
    made["Message-ID"] = f"<{letter.message_id}>"
    if references := _references(letter.references):
        made["In-Reply-To"] = f"<{references[-1]}>"
        made["References"] = " ".join(f"<{each}>" for each in references)
    made.set_content(plain_body(letter.html))
    made.add_alternative(whole_page(letter.html), subtype="html")
    for each in letter.enclosed:
        main, _slash, sub = each.media_type.partition("/")
        made.add_attachment(each.content, maintype=main, subtype=sub, filename=_plain(each.name, 200))
    _check(made)
    return made.as_bytes()


def _plain(text: str, most: int) -> str:
    """Without encoded words (RFC 2047): the library would decode them, line ends and all, into the header."""
    return clean_line(text, most).replace("=?", "= ?")


def _check(made: EmailMessage) -> None:
    """No header holds a line of its own making: what others call themselves, or a subject, never becomes a header."""
    for part in made.walk():
        if any(end in str(value) for value in part.values() for end in "\r\n"):
            raise Invalid(_("There is a line end in a name or in the subject."))


def _header(people: Iterable[Address]) -> list[HeaderAddress]:
    return [HeaderAddress(_plain(each.name, 300), addr_spec=each.address) for each in people]


def _references(given: Sequence[str]) -> list[str]:
    """Those that can stand in a header, each once."""
    usable = list(dict.fromkeys(each for each in given if _is_usable(each)))
    return usable if len(usable) <= MOST_REFERENCES else [usable[0], *usable[1 - MOST_REFERENCES :]]


def _is_usable(message_id: str) -> bool:
    return message_id.isascii() and message_id.isprintable() and not set(message_id) & set(" <>")
