"""What follows from a name: its parts, and the key it is sorted by."""

from __future__ import annotations

from typing import Any

from rapport.kit.names import parse_name
from rapport.kit.text import fold


def name_columns(columns: dict[str, Any], *, is_person: bool) -> dict[str, Any]:
    """The columns that follow from `display_name`. Parts that were given are taken as they are."""
    name = columns.get("display_name")
    if not name:
        return {}
    found: dict[str, Any] = {"sort_name": fold(name)}
    if is_person and not {"given_name", "family_name"} & set(columns):
        parsed = parse_name(name)
        found |= {"given_name": parsed.given, "family_name": parsed.family} if parsed else {}
    return found
