"""A valid body for any resource, made from its declaration alone."""

from __future__ import annotations

from itertools import count
from typing import Any

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource
from tests.factories.caller import Caller

_numbers = count(1)
DOORS = [resource for resource in RESOURCES.values() if resource.is_door]
MADE = [resource for resource in DOORS if "create" in resource.verbs]
NOT_DOORS = {"parties": "people"}
"""Where a record of a resource that is no door is made."""
OWN_WORDS: dict[tuple[str, str], Any] = {
    ("dkim_keys", "domain"): "ours.example",
    ("contact_points", "kind"): "email",
    ("custom_fields", "resource"): "people",
    ("custom_fields", "kind"): "text",
    ("saved_views", "resource"): "people",
    ("page_layouts", "resource"): "people",
    ("validation_rules", "resource"): "people",
    ("arrival_rules", "condition"): "subject contains invoice",
    ("validation_rules", "condition"): 'name is "Nobody at all"',
}
"""Values that a kind alone can't tell."""


def example(resource: Resource, call: Caller, actor: Actor) -> dict[str, Any]:
    """The needed values of a new record; what it links to is made by `call`."""
    needed = {name: field for name, field in resource.editable(actor).items() if field.required}
    return {name: _value(resource, field, call, actor) for name, field in needed.items()}


def made(resource: Resource, call: Caller, actor: Actor) -> str:
    """The id of a new record."""
    status, body = call("POST", resource.name, example(resource, call, actor))
    assert status == 201, (resource.name, body)
    return str(body["id"])


def _value(resource: Resource, field: Field, call: Caller, actor: Actor) -> Any:
    if (resource.name, field.name) in OWN_WORDS:
        return OWN_WORDS[resource.name, field.name]
    if field.target:
        target = RESOURCES[NOT_DOORS.get(field.target, field.target)]
        if not target.may(actor, "create"):
            return call("GET", f"{target.name}?limit=1")[1]["results"][0]["id"]
        return made(target, call, actor)
    return value(field)


def value(field: Field) -> Any:
    """Some value of the field's kind, another one each time."""
    number = next(_numbers)
    if field.choices:
        return field.choices[0][0]
    if resource_value := {"value": f"example{number}@ours.example", "address": f"a{number}@ours.example"}.get(
        field.name
    ):
        return resource_value
    return {
        "number": number,
        "integer": number,
        "boolean": True,
        "date": "2026-02-03",
        "datetime": "2026-02-03T04:05:06Z",
        "email": f"example{number}@ours.example",
        "phone": "+44 20 7946 0000",
        "url": f"https://example{number}.example/",
        "money": {"amount": "12.50", "currency": "EUR"},
        "json": {},
        "choices": [],
        "link": "0190a000-0000-7000-8000-000000000000",
    }.get(field.kind_name, f"example_{number}")
