"""A real SMTP server for tests and proofs, over TLS: it keeps what it is given, and fails where it is told to."""

from __future__ import annotations

import asyncio
import os
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from django.conf import settings

from rapport.interactions.models import Mailbox
from tests.certificates import make_certificate

STAGES = ("MAIL", "RCPT", "DATA")


@dataclass
class Kept:
    """A message as it came: the envelope's recipients, and its bytes."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message_id(self) -> str:
        return str(message_from_bytes(self.raw, policy=policy.default)["Message-ID"]).strip("<>")


@dataclass
class Sink:
    """`answers` says what to reply: by stage, or by recipient. `cuts` names the stage at which the line is cut.

    `stops` names the stage at which it waits, having set `reached`, until `go_on` is set.
    """

    port: int = 0
    kept: list[Kept] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    cuts: str = ""
    stops: str = ""
    connections: int = 0
    lines: list[SMTP] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    async def handle_EHLO(  # noqa: N802  (aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        self.lines.append(server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return await self._at("MAIL", server) or _take(envelope, "mail_from", address)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if told := self.answers.get(address) or await self._at("RCPT", server):
            return told
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """What is cut here was had whole, and has been kept: that is what nobody can know."""
        if told := self.answers.get("DATA"):
            return told
        assert isinstance(envelope.content, bytes)
        self.kept.append(Kept(str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content))
        return await self._at("DATA", server) or "250 2.0.0 kept"

    async def _at(self, stage: str, server: SMTP) -> str:
        if self.stops == stage:
            self.reached.set()
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
        if self.cuts == stage:
            assert server.transport is not None
            server.transport.abort()
        return self.answers.get(stage, "")


def _take(envelope: Envelope, name: str, value: str) -> str:
    setattr(envelope, name, value)
    return "250 2.1.0 taken"


def _admits(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    is_known = (data.login, data.password) == (b"support@ours.example", b"secret")
    return AuthResult(success=is_known, handled=is_known)


class _Controller(Controller):  # type: ignore[misc]  # (it has no types)
    """At the port that the system gives it."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_sink(most_bytes: int = 33_554_432) -> Iterator[Sink]:
    """Listens on loopback, which is allowed meanwhile, with a certificate that is trusted meanwhile."""
    sink = Sink()
    with tempfile.TemporaryDirectory() as folder:
        certificate = make_certificate(Path(folder), "localhost")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.certificate, certificate.key)
        controller = _Controller(
            sink, "127.0.0.1", 0, ssl_context=context, authenticator=_admits, auth_require_tls=False,
            data_size_limit=most_bytes,
        )  # fmt: skip
        with _trusted(certificate.certificate):
            controller.start()
            try:
                sink.port = controller.port
                yield sink
            finally:
                sink.go_on.set()
                asyncio.run_coroutine_threadsafe(_hang_up(sink), controller.loop).result()
                controller.stop()


async def _hang_up(sink: Sink) -> None:
    for each in sink.lines:
        if each.transport:
            each.transport.abort()
    await asyncio.sleep(0.05)  # until they are closed


@contextmanager
def _trusted(authority: Path) -> Iterator[None]:
    """For this process and those that it starts."""
    changed = {"SSL_CERT_FILE": str(authority), "RAPPORT_PRIVATE_SERVERS": "localhost"}
    before = settings.PRIVATE_SERVERS
    with patch.dict(os.environ, changed):
        settings.PRIVATE_SERVERS = ["localhost"]
        try:
            yield
        finally:
            settings.PRIVATE_SERVERS = before


def point_at(mailbox: Mailbox, sink: Sink) -> None:
    """Lets a mailbox send by it."""
    mailbox.smtp_host, mailbox.smtp_port, mailbox.username = "localhost", sink.port, "support@ours.example"
    mailbox.keep_secret("secret")
    mailbox.save()


def once(check: Callable[[], bool], seconds: float = 20) -> bool:
    """Waits until something is so."""
    for _try in range(int(seconds * 50)):
        if check():
            return True
        threading.Event().wait(0.02)
    return False
