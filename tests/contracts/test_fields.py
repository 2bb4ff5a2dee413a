"""Over every field of every resource: hidden is absent through every door, and what isn't offered is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rapport.platform.access.models import User
from rapport.platform.resources.registry import Resource
from tests.contracts.database import state
from tests.contracts.examples import DOORS, MADE, example, made, value
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_role, make_user

ALL = {"view": "all", "create": "all", "edit": "all", "delete": "all", "export": "all"}
UNKNOWN = "nothing_of_this_name"


def blind(resource: Resource, field: str) -> User:
    """Somebody who may do everything and see everything but one field."""
    grants = {"*": ALL, resource.name: {**ALL, "fields": {field: "hidden"}}}
    return make_user("blind@ours.example", make_role("Blind", grants))


@pytest.mark.parametrize(
    ("resource", "field"),
    [(resource, name) for resource in DOORS for name in resource.built_in],
    ids=lambda each: each if isinstance(each, str) else each.name,
)
def test_a_hidden_field_is_absent_through_every_door(cast: Cast, resource: Resource, field: str) -> None:
    user = blind(resource, field)
    call = Caller(user)
    if not resource.may(cast.actor("owner"), "view"):
        return
    before = state()
    sample = value(resource.built_in[field])
    for template in (
        "?{0}=x", "?{0}__empty=true", "?{0}__in=x", "?{0}__gt=1", "?{0}__contains=x", "?{0}__name=x", "?order={0}",
        "?order=-{0}", "?fields={0}", "?expand={0}", "/summary?group={0}",
    ):  # fmt: skip
        hidden = call("GET", resource.name + template.format(field))
        absent = call("GET", resource.name + template.format(UNKNOWN))
        assert hidden[0] == 400, template
        assert hidden == _as_of(absent, field), template
    if resource.may(cast.actor("owner"), "create"):
        hidden = call("POST", f"{resource.name}/batch", {"records": [{field: sample}]})
        absent = call("POST", f"{resource.name}/batch", {"records": [{UNKNOWN: sample}]})
        assert hidden == _as_of(absent, field)
    assert state() == before
    assert field not in _described(call, resource)


@pytest.mark.parametrize("resource", MADE, ids=lambda each: each.name)
def test_a_hidden_field_is_in_no_record_list_or_history(cast: Cast, resource: Resource) -> None:
    administrator = Caller(cast.administrator)
    record = made(resource, administrator, cast.actor("administrator"))
    for position, field in enumerate(resource.built_in):
        grants = {"*": ALL, resource.name: {**ALL, "fields": {field: "hidden"}}}
        call = Caller(make_user(f"blind{position}@ours.example", make_role(f"Blind {position}", grants)))
        status, found = call("GET", f"{resource.name}?id={record}")
        assert status == 200 or not resource.may(cast.actor("owner"), "view")
        for each in found.get("results", []):
            assert field not in each
            assert field not in call("GET", f"{resource.name}/{record}")[1]
        _status, history = call("GET", f"{resource.name}/{record}/history")
        own = [each for each in history.get("results", []) if each["resource"] == resource.name]
        told = {change["field"] for each in own for change in each["changes"]}
        assert field not in told


def _as_of(answer: tuple[int, Any], field: str) -> tuple[int, Any]:
    """What was said of an unknown name, as it would be said of this one."""
    return answer[0], json.loads(json.dumps(answer[1]).replace(UNKNOWN, field))


def _described(call: Caller, resource: Resource) -> set[str]:
    _status, document = call("GET", "openapi.json")
    record = document["components"]["schemas"].get(f"{resource.name}.record", {"properties": {}})
    return set(record["properties"]) - {"id", "version"}


@pytest.mark.parametrize("resource", MADE, ids=lambda each: each.name)
def test_what_is_not_offered_is_refused_never_ignored(cast: Cast, resource: Resource) -> None:
    call, actor = Caller(cast.administrator), cast.actor("administrator", "api")
    good, record = example(resource, call, actor), made(resource, call, actor)
    offered = resource.editable(actor)
    columns = {column.name for column in resource.model._meta.get_fields()} | {
        "id",
        "version",
        "custom",
        UNKNOWN,
    }
    before = state()
    for name in sorted(columns - offered.keys()):
        status, answer = call("POST", resource.name, {**good, name: "x"})
        assert (status, [each["field"] for each in answer["errors"]]) == (422, [name])
        status, answer = call("PATCH", f"{resource.name}/{record}", {name: "x"})
        assert (status, [each["field"] for each in answer["errors"]]) == (422, [name])
    for name, field in offered.items():
        if field.create_only:
            assert call("PATCH", f"{resource.name}/{record}", {name: good.get(name, "x")})[0] == 422
    assert state() == before


@pytest.mark.parametrize("resource", DOORS, ids=lambda each: each.name)
def test_an_unknown_parameter_is_an_error(cast: Cast, resource: Resource) -> None:
    call = Caller(cast.administrator)
    for path in (
        f"?{UNKNOWN}=1",
        "?limit=0",
        "?limit=501",
        "?limit=x",
        "?cursor=x",
        "?count=perhaps",
        "?id=1",
    ):
        status, answer = call("GET", resource.name + path)
        assert status == 400, path
        assert [each["field"] for each in answer["errors"]] == [path[1:].partition("=")[0]]
