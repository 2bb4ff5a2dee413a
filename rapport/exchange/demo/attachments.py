"""The few files that go with the messages of a demonstration."""

from __future__ import annotations

from hashlib import sha256
from random import Random

from rapport.platform.files import store

FILES = {
    "price list.csv": ("text/csv", "article,price,currency\nAurora 200,1480.00,EUR\nFjord 12,960.00,EUR\n"),
    "installation.txt": ("text/plain", "1. Close the valve.\n2. Fit the instrument, arrow with the flow.\n3. Open slowly.\n"),
    "agenda.txt": ("text/plain", "09:00 Arrival\n09:30 Walk through the plant\n11:00 Measurements\n13:00 Next steps\n"),
}  # fmt: skip

File = tuple[str, str, int, bytes]
"""Name, type, size, digest."""


def keep() -> None:
    """Puts the files where attachments are kept."""
    store.flush([store.put(content.encode()) for _type, content in FILES.values()])


def pick(chance: Random) -> File:
    name = chance.choice(tuple(FILES))
    content_type, content = FILES[name]
    data = content.encode()
    return name, content_type, len(data), sha256(data).digest()
