"""Over every resource: who may do what to which record, and that a refusal tells nothing and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from rapport.platform.access.models import User
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.resources.registry import RESOURCES, Resource
from tests.contracts.database import state
from tests.contracts.examples import DOORS, MADE, made, value
from tests.factories.caller import Caller
from tests.factories.cast import Cast

Door = tuple[str, str, object]


def doors(resource: Resource, record: str) -> Iterator[Door]:
    """Every way to one record: method, path, body."""
    field = next(
        (f for f in resource.built_in.values() if not f.read_only and not f.create_only and not f.target),
        None,
    )
    body = {field.name: value(field)} if field else {}
    yield "GET", f"{resource.name}/{record}", None
    yield "GET", f"{resource.name}/{record}/history", None
    yield "PATCH", f"{resource.name}/{record}", body
    yield "DELETE", f"{resource.name}/{record}", None
    yield "POST", f"{resource.name}/{record}/restore", {}
    yield "POST", f"{resource.name}/batch", {"records": [{"id": record, **body}]}
    for of, name in ACTIONS:
        if of == resource.name:
            yield "POST", f"{resource.name}/{record}/{name}", {}


def collection(resource: Resource) -> Iterator[Door]:
    yield "GET", resource.name, None
    yield "POST", resource.name, {}
    yield "GET", f"{resource.name}/summary?group=id", None


@pytest.mark.parametrize("resource", DOORS, ids=lambda each: each.name)
def test_nobody_gets_in_without_a_token(cast: Cast, resource: Resource) -> None:
    before, call = state(), Caller(None)
    for method, path, body in [*doors(resource, str(uuid4())), *collection(resource)]:
        assert call(method, path, body)[0] == 401, (method, path)
        assert call.response["WWW-Authenticate"] == "Bearer"
    assert state() == before


@pytest.mark.parametrize("who", ["mate", "outsider"])
@pytest.mark.parametrize("resource", MADE, ids=lambda each: each.name)
def test_absent_and_not_yours_answer_alike_and_write_nothing(cast: Cast, resource: Resource, who: str) -> None:
    maker = _maker(resource, cast)
    record = made(resource, Caller(maker), cast.actor(_name(maker, cast)))
    actor, call = cast.actor(who, "api"), Caller(getattr(cast, who))
    can = {verb: resource.rows(actor, verb).filter(pk=record).exists() for verb in ("view", "edit", "delete")}
    before, absent = state(), str(uuid4())
    for (method, path, body), (_m, empty, _b) in zip(doors(resource, record), doors(resource, absent), strict=True):
        if _is_allowed(method, path, can):
            continue
        status, answer = call(method, path, body)
        assert state() == before, (method, path)
        if not can["view"]:
            assert (status, answer) == call(method, empty, body), (method, path)
            assert status in (404, 405, 422) or answer["results"][0]["status"] == 404, (method, path)
        else:
            assert status in (403, 404, 405, 422) or answer["results"][0]["status"] in (403, 422), (
                method,
                path,
            )


def _maker(resource: Resource, cast: Cast) -> User:
    return cast.owner if resource.may(cast.actor("owner"), "create") else cast.administrator


def _name(user: User, cast: Cast) -> str:
    return "owner" if user == cast.owner else "administrator"


def _is_allowed(method: str, path: str, can: dict[str, bool]) -> bool:
    if method == "GET":
        return can["view"]
    if path.endswith("/restore"):
        return False
    resource, _slash, verb = path.partition("/")
    asked = ACTIONS.get((resource, verb.rpartition("/")[2]))
    return can["delete"] if method == "DELETE" else can[asked.verb if asked else "edit"]


@pytest.mark.parametrize("resource", MADE, ids=lambda each: each.name)
def test_lists_counts_and_figures_hold_visible_rows_alone(cast: Cast, resource: Resource) -> None:
    maker = _maker(resource, cast)
    record = made(resource, Caller(maker), cast.actor(_name(maker, cast)))
    groups = [n for n, f in resource.built_in.items() if f.kind.sortable and not f.mask and f.kind_name != "money"]
    for who in ("owner", "mate", "outsider", "administrator"):
        actor, call = cast.actor(who, "api"), Caller(getattr(cast, who))
        visible = resource.rows(actor).filter(pk=record).exists()
        status, found = call("GET", f"{resource.name}?id={record}&count=true")
        assert status == 200
        assert [each["id"] for each in found["results"]] == ([record] if visible else [])
        assert found["count"] == int(visible)
        status, figures = call("GET", f"{resource.name}/summary?group={groups[0]}&id={record}")
        assert status in (200, 400)
        assert status == 400 or [each["count"] for each in figures["results"]] == ([1] if visible else [])


@pytest.mark.parametrize("resource", [r for r in MADE if "delete" in r.verbs], ids=lambda each: each.name)
def test_the_trash_gives_back_what_it_took(cast: Cast, resource: Resource) -> None:
    call = Caller(cast.administrator)
    record = made(resource, call, cast.actor("administrator"))
    _status, before = call("GET", f"{resource.name}/{record}")
    assert call("DELETE", f"{resource.name}/{record}")[0] == 204
    assert call("GET", f"{resource.name}/{record}")[0] == 404
    assert [each["id"] for each in call("GET", f"{resource.name}?trash=true&id={record}")[1]["results"]] == [record]
    status, after = call("POST", f"{resource.name}/{record}/restore", {})
    assert status == 200
    changing = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    verbs = [each["verb"] for each in call("GET", f"{resource.name}/{record}/history")[1]["results"]]
    assert verbs[:2] == ["restore", "trash"]
    assert verbs[-1] == "create"


@pytest.mark.parametrize("resource", MADE, ids=lambda each: each.name)
def test_a_record_is_linked_only_to_what_its_maker_may_see(cast: Cast, resource: Resource) -> None:
    """A link to somebody else's record is refused in the words in which an absent one is."""
    actor, call = cast.actor("outsider", "api"), Caller(cast.outsider)
    if not resource.may(actor, "create"):
        return
    theirs = {
        name: made(RESOURCES[name], Caller(cast.owner), cast.actor("owner")) for name in ("people", "organizations")
    }
    theirs["parties"] = theirs["people"]
    for name, field in resource.editable(actor).items():
        if field.target in theirs:
            before, absent = state(), str(uuid4())
            refused = call("POST", resource.name, {name: theirs[field.target]})
            assert refused == call("POST", resource.name, {name: absent}), name
            assert refused[0] == 422
            assert name in {each["field"] for each in refused[1]["errors"]}
            assert state() == before
