"""What a conversation is called: what its first message is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rapport.interactions.channels.email.subjects import topic_of
from rapport.interactions.filing.audiences import AudienceBook
from rapport.kit.text import clean_line

LONGEST = 1_000
FIRST_WORDS = 120


def title_of(first: Mapping[str, Any], book: AudienceBook) -> str:
    """From the row of a conversation's first message: `channel`, `subject`, `snippet`, `audience_id`.

    An e-mail lends its topic. What was written down without a subject lends its first words, unless somebody
    sees its subject and not its words.
    """
    subject: str = first["subject"]
    if first["channel"] == "email":
        return clean_line(topic_of(subject) or subject, LONGEST)
    if subject:
        return clean_line(subject, FIRST_WORDS)
    seen = book.circles(first["audience_id"])
    return clean_line(first["snippet"], FIRST_WORDS) if seen.subject <= seen.everything else ""
