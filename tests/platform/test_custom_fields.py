"""Custom fields of every kind, defined by an administrator at run time, are equal to built-in ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from rapport.parties.models import Person
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Invalid
from rapport.platform.fields.indexes import align
from rapport.platform.resources import verbs
from rapport.platform.resources.constraints import index_name
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast

VALUES: dict[str, tuple[Any, Any]] = {
    "text": ("alpha", "beta"),
    "longtext": ("one\ntwo", "three"),
    "number": (1.5, 20),
    "money": ({"amount": "9.50", "currency": "EUR"}, {"amount": "10", "currency": "EUR"}),
    "date": ("1999-12-31", "2026-01-02"),
    "datetime": ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.500000Z"),
    "boolean": (False, True),
    "choice": ("a", "b"),
    "choices": (["a"], ["a", "b"]),
    "email": ("a@x.example", "b@x.example"),
    "phone": ("+44 20 7946 0000", "+44 20 7946 0001"),
    "url": ("https://a.example/", "https://b.example/"),
    "integer": (2, 10),
}
"""Two values of each kind, the smaller first."""
SORTED = [kind for kind in VALUES if kind not in ("longtext", "choices")]


def define(call: Caller, kind: str, name: str = "", **more: Any) -> str:
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}] if kind.startswith("choice") else []
    body = {
        "resource": "people",
        "name": name or f"own_{kind}",
        "label": kind,
        "kind": kind,
        "options": options,
    }
    status, answer = call("POST", "custom_fields", body | more)
    assert status == 201, answer
    return str(answer["id"])


def person(call: Caller, **values: Any) -> dict[str, Any]:
    status, answer = call("POST", "people", {"name": "Somebody", **values})
    assert status == 201, answer
    return dict(answer)


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_is_stored_shown_changed_and_removed(cast: Cast, kind: str) -> None:
    call, (low, high) = Caller(cast.administrator), VALUES[kind]
    define(call, kind)
    made = person(call, **{f"own_{kind}": low})
    assert made[f"own_{kind}"] == low
    path = f"people/{made['id']}"
    assert call("PATCH", path, {f"own_{kind}": high})[1][f"own_{kind}"] == high
    assert call("PATCH", path, {f"own_{kind}": None})[1][f"own_{kind}"] is None
    own = [row for row in call("GET", f"{path}/history")[1]["results"] if row["resource"] == "people"]
    told = [(each["old"], each["new"]) for row in own for each in row["changes"]]
    assert [old is None for old, _new in told] == [False, False]
    assert told[0][1] is None


@pytest.mark.parametrize("kind", SORTED)
@pytest.mark.parametrize("sign", ["", "-"])
def test_it_is_sorted_page_by_page_with_those_that_have_none(cast: Cast, kind: str, sign: str) -> None:
    call, (low, high) = Caller(cast.administrator), VALUES[kind]
    define(call, kind)
    people = [
        person(call, **({f"own_{kind}": value} if value is not None else {})) for value in (high, None, low, None)
    ]
    found, path = [], f"people?order={sign}own_{kind}&limit=1"
    while path:
        _status, page = call("GET", path)
        found += [each["id"] for each in page["results"]]
        path = page["next"]
    assert sorted(found) == sorted(each["id"] for each in people)
    high_id, none, low_id, none_too = (each["id"] for each in people)
    nones = [none_too, none] if sign else [none, none_too]
    assert found == ([*nones, high_id, low_id] if sign else [low_id, high_id, *nones])


@pytest.mark.parametrize(
    ("kind", "question", "fits"),
    [
        ("text", "own_text=alpha", [1, 0, 0]),
        ("text", "own_text__contains=LPH", [1, 0, 0]),
        ("text", "own_text__ne=alpha", [0, 1, 1]),
        ("text", "own_text__in=alpha,beta", [1, 1, 0]),
        ("text", "own_text__empty=true", [0, 0, 1]),
        ("text", "own_text__empty=false", [1, 1, 0]),
        ("longtext", "own_longtext__contains=two", [1, 0, 0]),
        ("number", "own_number__gt=3", [0, 1, 0]),
        ("number", "own_number__lte=1.5", [1, 0, 0]),
        ("integer", "own_integer__gte=3", [0, 1, 0]),
        ("money", "own_money__gt=9.75", [0, 1, 0]),
        ("date", "own_date__lt=2000-01-01", [1, 0, 0]),
        ("datetime", "own_datetime__gt=2026-01-02T03:04:05Z", [0, 1, 0]),
        ("datetime", "own_datetime=2026-01-02T04:04:05%2B01:00", [1, 0, 0]),
        ("boolean", "own_boolean=true", [0, 1, 0]),
        ("choice", "own_choice=b", [0, 1, 0]),
        ("choices", "own_choices__contains=b", [0, 1, 0]),
        ("email", "own_email__starts=a@", [1, 0, 0]),
        ("url", "own_url__contains=b.ex", [0, 1, 0]),
    ],
)
def test_it_is_filtered(cast: Cast, kind: str, question: str, fits: list[int]) -> None:
    call, (low, high) = Caller(cast.administrator), VALUES[kind]
    define(call, kind)
    people = [person(call, **{f"own_{kind}": low}), person(call, **{f"own_{kind}": high}), person(call)]
    status, found = call("GET", f"people?{question}&order=id")
    assert status == 200, found
    assert [each["id"] for each in found["results"]] == [
        each["id"] for each, fit in zip(people, fits, strict=True) if fit
    ]


def test_figures_add_numbers_and_keep_currencies_apart(cast: Cast) -> None:
    call = Caller(cast.administrator)
    define(call, "money")
    define(call, "choice")
    for amount, currency, choice in (
        ("1.50", "EUR", "a"),
        ("2", "EUR", "a"),
        ("7", "USD", "a"),
        ("9", "USD", "b"),
    ):
        person(call, own_money={"amount": amount, "currency": currency}, own_choice=choice)
    _status, found = call("GET", "people/summary?group=own_choice&sum=own_money")
    assert found["results"] == [
        {"own_choice": "a", "count": 3, "sum_own_money": {"EUR": 3.5, "USD": 7}},
        {"own_choice": "b", "count": 1, "sum_own_money": {"USD": 9}},
    ]


def test_required_default_and_choices_hold(cast: Cast) -> None:
    call = Caller(cast.administrator)
    define(call, "choice", default="b")
    define(call, "number", required=True)
    assert person(call, own_number=1)["own_choice"] == "b"
    status, answer = call("POST", "people", {"name": "Somebody", "own_choice": "c"})
    assert status == 422
    assert {each["field"] for each in answer["errors"]} == {"own_choice", "own_number"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "order"}, "name"), ({"name": "email"}, "name"), ({"name": "Two words"}, "name"),
        ({"name": "a__b"}, "name"), ({"kind": "json"}, "kind"), ({"resource": "users"}, "resource"),
        ({"kind": "choice"}, "options"), ({"kind": "link"}, "target"), ({"kind": "number", "default": "x"}, "default"),
        ({"kind": "longtext", "unique": True}, "unique"), ({"kind": "money", "indexed": True}, "indexed"),
        ({"options": [{"value": "a", "onclick": "x"}]}, "options"),
    ],
)  # fmt: skip
def test_a_definition_that_can_not_be_is_refused(cast: Cast, wrong: dict[str, Any], field: str) -> None:
    body = {"resource": "people", "name": "fine", "label": "Fine", "kind": "text"} | wrong
    status, answer = Caller(cast.administrator)("POST", "custom_fields", body)
    assert status == 422
    assert field in {each["field"] for each in answer["errors"]}


def test_a_default_is_checked_when_it_is_changed_too(cast: Cast) -> None:
    call = Caller(cast.administrator)
    made = define(call, "number")
    assert call("PATCH", f"custom_fields/{made}", {"default": "x"})[0] == 422
    assert call("PATCH", f"custom_fields/{made}", {"default": 3})[0] == 200
    assert person(call)["own_number"] == 3


def test_a_link_leads_only_to_what_one_may_see_and_is_expanded(cast: Cast) -> None:
    define(Caller(cast.administrator), "link", target="organizations")
    owner, outsider = Caller(cast.owner), Caller(cast.outsider)
    acme = owner("POST", "organizations", {"name": "Acme"})[1]["id"]
    made = person(owner, own_link=acme)
    found = owner("GET", "people?own_link__name=Acme&expand=own_link")[1]["results"]
    assert [(each["id"], each["own_link"]["name"]) for each in found] == [(made["id"], "Acme")]
    assert outsider("POST", "people", {"name": "Other", "own_link": acme})[0] == 422


def test_only_an_administrator_defines(cast: Cast) -> None:
    body = {"resource": "people", "name": "fine", "label": "Fine", "kind": "text"}
    assert Caller(cast.owner)("POST", "custom_fields", body)[0] == 403


def test_a_trashed_field_is_gone_everywhere_and_comes_back_with_its_values(cast: Cast) -> None:
    call = Caller(cast.administrator)
    field = define(call, "text")
    made = person(call, own_text="alpha")
    assert call("DELETE", f"custom_fields/{field}")[0] == 204
    assert "own_text" not in call("GET", f"people/{made['id']}")[1]
    for path in ("people?own_text=alpha", "people?order=own_text", "people?fields=own_text"):
        assert call("GET", path)[0] == 400
    assert call("PATCH", f"people/{made['id']}", {"own_text": "x"})[0] == 422
    assert call("POST", f"custom_fields/{field}/restore", {})[0] == 200
    assert call("GET", f"people/{made['id']}")[1]["own_text"] == "alpha"


def test_a_new_label_shows_at_once(cast: Cast) -> None:
    call = Caller(cast.administrator)
    field = define(call, "text")
    call("PATCH", f"custom_fields/{field}", {"label": "Nickname"})
    properties = call("GET", "openapi.json")[1]["components"]["schemas"]["people.record"]["properties"]
    assert properties["own_text"]["title"] == "Nickname"


def test_unique_holds_within_a_batch_and_against_others_but_not_against_oneself(cast: Cast) -> None:
    call = Caller(cast.administrator)
    define(call, "text", "code", unique=True)
    first = person(call, code="A")
    assert call("PATCH", f"people/{first['id']}", {"code": "A", "job_title": "x"})[0] == 200
    assert call("POST", "people", {"name": "Other", "code": "A"})[0] == 422
    rows = [{"name": "One", "code": "B"}, {"name": "Two", "code": "B"}]
    _status, answer = call("POST", "people/batch", {"records": rows})
    assert [each["status"] for each in answer["results"]] == [201, 422]


def _system_create(code: str) -> str:
    try:
        verbs.create(RESOURCES["people"], {"name": "Racer", "code": code}, actor=Actor.system("command"))
    except Invalid:
        return "refused"
    finally:
        connections.close_all()
    return "made"


def _system_field(**more: Any) -> None:
    values = {"resource": "people", "name": "code", "label": "Code", "kind": "text", **more}
    verbs.create(RESOURCES["custom_fields"], values, actor=Actor.system("command"))


def test_two_at_once_can_not_take_the_same_unique_value(committed: None) -> None:
    _system_field(unique=True)
    with ThreadPoolExecutor(2) as pool:
        for number in range(5):
            assert sorted(pool.map(_system_create, [f"R{number}"] * 2)) == ["made", "refused"]


def _patch(person_id: Any, name: str, value: str) -> None:
    try:
        verbs.update(RESOURCES["people"], [person_id], {name: value}, actor=Actor.system("command"))
    finally:
        connections.close_all()


def test_two_who_change_different_fields_at_once_keep_both_changes(committed: None) -> None:
    names = [f"field{number}" for number in range(8)]
    for name in names:
        _system_field(name=name)
    made = verbs.create(RESOURCES["people"], {"name": "Somebody"}, actor=Actor.system("command"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: _patch(made.pk, name, f"value of {name}"), names))
    assert Person.objects.get(pk=made.pk).custom == {name: f"value of {name}" for name in names}


def _indexes() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname ~ '^custom_[0-9a-f]{32}$'")
        return dict(cursor.fetchall())


@pytest.mark.parametrize("kind", ["text", "number", "date", "datetime", "integer", "choice", "email", "link"])
def test_an_indexed_field_gets_the_index_that_its_filter_uses(committed: None, kind: str) -> None:
    options = [{"value": "a", "label": "A"}] if kind == "choice" else []
    _system_field(kind=kind, indexed=True, options=options, target="organizations" if kind == "link" else "")
    align("parties_party")
    name = index_name("people", "code")
    assert list(_indexes()) == [name]
    field = RESOURCES["people"].all_fields(Actor.system("command"))["code"]
    from rapport.platform.resources.query import read_query

    value = {"link": "0190a000-0000-7000-8000-000000000000", "choice": "a"}.get(kind) or str(VALUES[kind][0])
    query = read_query(RESOURCES["people"], {field.name: value}, Actor.system("command"))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
    assert name in query.matching(Actor.system("command")).order_by("pk").explain()


def test_an_index_goes_with_its_field_and_turns_unique_with_it(committed: None) -> None:
    system, fields = Actor.system("command"), RESOURCES["custom_fields"]
    _system_field(indexed=True)
    field = fields.rows(system).get(name="code")
    align("parties_party")
    assert "UNIQUE" not in _indexes()[index_name("people", "code")]
    verbs.update(fields, [field.pk], {"unique": True}, actor=system)
    align("parties_party")
    assert "UNIQUE" in _indexes()[index_name("people", "code")]
    verbs.trash(fields, [field.pk], actor=system)
    align("parties_party")
    assert _indexes() == {}
