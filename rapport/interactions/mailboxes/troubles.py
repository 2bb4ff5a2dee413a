"""What may be wrong with a mailbox, in words that say what to do."""

from __future__ import annotations

import imaplib
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rapport.interactions.mailboxes.servers import Cut, SignInRefused
from rapport.kit.text import clean_line
from rapport.platform.network import NoSuchServer, NotPublic

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Trouble:
    what: str | _StrPromise
    to_do: str | _StrPromise


TROUBLES: dict[str, Trouble] = {
    "unknown_host": Trouble(
        _("There is no server of this name."), _("Correct the server's name, or ask whoever runs the mail server.")
    ),
    "not_public": Trouble(
        _("The server stands in a private network."),
        _("An administrator of this installation can allow it: RAPPORT_PRIVATE_SERVERS names what may be reached."),
    ),
    "unreachable": Trouble(
        _("The server doesn't answer."), _("It is tried again by itself. If it stays so, check its name and port.")
    ),
    "certificate": Trouble(
        _("The server's certificate isn't valid for its name."),
        _("Nothing was sent to it. Correct the server's name, or have its certificate renewed."),
    ),
    "no_tls": Trouble(
        _("The connection can't be encrypted."), _("Choose the other kind of encryption, or another port.")
    ),
    "sign_in": Trouble(
        _("The server refuses the user name or the password."),
        _("Enter the password again. Many providers want a password made for this one program."),
    ),
    "cut": Trouble(_("The server ended the connection."), _("It is tried again by itself.")),
    "refused": Trouble(_("The server refused what was asked of it."), _("It is tried again by itself.")),
    "folders": Trouble(
        _("The server doesn't let these folders be read."),
        _("All others are up to date. Follow these no longer, or see why."),
    ),
    "nothing_followed": Trouble(_("No folder of it is followed."), _("Choose at least one below.")),
    "fault": Trouble(
        _("Rapport stumbled over something in this mailbox."),
        _("It is tried again by itself. If it stays so, an administrator finds more in the log."),
    ),
}
PATIENT = frozenset({"sign_in", "certificate", "not_public", "no_tls", "unknown_host"})
"""What hardly mends itself: tried again seldom, lest an account be locked for its failed sign-ins."""


def trouble_of(fault: BaseException) -> tuple[str, str]:
    """Its kind, a key of TROUBLES, and the server's own words."""
    detail = _said(fault)
    match fault:
        case NoSuchServer():
            return "unknown_host", detail
        case NotPublic():
            return "not_public", detail
        case SignInRefused() | UnicodeError():
            return "sign_in", "" if isinstance(fault, UnicodeError) else detail
        case ssl.SSLCertVerificationError():
            return "certificate", clean_line(fault.verify_message, 300)
        case (
            ssl.SSLEOFError() | Cut() | imaplib.IMAP4.abort() | EOFError() | ConnectionResetError() | BrokenPipeError()
        ):
            return "cut", detail
        case ssl.SSLError():
            return "no_tls", detail
        case OSError():
            return "unreachable", detail
        case imaplib.IMAP4.error():
            return "refused", detail
    return "fault", type(fault).__name__


def _said(fault: BaseException) -> str:
    """What the server said; IMAPClient gives it as Python writes bytes."""
    text = str(fault)
    if text.startswith(("b'", 'b"')):
        text = text[2:-1]
    return clean_line(text, 300)
