"""Questions that are read and compiled once: their answers are those of the moment, and of the rights of the moment."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Role
from rapport.platform.api.summaries import Summary, can_group
from rapport.platform.history.context import saw
from rapport.platform.history.models import Read
from rapport.platform.resources import verbs
from rapport.platform.resources.output import Reading, one
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.resources.statements import ANY_RECORD, Parameters, is_kept, kept
from rapport.platform.search.finding import fitting
from tests.contracts.examples import DOORS
from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
WHO = ("owner", "outsider", "administrator")


@pytest.mark.parametrize("resource", DOORS, ids=lambda each: each.name)
def test_nothing_is_asked_while_a_question_is_made_ready(
    cast: Cast, resource: Resource, django_assert_num_queries: Any
) -> None:
    """What follows from rows would be kept as it was; what follows from an actor and definitions may be kept."""
    for who in WHO:
        actor = cast.actor(who, "api")
        resource.readable(actor)
        with django_assert_num_queries(0):
            query = read_query(resource, {"count": "true"}, actor)
            Reading.of(query, actor)
            Reading.of(query.with_condition(fitting(resource, (("a",), ("b", "c")), actor)), actor)
            Summary.of(resource, {"group": next(n for n, f in resource.built_in.items() if can_group(f))}, actor)


def test_the_same_question_is_answered_anew(cast: Cast) -> None:
    call, path = Caller(cast.owner), "people?order=name&fields=name,tags&count=true"
    assert call("GET", path)[1] == {"results": [], "next": None, "count": 0}
    ids = [call("POST", "people", {"name": name})[1]["id"] for name in ("Bob", "Ada")]
    assert [each["name"] for each in call("GET", path)[1]["results"]] == ["Ada", "Bob"]
    call("PATCH", f"people/{ids[0]}", {"name": "Aaron", "tags": ["VIP"]})
    answer = call("GET", path)[1]
    assert [(each["name"], each["tags"]) for each in answer["results"]] == [("Aaron", ["VIP"]), ("Ada", [])]
    assert answer["count"] == 2
    assert call("GET", f"people/{ids[0]}")[1]["name"] == "Aaron"
    call("DELETE", f"people/{ids[0]}")
    assert call("GET", path)[1]["count"] == 1
    assert call("GET", f"people/{ids[0]}")[0] == 404


def test_rights_fields_and_definitions_hold_from_the_next_question_on(cast: Cast) -> None:
    call, rule, path = Caller(cast.owner), Caller(cast.administrator), "people?order=name"
    made = call("POST", "people", {"name": "Ada", "job_title": "Countess"})[1]["id"]
    assert "job_title" in call("GET", path)[1]["results"][0]
    role = Role.objects.get(name="Seller")
    role.grants["people"] = {**role.grants["*"], "fields": {"job_title": "hidden"}}
    role.save()
    assert "job_title" not in call("GET", path)[1]["results"][0]
    assert "job_title" not in call("GET", f"people/{made}")[1]
    field = {"resource": "people", "name": "code", "label": "Code", "kind": "text"}
    assert rule("POST", "custom_fields", field)[0] == 201
    assert call("GET", path)[1]["results"][0]["code"] is None
    assert call("GET", f"people/{made}")[1]["code"] is None
    role.grants = {"*": {"view": "none"}}
    role.save()
    assert call("GET", path)[0] == 400
    assert call("GET", "people")[1]["results"] == []
    assert call("GET", f"people/{made}")[0] == 404


def test_two_who_ask_alike_each_see_their_own(cast: Cast) -> None:
    calls = [Caller(user) for user in (cast.owner, cast.outsider)]
    for call, name in zip(calls, ("Ada", "Bob"), strict=True):
        call("POST", "people", {"name": name})
    for _again in range(2):
        assert [[each["name"] for each in call("GET", "people")[1]["results"]] for call in calls] == [["Ada"], ["Bob"]]


def test_a_narrowed_token_sees_less_than_its_users_other_one(cast: Cast) -> None:
    blind = Role.objects.create(name="Blind", grants={"*": {"view": "none"}})
    cast.owner.userrole_set.create(role=blind)
    wide, narrow = Caller(cast.owner), Caller(cast.owner, role_ids=[blind.pk])
    wide("POST", "people", {"name": "Ada"})
    assert [len(call("GET", "people")[1]["results"]) for call in (wide, narrow, wide, narrow)] == [1, 0, 1, 0]


def test_each_look_is_noted_with_what_was_shown_and_nothing_else(cast: Cast) -> None:
    call = Caller(cast.owner)
    ids = [call("POST", "people", {"name": name})[1]["id"] for name in ("Ada", "Bob", "Cleo")]
    for _again in range(2):
        assert [each["name"] for each in call("GET", "people?order=name&limit=2")[1]["results"]] == ["Ada", "Bob"]
    call("GET", "people?order=-name&limit=2")
    call("GET", "people?name=nobody")
    looks = [[str(each) for each in ids] for ids in Read.objects.order_by("id").values_list("record_ids", flat=True)]
    assert looks == [ids[:2], ids[:2], [ids[2], ids[1]]]
    assert set(Read.objects.values_list("actor_id", "origin", "resource")) == {(cast.owner.pk, "api", "people")}


def test_rapport_itself_reads_and_is_not_noted(cast: Cast) -> None:
    made = verbs.create(RESOURCES["people"], {"name": "Ada"}, actor=cast.actor("owner"))
    found = one(RESOURCES["people"], Actor.system("job"), made.pk)
    assert found is not None
    assert (found["name"], Read.objects.count()) == ("Ada", 0)


@pytest.mark.parametrize("kept", [True, False])
def test_a_look_inside_a_transaction_lets_its_commit_wait_for_the_disk(cast: Cast, kept: bool) -> None:
    """Only a look alone need not be on the disk: beside it, something may be written that is promised."""
    people, actor = RESOURCES["people"], cast.actor("owner", "api")
    made = verbs.create(people, {"name": "Ada"}, actor=actor)
    with transaction.atomic(), connection.cursor() as cursor:
        if kept:
            one(people, actor, made.pk)
        else:
            saw(actor, "people", [made.pk])
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
    assert Read.objects.filter(record_ids__contains=[made.pk]).exists()


def test_the_id_that_stands_for_others_is_nobodys(cast: Cast) -> None:
    call = Caller(cast.owner)
    for path in (f"contact_points?party={ANY_RECORD}", f"people?id={ANY_RECORD}", f"people?id__in={ANY_RECORD}"):
        assert call("GET", path)[:2] == (200, {"results": [], "next": None})
    assert call("GET", f"people/{ANY_RECORD}")[0] == 404


PARAMETERS = [
    ({}, True), ({"order": "name", "limit": "50"}, True), ({"id__in": "x" * 294}, True), ({"id__in": "x" * 295}, False),
    ({"cursor": "x"}, False), ({"q": "ada"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("given", "again"), PARAMETERS)
def test_only_what_is_asked_again_is_kept(cast: Cast, given: dict[str, str], again: bool) -> None:
    made: list[bool] = []

    @kept(10)
    def ready(_resource: Resource, _actor: Actor, parameters: Parameters, shown: str) -> tuple[Parameters, str]:
        made.append(is_kept())
        return parameters, shown

    people, parameters = RESOURCES["people"], Parameters.of(given)
    for actor, times in ((cast.actor("owner"), 1 if again else 2), (Actor.system("job"), 2)):
        made.clear()
        for _again in range(2):
            assert ready(people, actor, Parameters.of(given), "all") == (parameters, "all")
        assert len(made) == times
        assert made[0] == (times == 1)
    assert not is_kept()


def test_parameters_are_the_same_in_any_order() -> None:
    assert Parameters.of({"a": "1", "b": "2"}) == Parameters.of({"b": "2", "a": "1"})
    assert hash(Parameters.of({"a": "1", "b": "2"})) == hash(Parameters.of({"b": "2", "a": "1"}))
