"""The history of a party is one story: its own row and all that hangs on it, as far as somebody may read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from rapport.kit.ids import uuid7
from rapport.parties.models import ContactPoint, Person, RelationshipKind
from rapport.platform.access.models import Role
from rapport.platform.history.chapters import Chapter
from rapport.platform.history.models import Change
from rapport.platform.history.queries import changes_of
from rapport.platform.history.telling import Teller
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db
QUERIES = 11

Told = tuple[str, str, dict[str, tuple[Any, Any]]]


def story(call: Caller, path: str, least: int = 0) -> list[Told]:
    """(resource, verb, changes) of each entry, the oldest first."""
    status, answer = call("GET", f"{path}/history?limit=500")
    assert status == 200, answer
    rows = [row for row in answer["results"] if row["id"] > least]
    return [
        (row["resource"], row["verb"], {each["field"]: (each["old"], each["new"]) for each in row["changes"]})
        for row in reversed(rows)
    ]


def newest(call: Caller, path: str) -> int:
    return int(call("GET", f"{path}/history?limit=1")[1]["results"][0]["id"])


@pytest.fixture
def ada(cast: Cast) -> str:
    made = verbs.create(RESOURCES["people"], {"name": "Ada Byron"}, actor=cast.actor("owner"))
    return f"people/{made.pk}"


def test_making_somebody_tells_everything_that_was_said_of_them(cast: Cast) -> None:
    call = Caller(cast.owner)
    firm = call("POST", "organizations", {"name": "Acme"})[1]["id"]
    person = {"name": "Ada", "email": "ada@acme.example", "organization": firm, "tags": ["VIP"]}
    path = f"people/{call('POST', 'people', person)[1]['id']}"
    told = {resource: (verb, changes) for resource, verb, changes in story(call, path)}
    assert told["people"] == ("create", {})
    assert told["tags"] == ("create", {"tag": (None, "VIP")})
    point = {"kind": (None, "email"), "value": (None, "ada@acme.example"), "state": (None, "unverified"),
             "is_preferred": (None, True), "source": (None, "typed")}  # fmt: skip
    assert told["contact_points"] == ("create", point)
    assert told["affiliations"] == ("create", {"organization": (None, "Acme"), "source": (None, "typed")})
    assert told["relationships"][1]["kind"] == (None, "Prospect")
    assert told["relationships"][1]["owner"] == (None, "Owner")
    assert len(story(call, path)) == 5


def test_each_change_of_what_hangs_on_somebody_is_told_with_what_was_before(cast: Cast, ada: str) -> None:
    call, party = Caller(cast.owner), ada.removeprefix("people/")
    address = call("POST", "addresses", {"party": party, "city": "London"})[1]["id"]
    since = newest(call, ada)
    call("PATCH", f"addresses/{address}", {"city": "Ockham", "country": "GB"})
    call("DELETE", f"addresses/{address}")
    call("POST", f"addresses/{address}/restore", {})
    call("PATCH", ada, {"email": "ada@a.example"})
    call("PATCH", ada, {"email": "ada@b.example"})
    call("PATCH", ada, {"tags": ["VIP"]})
    call("PATCH", ada, {"tags": []})
    found = [(resource, verb) for resource, verb, _changes in story(call, ada, since)]
    assert found == [
        ("addresses", "update"), ("addresses", "trash"), ("addresses", "restore"), ("contact_points", "create"),
        ("contact_points", "delete"), ("contact_points", "create"), ("tags", "create"), ("tags", "delete"),
    ]  # fmt: skip
    changes = [each for _resource, _verb, each in story(call, ada, since)]
    assert changes[0] == {"city": ("London", "Ockham"), "country": ("", "GB")}
    assert (changes[3]["value"], changes[4]["value"]) == ((None, "ada@a.example"), ("ada@a.example", None))
    assert (changes[6], changes[7]) == ({"tag": (None, "VIP")}, {"tag": ("VIP", None)})
    made = [each for resource, verb, each in story(call, ada) if (resource, verb) == ("addresses", "create")]
    assert made == [{"city": (None, "London"), "source": (None, "typed")}]


def test_merging_and_parting_is_a_part_of_it(cast: Cast, ada: str) -> None:
    call = Caller(cast.administrator)
    other = call("POST", "people", {"name": "Augusta King", "email": "augusta@king.example"})[1]["id"]
    merge = call("POST", f"people/{other}/merge", {"into": ada.removeprefix("people/")})[1]["merges"][0]["id"]
    told = story(call, ada)
    assert ("merges", "create", {"absorbed": (None, "Augusta King")}) in told
    [row] = [row for row in call("GET", f"{ada}/history")[1]["results"] if row["resource"] == "merges"]
    assert (row["record"], row["who"]) == (merge, "Administrator")
    assert any(each.get("value") == (None, "augusta@king.example") for _r, _v, each in told)
    call("POST", f"{ada}/undo_merge", {"merge": merge})
    verb, changes = [(verb, changes) for resource, verb, changes in story(call, ada) if resource == "merges"][-1]
    assert (verb, list(changes), changes["undone_at"][0]) == ("update", ["undone_at"], None)
    assert not any(each.get("value") == (None, "augusta@king.example") for _r, _v, each in story(call, ada))


def test_an_organisation_tells_of_those_of_its_people_who_may_be_seen(cast: Cast) -> None:
    call, stranger = Caller(cast.administrator), Caller(cast.outsider)
    kind = str(RelationshipKind.objects.get(standard="customer").pk)
    firm = call("POST", "organizations", {"name": "Acme", "owner": str(cast.outsider.pk), "relationship": kind})[1][
        "id"
    ]
    person = call("POST", "people", {"name": "Ada", "owner": str(cast.owner.pk), "organization": firm})[1]["id"]
    work = call("GET", f"affiliations?person={person}")[1]["results"][0]["id"]
    call("PATCH", f"affiliations/{work}", {"role": "Countess"})
    path = f"organizations/{firm}"
    assert [each for each in story(call, path) if each[0] == "affiliations"] == [
        ("affiliations", "create", {"person": (None, "Ada"), "source": (None, "typed")}),
        ("affiliations", "update", {"role": ("", "Countess")}),
    ]
    assert [each for each in story(stranger, path) if each[0] == "affiliations"] == []
    assert any(each[0] == "relationships" for each in story(stranger, path))


HIDDEN = {
    "email": ("contact_points", "value"),
    "phone": ("contact_points", "value"),
    "organization": ("affiliations", "organization"),
    "relationship": ("relationships", "kind"),
    "stage": ("relationships", "stage"),
    "owner": ("relationships", "owner"),
    "tags": ("tags", "tag"),
}


@pytest.mark.parametrize("field", HIDDEN)
def test_what_is_hidden_on_somebody_is_hidden_in_what_is_told_and_read_of_them(cast: Cast, field: str) -> None:
    call, (resource, column) = Caller(cast.owner), HIDDEN[field]
    stage = str(RelationshipKind.objects.get(standard="customer").stages.all()[1].pk)
    firm = call("POST", "organizations", {"name": "Acme"})[1]["id"]
    person = {"name": "Ada", "email": "ada@acme.example", "organization": firm, "tags": ["VIP"], "stage": stage}
    path = f"people/{call('POST', 'people', person)[1]['id']}"
    call("PATCH", path, {"tags": [], "email": "", "phone": "112", "stage": None, "job_title": "Countess"})
    assert any(column in changes for each, _verb, changes in story(call, path) if each == resource)
    role = Role.objects.get(name="Seller")
    role.grants["people"] = {**role.grants["*"], "fields": {field: "hidden"}}
    role.save()
    told = story(call, path)
    assert not any(column in changes for each, _verb, changes in told if each == resource)
    assert ("people", "update", {"job_title": ("", "Countess")}) in told
    if resource == "tags":
        assert not any(each == "tags" for each, _verb, _changes in told)
    else:
        assert column not in call("GET", f"{resource}?limit=1")[1]["results"][0]


def test_an_addresses_story_is_its_own(cast: Cast, ada: str) -> None:
    call = Caller(cast.owner)
    call("PATCH", ada, {"email": "ada@a.example", "tags": ["VIP"]})
    point = ContactPoint.objects.get()
    assert [(resource, verb) for resource, verb, _c in story(call, f"contact_points/{point.pk}")] == [
        ("contact_points", "create")
    ]


def test_the_story_is_paged_without_gaps(cast: Cast, ada: str) -> None:
    call = Caller(cast.owner)
    for number in range(7):
        call("PATCH", ada, {"email": f"ada{number}@a.example", "job_title": f"Job {number}"})
    whole = [row["id"] for row in call("GET", f"{ada}/history?limit=500")[1]["results"]]
    assert len(whole) == len(set(whole)) == 2 + 7 + 7 + 6
    pages, path = [], f"{ada}/history?limit=4"
    while path:
        answer = call("GET", path)[1]
        pages += [row["id"] for row in answer["results"]]
        path = answer["next"]
    assert pages == whole


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_queries_whatever_hangs_there(
    cast: Cast, ada: str, django_assert_num_queries: Any, count: int
) -> None:
    call = Caller(cast.owner)
    for number in range(count):
        firm = call("POST", "organizations", {"name": f"Acme {number}"})[1]["id"]
        call("PATCH", ada, {"organization": firm, "tags": [f"Tag {number}"], "email": f"ada{number}@a.example"})
    people, record = RESOURCES["people"], ada.removeprefix("people/")
    actor = cast.actor("owner")
    with django_assert_num_queries(QUERIES):
        assert len(changes_of(people, record, actor)) > 4 * count  # type: ignore[arg-type]


def test_nought_is_told_of_a_creation_and_what_nobody_said_is_not(cast: Cast) -> None:
    actor, stages, record = cast.actor("owner"), RESOURCES["stages"], uuid7()
    teller = Teller(record, RESOURCES["people"], Person.objects.none(), [Chapter(stages, lambda _r, _a: Q())], actor)
    made = {"position": 0, "name": "", "tone": None, "kind_id": False}
    change = Change(record_table="parties_stage", record_id=uuid7(), verb="create")
    assert [(each.field.name, each.old, each.new) for each in teller.fields(change, made)] == [("position", None, 0)]


def test_changes_that_are_hidden_are_passed_over_in_one_reading_of_ids(cast: Cast, ada: str) -> None:
    call = Caller(cast.owner)
    call("PATCH", ada, {"language": "fr"})
    for number in range(7):
        call("PATCH", ada, {"job_title": f"Job {number}"})
    role = Role.objects.get(name="Seller")
    role.grants["people"] = {**role.grants["*"], "fields": {"job_title": "hidden"}}
    role.save()
    record = UUID(ada.removeprefix("people/"))
    with CaptureQueriesContext(connection) as asked:
        found = changes_of(RESOURCES["people"], record, cast.actor("owner"), limit=3)
    assert [(each.resource.name, each.verb) for each in found] == [
        ("people", "update"), ("people", "create"), ("relationships", "create"),
    ]  # fmt: skip
    reading_ids = [each["sql"] for each in asked if each["sql"].startswith('SELECT "history_change"."id" ')]
    assert len(reading_ids) == 1
