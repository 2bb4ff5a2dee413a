"""Connections to a mailbox's servers: signed in, over TLS whose certificate was checked, and nothing else."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from base64 import b64encode

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from rapport.interactions.channels.email.mbox import MAX_MESSAGE
from rapport.interactions.models import Mailbox, Security
from rapport.platform import network

CONNECT_SECONDS = 20
READ_SECONDS = 60
SIGNED_IN = 235  # RFC 4954
LONGEST_LINE = 20_000_000
LONGEST_LITERAL = MAX_MESSAGE + 1_000_000


class SignInRefused(Exception):
    """The server knows no such account, password or token. Its text is the server's answer."""


class Cut(Exception):
    """The server ended the connection before it was of use."""


def open_imap(mailbox: Mailbox) -> IMAPClient:
    """An IMAP connection, signed in. Raises SignInRefused, Cut, network.NotPublic, ssl.SSLError, OSError."""
    try:
        client = _Client(mailbox.imap_host, mailbox.imap_port, mailbox.imap_security == Security.TLS)
    except imaplib.IMAP4.error as problem:
        raise Cut(str(problem)) from problem
    try:
        if mailbox.imap_security == Security.STARTTLS:
            client.starttls(network.tls())
        _sign_in(client, mailbox)
    except BaseException:
        client.shutdown()
        raise
    return client


def _sign_in(client: IMAPClient, mailbox: Mailbox) -> None:
    try:
        _log_in(client, mailbox.username, mailbox.read_secret())
    except LoginError as refused:
        if isinstance(refused.__context__, (imaplib.IMAP4.abort, OSError)):  # IMAPClient calls this the same
            raise Cut(str(refused)) from refused
        raise SignInRefused(str(refused)) from refused


def _log_in(client: IMAPClient, username: str, password: str) -> None:
    """By SASL PLAIN where it is offered, which knows letters beyond ASCII; imaplib's LOGIN doesn't quote the name."""
    if client.has_capability("AUTH=PLAIN"):
        client.plain_login(username, password)
    else:
        escaped = username.replace("\\", "\\\\").replace('"', '\\"')
        client.login(f'"{escaped}"', password)


class _Client(IMAPClient):  # type: ignore[misc]  # (it has no types)
    """Over a connection that was checked (see `network`); IMAPClient would make its own."""

    def __init__(self, host: str, port: int, is_tls: bool) -> None:
        super().__init__(host, port, ssl=is_tls, ssl_context=network.tls() if is_tls else None, timeout=READ_SECONDS)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802  (IMAPClient's)
        return _Imap4(self.host, self.port, self.ssl_context)


class _Imap4(imaplib.IMAP4):
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return _encrypted(self.host, self.port, self._context)

    def read(self, size: int) -> bytes:
        if size > LONGEST_LITERAL:
            raise self.abort(f"a literal of {size} bytes")
        read: bytes = self.file.read(size)  # type: ignore[assignment]  # (the stubs know it as text)
        return read

    def readline(self) -> bytes:
        """imaplib's own limit is met by the search of a folder of 150,000 messages."""
        line: bytes = self.file.readline(LONGEST_LINE + 1)  # type: ignore[assignment]
        if len(line) > LONGEST_LINE:
            raise self.abort(f"a line of more than {LONGEST_LINE} bytes")
        return line


def open_smtp(mailbox: Mailbox) -> smtplib.SMTP:
    """An SMTP connection for submission, signed in. Raises what `open_imap` raises."""
    is_tls = mailbox.smtp_security == Security.TLS
    try:
        client = _Smtp(mailbox.smtp_host, mailbox.smtp_port, network.tls() if is_tls else None)
    except smtplib.SMTPException as problem:
        raise Cut(str(problem)) from problem
    try:
        if not is_tls:
            client.starttls(context=network.tls())
        client.ehlo_or_helo_if_needed()
        _submit_as(client, mailbox.username, mailbox.read_secret())
    except BaseException as problem:
        client.close()
        if isinstance(problem, smtplib.SMTPAuthenticationError):
            raise SignInRefused(_words(problem.smtp_error)) from problem
        if isinstance(problem, smtplib.SMTPException):
            raise Cut(str(problem)) from problem
        raise
    return client


def _submit_as(client: smtplib.SMTP, username: str, password: str) -> None:
    """smtplib knows no letters beyond ASCII."""
    if (username + password).isascii():
        client.login(username, password)
        return
    answer = b64encode(f"\0{username}\0{password}".encode()).decode()
    code, words = client.docmd("AUTH", f"PLAIN {answer}")
    if code != SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, words)


class _Smtp(smtplib.SMTP):
    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._context = context
        super().__init__(host, port, local_hostname="localhost", timeout=READ_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _encrypted(host, port, self._context)


def _encrypted(host: str, port: int, context: ssl.SSLContext | None) -> socket.socket:
    """With `context` encrypted from the start. Closed where the server's certificate isn't what it should be."""
    made = network.connect(host, port, seconds=CONNECT_SECONDS)
    if context is None:
        made.settimeout(READ_SECONDS)
        return made
    try:
        wrapped = context.wrap_socket(made, server_hostname=host)
    except BaseException:
        made.close()
        raise
    wrapped.settimeout(READ_SECONDS)
    return wrapped


def _words(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
