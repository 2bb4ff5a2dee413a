"""Whether a message as a whole is a mere thanks: its words, what it answers, and what it brings."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from rapport.interactions.channels.email.parse import parse
from rapport.interactions.filing.prepared import prepare
from tests.factories.letters import letter

JONAS, MARA = "jonas@okafor.example", "mara@ours.example"


def is_thanks(raw: bytes) -> bool:
    return prepare(parse(raw), raw).is_thanks


@pytest.mark.parametrize(
    ("subject", "answers", "expected"),
    [
        ("Delivery", "a", True),
        ("Re: Delivery", "", True),
        ("Thank you!", "", True),
        ("", "", True),
        ("Delivery", "", False),
        ("Please send invoice", "", False),
    ],
)
def test_what_begins_a_conversation_may_ask_by_its_subject(subject: str, answers: str, expected: bool) -> None:
    assert is_thanks(letter(JONAS, MARA, "Thanks for your help!", subject=subject, answers=answers)) is expected


@pytest.mark.parametrize(
    ("kind", "disposition", "expected"),
    [("application/pdf", "attachment", False), ("image/png", "attachment", True), ("image/png", "inline", True)],
)
def test_who_sends_something_along_does_not_merely_thank(kind: str, disposition: str, expected: bool) -> None:
    message = message_from_bytes(letter(JONAS, MARA, "Thanks!", answers="a"), policy=policy.default)
    main, _slash, sub = kind.partition("/")
    message.add_attachment(b"content", maintype=main, subtype=sub, disposition=disposition, filename=f"signed.{sub}")
    assert is_thanks(message.as_bytes()) is expected
