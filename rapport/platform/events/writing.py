"""That somebody is writing at a record right now: told to those who have it open, and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

CHANNEL = "rapport_writing"
LASTS_SECONDS = 8.0
"""For how long it is believed unless it is said again."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Somebody writes, or has just stopped, at a record."""

    resource: str
    record: UUID
    user_id: UUID
    goes_on: bool

    def __str__(self) -> str:
        return f"{self.resource} {self.record} {self.user_id} {int(self.goes_on)}"

    @classmethod
    def read(cls, text: str) -> Writing | None:
        """What was announced; None for what isn't this."""
        try:
            resource, record, user, goes_on = text.split(" ")
            return cls(resource, UUID(record), UUID(user), goes_on == "1")
        except ValueError:
            return None


def announce(writing: Writing) -> None:
    """Tells the process that keeps pages up to date."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(writing)])
