"""Between a form and the values of a record: what a control shows, offers, and sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rapport.platform.access.actors import Actor
from rapport.platform.access.house import house
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES

MOST_OPTIONS = 500

FOUND = ("parties", "conversations")
"""What has no page of its own and is too much to choose from."""

Options = list[tuple[Any, Any]]


def options_of(field: Field, actor: Actor, row: Mapping[str, Any] | None = None) -> Options | None:
    """What there is to choose from; None for a field that isn't chosen from a short list.

    `row` narrows it: the stages of a person are those of what the person is to us.
    """
    if field.choices:
        return list(field.choices)
    if field.kind_name == "tags":
        names = RESOURCES["tags"].rows(actor).order_by("name").values_list("name", flat=True)[:MOST_OPTIONS]
        return [(name, name) for name in names]
    target = RESOURCES.get(field.target)
    if target is None or target.page or field.target in FOUND:
        return None
    rows = target.rows(actor)
    if field.target == "stages":
        return _stages(rows, (row or {}).get("relationship"))
    return [(each.pk, str(each)) for each in rows.order_by("pk")[:MOST_OPTIONS]]


def _stages(rows: Any, kind: Any) -> Options:
    listed = rows.select_related("kind").order_by("kind__position", "position")
    kind = kind.get("id") if isinstance(kind, dict) else kind
    if kind:
        return [(each.pk, each.name) for each in listed.filter(kind=kind)]
    return [(each.pk, f"{each.kind.name}: {each.name}") for each in listed]


def text_of(field: Field, row: Mapping[str, Any]) -> Any:
    """The value as the field's control takes it: mostly a text."""
    value = row.get(field.name)
    match field.kind_name:
        case "money":
            return value if isinstance(value, dict) else {"amount": value or "", "currency": ""}
        case "choices":
            return value or []
        case "tags":
            return value if isinstance(value, str) else ", ".join(value or [])
        case "link" if RESOURCES[field.target].page or field.target in FOUND:
            return _linked(field, value, row)
        case "datetime" if value:
            return _local(value)
        case "time" if value:
            return str(value)[:5]
        case "boolean" if value is not None:
            return str(value).lower()
    if isinstance(value, dict):
        return str(value.get("id", ""))
    return "" if value is None else str(value)


def _local(value: Any) -> str:
    """In the reader's time zone; what is no moment is nothing to begin with."""
    try:
        at = value if isinstance(value, datetime) else parse_datetime(str(value))
        at = timezone.localtime(at) if at and at.tzinfo else at
    except (ValueError, OverflowError):
        return ""
    return at.strftime("%Y-%m-%dT%H:%M") if at else ""


def _linked(field: Field, value: Any, row: Mapping[str, Any]) -> dict[str, str]:
    title = row.get(f"{field.name}.display")
    if isinstance(value, dict):
        title, value = value.get(RESOURCES[field.target].title), value["id"]
    return {"id": str(value or ""), "title": str(title or "")}


def read_form(fields: Iterable[Field], sent: QueryDict, actor: Actor) -> dict[str, Any]:
    """JSON values, as verbs take them, of the fields that the form had."""
    read = {field.name: _read(field, sent, actor) for field in fields}
    return {name: value for name, value in read.items() if value is not ABSENT}


ABSENT = object()


def _read(field: Field, sent: QueryDict, actor: Actor) -> Any:
    name = field.name
    if field.kind_name == "money" and f"{name}.amount" in sent:
        amount, currency = str(sent[f"{name}.amount"]).strip(), sent.get(f"{name}.currency", "").strip().upper()
        return {"amount": amount, "currency": currency or house(actor).currency} if amount else None
    if name not in sent:
        return ABSENT
    if field.kind_name == "choices":
        return [each for each in sent.getlist(name) if each]
    value = str(sent[name])
    if field.kind_name == "boolean":
        return None if value == "" else value == "true"
    if field.kind_name == "datetime" and value:
        return _instant(value)
    if field.kind_name == "link":
        # Words that name no record are not the same as an empty field.
        return value or sent.get(f"{name}.words", "").strip() or None
    return value


def _instant(value: str) -> str:
    """A local time of the reader's as one with its offset; what isn't a time goes on, to be refused."""
    try:
        at = parse_datetime(value)
    except ValueError:
        return value
    return timezone.make_aware(at).isoformat() if at and at.tzinfo is None else value
