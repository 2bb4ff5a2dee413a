"""A new party is written as its triggers would derive it, in a number of queries that doesn't grow with a batch."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.kit.ids import uuid7
from rapport.parties.models import Party, Relationship, RelationshipKind, Stage
from rapport.parties.standing import write_relationships
from rapport.platform.errors import Invalid
from rapport.platform.history.models import Change
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
DERIVED = (
    "primary_email", "primary_phone", "organization_id", "organization_sort", "relationship_kind_id", "stage_id",
    "owner_id", "owner_ids",
)  # fmt: skip

some = st.fixed_dictionaries(
    {"name": st.sampled_from(["Ada Byron", "Zoë Ångström"])},
    optional={
        "email": st.sampled_from(["Ada@Example.com", ""]),
        "phone": st.sampled_from(["+44 20 7946 0000", ""]),
        "organization": st.booleans(),
        "relationship": st.sampled_from(["Customer", "Vendor", None]),
        "stage": st.booleans(),
        "owner": st.booleans(),
    },
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=some)
def test_a_new_party_holds_what_would_be_derived(cast: Cast, values: dict[str, Any]) -> None:
    actor = cast.actor("owner")
    if values.get("organization"):
        firm = verbs.create(RESOURCES["organizations"], {"name": "Ångström AB"}, actor=actor)
        values["organization"] = str(firm.pk)
    else:
        values.pop("organization", None)
    kind = RelationshipKind.objects.get(name=values.get("relationship") or "Prospect")
    if values.get("relationship"):
        values["relationship"] = str(kind.pk)
    values["stage"] = str(Stage.objects.filter(kind=kind)[0].pk) if values.get("stage") else None
    values["owner"] = str(cast.owner.pk) if values.get("owner") else None
    made = verbs.create(RESOURCES["people"], values, actor=actor)
    written = Party.objects.filter(pk=made.pk).values(*DERIVED).get()
    Party.objects.filter(pk=made.pk).update(primary_email="?", primary_phone="?", owner_ids=[made.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT party_refresh(ARRAY[%s::uuid])", [made.pk])
    assert Party.objects.filter(pk=made.pk).values(*DERIVED).get() == written
    assert written["owner_id"] == (cast.owner.pk if values["owner"] else None)


def test_a_new_party_is_written_once(cast: Cast) -> None:
    call = Caller(cast.owner)
    made = call("POST", "people", {"name": "Ada Byron", "email": "ada@example.com", "phone": "+44 20 7946 0000"})[1]
    changes = Change.objects.filter(record_id=made["id"]).values_list("verb", flat=True)
    assert (list(changes), made["version"]) == (["create"], 1)


def test_a_batch_asks_as_much_for_three_as_for_one(cast: Cast) -> None:
    call = Caller(cast.owner)
    firm = call("POST", "organizations", {"name": "Acme"})[1]["id"]

    def queries(count: int, begin: str) -> int:
        rows = [
            {"name": f"{begin} {n}", "email": f"{begin}{n}@acme.example", "phone": f"+33 1 99 00 00 {n:02}"}
            | ({"organization": firm} if n % 2 else {})
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as asked:
            assert {each["status"] for each in call("POST", "people/batch", {"records": rows})[1]["results"]} == {201}
        return len(asked)

    queries(2, "warm")
    assert queries(2, "two") == queries(3, "three") < queries(12, "twelve") == queries(30, "thirty")


def test_setting_an_address_asks_as_much_for_three_as_for_one(cast: Cast) -> None:
    actor, people = cast.actor("owner"), RESOURCES["people"]
    rows = [{"name": f"Ada {n}", "email": f"old{n}@acme.example", "phone": "+33 1 99 00 00 01"} for n in range(5)]
    ids = [each.pk for each in verbs.create_many(people, rows, actor=actor)]

    def queries(of: list[Any]) -> int:
        with CaptureQueriesContext(connection) as asked:
            verbs.update(people, of, {"email": "new@acme.example", "phone": ""}, actor=actor)
        return len(asked)

    queries(ids[:1])
    assert queries(ids[1:2]) == queries(ids[2:])
    shown = Party.objects.filter(pk__in=ids).values_list("primary_email", "primary_phone").distinct()
    assert list(shown) == [("new@acme.example", "")]


def test_an_address_that_somebody_has_already_becomes_the_one_that_is_shown(cast: Cast) -> None:
    call = Caller(cast.owner)
    made = call("POST", "people", {"name": "Ada", "email": "first@ada.example"})[1]["id"]
    for number in range(3):
        point = {"party": made, "kind": "email", "value": f"other{number}@ada.example"}
        assert call("POST", "contact_points", point)[0] == 201
    assert call("PATCH", f"people/{made}", {"email": "Other1@ada.example"})[1]["email"] == "other1@ada.example"
    left = call("GET", f"contact_points?party={made}&order=value")[1]["results"]
    assert [each["value"] for each in left] == [f"other{number}@ada.example" for number in range(3)]


def test_a_stage_that_was_made_just_now_counts_and_one_that_is_gone_is_refused(cast: Cast) -> None:
    """Also within the transaction that makes it, where what an actor remembers is of before."""
    actor, prospect = cast.actor("owner"), RelationshipKind.objects.get(name="Prospect")
    made = verbs.create(RESOURCES["people"], {"name": "Ada", "relationship": str(prospect.pk)}, actor=actor)
    stage = Stage.objects.create(kind=prospect, name="Courted", position=9)
    pairs: Any = [(made, {"stage": stage.pk})]
    write_relationships(pairs, actor)
    assert Relationship.objects.get(party=made.pk).stage_id == stage.pk
    with pytest.raises(Invalid) as problem:
        write_relationships([(made, {"stage": uuid7()})], actor)  # type: ignore[list-item]
    assert problem.value.fields.keys() == {"stage"}
    assert Relationship.objects.get(party=made.pk).stage_id == stage.pk
