"""New rows of what hangs on a party, as tuples: whoever writes thousands has no use for as many objects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rapport.kit.ids import uuid7
from rapport.parties.models import Source

CHILD = ("id", "created_at", "updated_at", "version", "custom", "source")
POINT = (*CHILD, "party", "kind", "value", "normalized", "label", "state", "is_preferred")
RELATIONSHIP = (*CHILD, "party", "kind", "stage", "owner", "since")
AFFILIATION = (*CHILD, "person", "organization", "role")
"""The fields of each; what isn't named is empty."""


def child(now: datetime, source: Source = Source.TYPED) -> tuple[Any, ...]:
    """The values of CHILD."""
    return uuid7(), now, now, 1, {}, source
