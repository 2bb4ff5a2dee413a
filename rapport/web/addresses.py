"""Where a record is to be looked at."""

from __future__ import annotations

from uuid import UUID

OTHERS = {"conversations": "/inbox/{}/?box=all&whose=all", "imports": "/settings/imports/{}", "changes": "/changes/{}",
          "outgoing_messages": "/mail/{}/"}  # fmt: skip
"""Of what has no page among the resources'."""


def address_of(resource: str, record: UUID) -> str:
    return OTHERS.get(resource, f"/{resource}/{{}}/").format(record)
