"""The JSON Schemas of a resource's records, and of what every answer shares."""

from __future__ import annotations

from typing import Any

from rapport.platform.access.actors import Actor
from rapport.platform.records.models import Record
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource

Schema = dict[str, Any]
LINK: Schema = {"type": "string", "format": "uuid"}
INTEGER: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def struct(properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """An object of exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def page_of(items: Schema) -> Schema:
    following = {"type": ["string", "null"], "format": "uri"}
    return struct({"results": array(items), "next": following, "count": INTEGER}, optional=("count",))


MOMENT: Schema = {"type": "string", "format": "date-time"}
SHARED: Schema = {
    "Problem": struct(
        {
            "type": TEXT,
            "title": TEXT,
            "status": INTEGER,
            "detail": TEXT,
            "errors": array(struct({"pointer": TEXT, "field": TEXT, "detail": TEXT})),
        },
        optional=("detail", "errors"),
    ),
    "Group": {"type": "object", "properties": {"count": INTEGER}, "required": ["count"]},
    "Change": struct(
        {
            "id": INTEGER,
            "at": MOMENT,
            "verb": {"enum": ["create", "update", "trash", "restore", "delete"]},
            "who": TEXT,
            "origin": TEXT,
            "resource": TEXT,
            "record": LINK,
            "changes": array(struct({"field": TEXT, "old": {}, "new": {}})),
        }
    ),
    "BatchResult": {"anyOf": [struct({"status": INTEGER, "id": LINK}), reference("Problem")]},
}
HEADERS: Schema = {
    "ETag": {"description": "The record's version, for If-Match", "schema": TEXT},
    "RateLimit-Limit": {"description": "Requests per minute", "schema": INTEGER},
    "RateLimit-Remaining": {"description": "Requests left in this minute", "schema": INTEGER},
    "RateLimit-Reset": {"description": "Seconds until the minute is over", "schema": INTEGER},
}


def limits() -> Schema:
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def of_resource(resource: Resource, actor: Actor) -> Schema:
    """`<name>.record` as it is read, `.written` as it answers a write, `.create`, `.update`, `.change`."""
    name, readable, editable = resource.name, resource.readable(actor), resource.editable(actor)
    always: Schema = {"id": LINK} | ({"version": INTEGER} if issubclass(resource.model, Record) else {})
    read = always | {each: _read(field, actor) for each, field in readable.items()}
    # A list may be asked for some fields only, and a write may put a record out of its writer's sight.
    record = struct({**read}, optional=tuple(readable))
    made = {each: _write(field) for each, field in editable.items()}
    changed = {each: schema for each, schema in made.items() if not editable[each].create_only}
    create = struct(made, optional=tuple(each for each, field in editable.items() if not _is_needed(field)))
    return {
        f"{name}.record": record,
        f"{name}.written": {"anyOf": [reference(f"{name}.record"), struct({"id": LINK})]},
        f"{name}.create": create,
        f"{name}.update": struct(changed, optional=tuple(changed)),
        f"{name}.change": struct({"id": LINK, **changed}, optional=tuple(changed)),
    }


def _is_needed(field: Field) -> bool:
    return field.required and field.default is None


def _described(field: Field, schema: Schema) -> Schema:
    about = {"title": str(field.label), "description": str(field.why or field.help)}
    return {**schema, **{key: text for key, text in about.items() if text}}


def _with_choices(field: Field) -> Schema:
    choices = [value for value, _label in field.choices]
    if not choices:
        return field.kind.schema
    return array({"enum": choices}) if field.kind_name == "choices" else {"type": "string", "enum": choices}


def _write(field: Field) -> Schema:
    schema = _with_choices(field)
    if not field.required and (field.custom or field.nullable) and schema:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return _described(field, schema)


def _read(field: Field, actor: Actor) -> Schema:
    """What is stored may be older than today's choices and limits, so that only its type is promised."""
    kept = {"type", "properties", "required", "additionalProperties", "items"}
    schema = {key: part for key, part in field.kind.schema.items() if key in kept}
    if field.kind_name in ("link", "date", "time", "datetime"):
        schema["format"] = field.kind.schema["format"]
    if field.target and field.target in RESOURCES and RESOURCES[field.target].readable(actor):
        schema = {"anyOf": [schema, {"type": "object"}]}
    if (field.custom or field.nullable or field.elsewhere or field.mask) and schema:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return _described(field, schema) | ({"readOnly": True} if field.read_only else {})
