"""A believable mail archive, the same for the same seed: for tests, and for `bench/`.

Threads of several people in several languages, with and without HTML, quoted above and below, signed,
with attachments; newsletters, bounces, absences, invitations; duplicates, missing Message-IDs, wrong
charsets. The median message has about 20 kB, one in five carries an attachment.
"""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from html import escape
from pathlib import Path

from .mail_words import ATTACHMENTS, COLLEAGUES, PEOPLE, VOICES, Voice

Person = tuple[str, str, str]
_START = datetime(2021, 3, 1, 8, 0, tzinfo=UTC)
_STYLE = "font-family:Calibri,Arial,sans-serif;font-size:11pt;color:#1f2933;margin:0 0 8pt 0"


@dataclass
class Thread:
    """A conversation as it grows."""

    us: Person
    them: Person
    topic: str
    date: datetime
    ids: list[str] = field(default_factory=list)
    last_text: str = ""
    last_speaker: Person | None = None

    @property
    def voice(self) -> Voice:
        return VOICES[self.them[2]]


def write_mbox(path: Path, messages: int = 10_000, seed: int = 1) -> None:
    """Write that many messages as an mboxrd file."""
    with path.open("wb") as target:
        for raw in generate(messages, seed):
            target.write(b"From MAILER-DAEMON Mon Mar  1 08:00:00 2021\n")
            lines = raw.replace(b"\r\n", b"\n").split(b"\n")
            target.write(b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines))
            target.write(b"\n\n")


def generate(messages: int, seed: int = 1) -> Iterator[bytes]:
    """That many messages, in the order in which they were received."""
    archive = _Archive(random.Random(seed))
    for number in range(messages):
        yield archive.next(number)


