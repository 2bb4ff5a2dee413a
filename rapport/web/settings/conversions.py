"""Values of settings that people give in another form than they are stored: hours, lines, names of resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import ValueProblem, read_number
from rapport.platform.resources.registry import RESOURCES

HOUR = 3_600
CHANNELS = [("email", _("E-mail")), ("phone", _("Phone")), ("letter", _("Letter"))]


def to_form(row: Mapping[str, Any]) -> dict[str, Any]:
    """What replaces stored values: seconds as hours, options as lines."""
    found: dict[str, Any] = {}
    if "seconds" in row:
        found["seconds"] = f"{row['seconds'] / HOUR:g}"
    if "options" in row:
        found["options"] = "\n".join(each["value"] for each in row["options"] or ())
    return found


def from_form(values: Mapping[str, Any]) -> dict[str, Any]:
    """The way back. What isn't a number goes on as it is, to be refused with a word on the field."""
    found = dict(values)
    if isinstance(found.get("options"), str):
        lines = [line.strip() for line in found["options"].splitlines()]
        found["options"] = [{"value": line, "label": line} for line in lines if line]
    if isinstance(found.get("seconds"), str):
        found["seconds"] = _seconds(found["seconds"])
    return found


def _seconds(text: str) -> int | str:
    try:
        hours = read_number(text.replace(",", "."))
    except ValueProblem:
        return text
    return round(hours * HOUR)


def choices_of(field: Field) -> list[tuple[Any, Any]] | None:
    """Choices of texts that name something of ours."""
    match field.name:
        case "resource":
            return [(each.name, each.plural) for each in RESOURCES.values() if each.custom_fields]
        case "target":
            return [(each.name, each.plural) for each in RESOURCES.values() if each.page]
        case "channel":
            return CHANNELS
    return None
