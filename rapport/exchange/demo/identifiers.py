"""Identifiers that are the same for the same seed, and lie together in an index like any others of ours."""

from __future__ import annotations

from datetime import datetime
from random import Random
from uuid import UUID


class Identifiers:
    """UUIDv7 (RFC 9562, section 5.7) in rising order: a moment, a counter in the 12 bits behind it, chance."""

    def __init__(self, moment: datetime, place: int, chance: Random) -> None:
        self._milliseconds = int(moment.timestamp() * 1000) - 100_000_000 + place * 1_000
        self._count = 0
        self._chance = chance

    def next(self) -> UUID:
        """Each block of a load has a thousand milliseconds of its own, and so up to four million identifiers."""
        self._count += 1
        high = ((self._milliseconds + (self._count >> 12)) << 16) | 0x7000 | (self._count & 0xFFF)
        return UUID(int=(high << 64) | (0b10 << 62) | self._chance.getrandbits(62))