class _Archive:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.now = _START
        self.open: list[Thread] = []
        self.recent: list[bytes] = []

    def next(self, number: int) -> bytes:
        self.now += timedelta(minutes=self.chance.expovariate(1 / 90))
        kinds = ("talk", "newsletter", "bounce", "absence", "invitation", "duplicate")
        kind = self.chance.choices(kinds, (80, 12, 1.5, 1.5, 2, 3))[0]
        if kind == "duplicate" and self.recent:
            return self.chance.choice(self.recent)
        raw: bytes = self._talk(number) if kind in ("talk", "duplicate") else getattr(self, f"_{kind}")(number)
        self.recent = [*self.recent[-20:], raw]
        return raw

    def _talk(self, number: int) -> bytes:
        thread = self._thread()
        speaker, listener = self._speakers(thread)
        text, markup = self._bodies(thread, speaker, listener)
        first = not thread.ids
        subject = thread.topic if first else thread.voice.reply + thread.topic
        headers = _people(speaker, listener) + _field("Subject", subject) + self._date()
        identifier = f"{number}.{self.chance.getrandbits(48):x}@{speaker[1].partition('@')[2]}"
        if self.chance.random() > 0.01:
            headers += f"Message-ID: <{identifier}>\r\n"
        if thread.ids and self.chance.random() > 0.05:
            headers += f"In-Reply-To: <{thread.ids[-1]}>\r\nReferences: "
            headers += "\r\n ".join(f"<{i}>" for i in thread.ids[-10:]) + "\r\n"
        thread.ids.append(identifier)
        thread.last_text, thread.last_speaker = text, speaker
        return self._assembled(headers, text, markup)

    def _thread(self) -> Thread:
        if self.open and self.chance.random() < 0.72:
            return self.chance.choice(self.open[-25:])
        them = self.chance.choice(PEOPLE)
        thread = Thread(self.chance.choice(COLLEAGUES), them, self.chance.choice(VOICES[them[2]].topics), self.now)
        self.open.append(thread)
        return thread

    def _speakers(self, thread: Thread) -> tuple[Person, Person]:
        if thread.last_speaker == thread.them or (not thread.ids and self.chance.random() < 0.4):
            return thread.us, thread.them
        return thread.them, thread.us

    def _bodies(self, thread: Thread, speaker: Person, listener: Person) -> tuple[str, str]:
        voice = thread.voice
        paragraphs = [voice.greetings[0].format(name=listener[0])]
        for _ in range(self.chance.randint(1, 6)):
            count = self.chance.randint(1, 5)
            paragraphs.append(" ".join(self.chance.choice(voice.sentences) for _ in range(count)))
        paragraphs.append(f"{self.chance.choice(voice.closings)}\n{speaker[0]}")
        own = "\n\n".join(paragraphs)
        signature = f"-- \n{speaker[0]}\n{speaker[1]} | +49 30 5550 {self.chance.randint(1000, 9999)}"
        return self._quoted(thread, own, signature), _markup(paragraphs, thread, signature)

    def _quoted(self, thread: Thread, own: str, signature: str) -> str:
        if thread.last_speaker is None:
            return f"{own}\n\n{signature}"
        name, address, _ = thread.last_speaker
        intro = thread.voice.intro.format(date="2021-03-01 08:00", name=name, address=address)
        quote = intro + "\n" + "\n".join(f"> {line}" for line in thread.last_text[:6000].split("\n"))
        if self.chance.random() < 0.25:
            return f"{quote}\n\n{own}\n\n{signature}"
        return f"{own}\n\n{signature}\n\n{quote}"

    def _assembled(self, headers: str, text: str, markup: str) -> bytes:
        charset = self.chance.choices(("utf-8", "iso-8859-1", "x-unknown"), (90, 7, 3))[0]
        plain = _text_part("plain", text, charset)
        body = plain
        if self.chance.random() < 0.8:
            body = self._multipart("alternative", [plain, _text_part("html", markup, "utf-8")])
        if self.chance.random() < 0.25:
            body = self._multipart("mixed", [body, self._attachment()])
        return headers.encode() + b"MIME-Version: 1.0\r\n" + body

    def _multipart(self, subtype: str, parts: list[bytes]) -> bytes:
        boundary = f"=_{self.chance.getrandbits(64):016x}".encode()
        head = b'Content-Type: multipart/%s;\r\n boundary="%s"\r\n\r\n' % (subtype.encode(), boundary)
        return head + b"".join(b"--%s\r\n%s\r\n" % (boundary, part) for part in parts) + b"--%s--\r\n" % boundary

    def _attachment(self) -> bytes:
        name, kind = self.chance.choice(ATTACHMENTS)
        data = self.chance.randbytes(int(self.chance.lognormvariate(10.6, 1)))
        return (
            f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n".encode()
            + b"Content-Disposition: attachment;\r\n"
            + f' filename="{Header(name, "utf-8").encode()}"\r\n\r\n'.encode()
            + base64.encodebytes(data).replace(b"\n", b"\r\n")
        )

    def _date(self) -> str:
        return f"Date: {format_datetime(self.now)}\r\n"

    def _from_machine(self, sender: str, subject: str, more: str) -> bytes:
        us = self.chance.choice(COLLEAGUES)
        headers = f"From: {sender}\r\nTo: {us[1]}\r\n" + _field("Subject", subject) + self._date() + more
        return (headers + f"Message-ID: <{self.chance.getrandbits(64):x}@machine.example>\r\n").encode()

    def _newsletter(self, number: int) -> bytes:
        more = "List-Unsubscribe: <https://news.example/out>\r\nPrecedence: bulk\r\n"
        items = "".join(
            f'<tr><td style="{_STYLE}"><a href="https://news.example/{number}/{i}">Item {i}</a></td></tr>'
            for i in range(150)
        )
        markup = f'<table>{items}</table><img src="https://news.example/open.gif" width="1" height="1">'
        body = b"MIME-Version: 1.0\r\n" + _text_part("html", markup, "utf-8")
        return self._from_machine("Trade News <news@news.example>", f"Issue {number}", more) + body

    def _absence(self, number: int) -> bytes:
        person = self.chance.choice(PEOPLE)
        body = b"\r\nI am away until Monday.\r\n"
        return self._from_machine(person[1], "Automatic reply: your message", "Auto-Submitted: auto-replied\r\n") + body

    def _bounce(self, number: int) -> bytes:
        address = f"gone{number}@nordwerk.example"
        status = (
            f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {address}\r\n"
            "Action: failed\r\nStatus: 5.1.1\r\n"
        )
        parts = [
            _text_part("plain", f"Your message to {address} could not be delivered.", "utf-8"),
            b"Content-Type: message/delivery-status\r\n\r\n" + status.encode(),
        ]
        body = self._multipart("report; report-type=delivery-status", parts)
        headers = self._from_machine("MAILER-DAEMON@mx.example", "Undelivered Mail", "Return-Path: <>\r\n")
        return headers + b"MIME-Version: 1.0\r\n" + body

    def _invitation(self, number: int) -> bytes:
        person = self.chance.choice(PEOPLE)
        calendar = (
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
            f"UID:{number}@meet.example\r\nDTSTAMP:20210301T080000Z\r\nDTSTART:20210302T090000Z\r\n"
            "SUMMARY:Project meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        event = b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" + calendar.encode()
        body = self._multipart("alternative", [_text_part("plain", "Project meeting", "utf-8"), event])
        return self._from_machine(person[1], "Invitation: Project meeting", "MIME-Version: 1.0\r\n") + body


def _people(speaker: Person, listener: Person) -> str:
    return _mailbox("From", speaker) + _mailbox("To", listener)


def _mailbox(name: str, person: Person) -> str:
    spoken = person[0] if person[0].isascii() else Header(person[0], "utf-8").encode()
    return f"{name}: {spoken if not person[0].isascii() else chr(34) + spoken + chr(34)} <{person[1]}>\r\n"


def _field(name: str, value: str) -> str:
    text = value if value.isascii() else Header(value, "utf-8").encode(linesep="\r\n")
    return f"{name}: {text}\r\n"


def _text_part(subtype: str, text: str, charset: str) -> bytes:
    """Wrong on purpose: what is called Latin-1 is Windows-1252 where it fits, and UTF-8 where it doesn't."""
    try:
        data = text.encode("cp1252") if charset != "utf-8" else text.encode()
    except UnicodeEncodeError:
        data = text.encode()
    head = f"Content-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    if charset != "utf-8" or subtype == "plain":
        return head.replace("base64", "8bit").encode() + data.replace(b"\n", b"\r\n") + b"\r\n"
    return head.encode() + base64.encodebytes(data).replace(b"\n", b"\r\n")


def _markup(paragraphs: list[str], thread: Thread, signature: str) -> str:
    """The way office programs write: a style for each paragraph, the quote in a block of its own."""
    lines = [line for text in (*paragraphs, signature) for line in text.split("\n")]
    own = "".join(f'<p class="x" style="{_STYLE}"><span style="{_STYLE}">{escape(line)}</span></p>' for line in lines)
    quoted = "".join(f'<div style="{_STYLE}">{escape(line)}</div>' for line in thread.last_text[:6000].split("\n"))
    style = "<style>" + "".join(f"p.c{i} {{ {_STYLE} }}\n" for i in range(30)) + "</style>"
    quote = f'<blockquote type="cite" style="margin:0 0 0 8pt">{quoted}</blockquote>' if quoted else ""
    return f"<html><head>{style}</head><body>{own}{quote}</body></html>"
