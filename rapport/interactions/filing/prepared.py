"""What is stored of a message that follows from the message alone: made in the processes that parse it.

Imports no models, so that such a process needs no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from rapport.interactions.channels.email.absence import away_until
from rapport.interactions.channels.email.html import clean_html
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.ledger.thanks import is_mere_thanks
from rapport.kit.text import clean_line
from rapport.platform.search.words import vector

SNIPPET = 200
LONGEST_BODY = 2_000_000


@dataclass(frozen=True, slots=True)
class Prepared:
    subject: str
    snippet: str
    text: str
    """What is new in the message, without quotes and signature."""
    html: str
    """Cleaned."""
    words: str
    """A tsvector, as text."""
    digest: bytes
    """SHA-256 of the raw message."""
    is_thanks: bool
    away_until: date | None = None
    """The last day on which its writer is away, where an automatic reply says so."""


def prepare(message: ParsedMessage, raw: bytes) -> Prepared:
    text = (message.fresh_text or ("" if message.quoted_text else message.text))[:LONGEST_BODY]
    return Prepared(
        subject=clean_line(message.subject, 1_000),
        snippet=clean_line(message.fresh_text[:1_000] or message.text[:1_000], SNIPPET),
        text=text,
        html=clean_html(message.html_raw[:LONGEST_BODY]).html if message.html_raw else "",
        words=vector(message.subject, text),
        digest=sha256(raw).digest(),
        is_thanks=_is_thanks(message),
        away_until=_away_until(message),
    )


def _away_until(message: ParsedMessage) -> date | None:
    if message.automatic != "out-of-office" or message.date is None:
        return None
    return away_until(f"{message.subject}\n{message.fresh_text or message.text}", message.date.date())


def _is_thanks(message: ParsedMessage) -> bool:
    """Whether it answers by a mere thanks, and brings nothing along.

    What begins a conversation may ask by its subject alone.
    """
    answers = message.is_reply or message.in_reply_to or message.references
    brings = any(not each.inline and not each.content_type.startswith("image/") for each in message.attachments)
    if brings or not is_mere_thanks(message.fresh_text[:2_000]):
        return False
    return bool(answers) or not message.topic or is_mere_thanks(message.topic)
