"""The parameters of the API's addresses, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import LIMIT, MOST, is_sortable
from rapport.platform.resources.registry import Resource

Parameter = dict[str, Any]


def parameter(name: str, schema: Parameter, text: str, *, place: str = "query", required: bool = False) -> Parameter:
    return {"name": name, "in": place, "required": required, "description": text, "schema": schema}


RECORD_ID = parameter("id", {"type": "string", "format": "uuid"}, "The record", place="path", required=True)
IF_MATCH = parameter(
    "If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}"$'}, "The version that was seen", place="header"
)
IDEMPOTENCY_KEY = parameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "The same write under the same key is done once",
    place="header",
)
BODY_HEADERS = [IDEMPOTENCY_KEY]
NUMBERED_PAGE = [
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, "How many at most"),
    parameter("cursor", {"type": "integer", "minimum": 1, "maximum": 10**17}, "Where the page before ended"),
]
"""Of a list that is paged by a number: see `body.read_page`."""
WORDS = {
    "eq": "is", "ne": "is not", "in": "is one of, by commas", "empty": "has none", "gt": "is above", "gte": "is from",
    "lt": "is below", "lte": "is up to", "contains": "contains", "starts": "begins with",
}  # fmt: skip


def list_parameters(resource: Resource, actor: Actor, *, only_filters: bool = False) -> list[Parameter]:
    """Every parameter of a list: each field with each operator, and what every list knows."""
    readable = resource.readable(actor)
    filters = [each for field in readable.values() for each in _filters(field)]
    filters += [parameter("q", {"type": "string", "maxLength": 200}, "Search for words")]
    where = {"type": "string", "maxLength": 2_000}
    filters += [parameter("where", where, "A condition in words, such as: name contains van and email is not empty")]
    if only_filters:
        return filters
    return [*filters, *_of_page(readable, actor)]


def _filters(field: Field) -> Iterator[Parameter]:
    for operator in field.kind.operators:
        name = field.name if operator == "eq" else f"{field.name}__{operator}"
        yield parameter(name, _operand(field, operator), f"{field.label} {WORDS[operator]}")


def _operand(field: Field, operator: str) -> Parameter:
    if operator == "empty":
        return {"type": "boolean"}
    if operator == "in" or field.kind_name in ("choices", "email", "phone", "url"):
        return {"type": "string", "maxLength": 1_000}
    if field.kind_name == "money":
        return {"type": "number"}
    return field.kind.schema


def _of_page(readable: dict[str, Field], actor: Actor) -> Iterator[Parameter]:
    sortable = ["id", *(name for name, field in readable.items() if is_sortable(field, actor))]
    links = [name for name, field in readable.items() if field.target]
    yield parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, "How many at most")
    yield parameter("cursor", {"type": "string"}, "Where the page before ended; it stands in `next`")
    yield parameter("order", _listed([*sortable, *(f"-{name}" for name in sortable)]), "Sorted by; - for descending")
    yield parameter("fields", _listed(["id", *readable]), "The fields to give; all when absent")
    if links:
        yield parameter("expand", _listed(links), "Links to give as records")
    yield parameter("count", {"type": "boolean"}, "Whether to count all that match")
    yield parameter("trash", {"type": "boolean"}, "Whether to list the trash instead")


def _listed(names: list[str]) -> Parameter:
    """Names from a list, by commas."""
    either = "|".join(names)
    return {"type": "string", "pattern": f"^({either})(,({either})){{0,3}}$"}
