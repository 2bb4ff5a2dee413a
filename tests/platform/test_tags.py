"""Tags on records: through the API, in filters, in search, and for those whose role is not for all."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.access.models import Role
from rapport.platform.actions.registry import action_of
from rapport.platform.fields.models import Tag, Tagging
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import search
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
TAGGING_QUERIES = 11


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def people(cast: Cast) -> list[str]:
    call = Caller(cast.owner)
    return [call("POST", "people", {"name": name})[1]["id"] for name in ("Ada", "Bob", "Cy")]


def tags_of(call: Caller, record: str) -> Any:
    return call("GET", f"people/{record}")[1]["tags"]


def names(call: Caller, question: str) -> list[str]:
    return sorted(each["name"] for each in call("GET", f"people?{question}")[1]["results"])


def test_a_record_is_given_exactly_the_tags_that_are_written(cast: Cast, people: list[str]) -> None:
    call = Caller(cast.owner)
    status, body = call("PATCH", f"people/{people[0]}", {"tags": ["VIP", "Fair 2026", "vip"]})
    assert (status, body["tags"], body["version"]) == (200, ["Fair 2026", "vip"], 2)
    call("PATCH", f"people/{people[0]}", {"tags": ["VIP", "Press"]})
    assert tags_of(call, people[0]) == ["Press", "vip"]
    assert Tag.objects.count() == 3
    call("PATCH", f"people/{people[0]}", {"tags": None})
    assert tags_of(call, people[0]) == []


def test_tags_are_put_on_and_taken_off_one_by_one(cast: Cast, people: list[str]) -> None:
    call = Caller(cast.owner)
    call("POST", f"people/{people[0]}/add_tags", {"tags": ["A", "B"]})
    status, body = call("POST", f"people/{people[0]}/add_tags", {"tags": ["B", "C"]})
    assert (status, body["tags"]) == (200, ["A", "B", "C"])
    assert call("POST", f"people/{people[0]}/remove_tags", {"tags": ["b", "unknown"]})[1]["tags"] == ["A", "C"]
    assert Tagging.objects.count() == 2


def test_a_list_is_narrowed_by_tags(cast: Cast, people: list[str]) -> None:
    call = Caller(cast.owner)
    call("PATCH", f"people/{people[0]}", {"tags": ["VIP", "Press"]})
    call("PATCH", f"people/{people[1]}", {"tags": ["Press"]})
    found = {
        question: names(call, question)
        for question in ("tags=vip", "tags=Press", "tags__ne=VIP", "tags__in=VIP,Other", "tags__empty=true", "tags=No")
    }
    assert found == {
        "tags=vip": ["Ada"], "tags=Press": ["Ada", "Bob"], "tags__ne=VIP": ["Bob", "Cy"], "tags__in=VIP,Other": ["Ada"],
        "tags__empty=true": ["Cy"], "tags=No": [],
    }  # fmt: skip


def test_a_tag_in_the_trash_is_off_every_record_until_it_is_back(cast: Cast, people: list[str]) -> None:
    call, rule = Caller(cast.owner), Caller(cast.administrator)
    call("PATCH", f"people/{people[0]}", {"tags": ["VIP"]})
    tag = Tag.objects.get()
    assert rule("DELETE", f"tags/{tag.pk}")[0] == 204
    assert (tags_of(call, people[0]), names(call, "tags=VIP")) == ([], [])
    rule("POST", f"tags/{tag.pk}/restore", {})
    assert tags_of(call, people[0]) == ["VIP"]


def test_what_nobody_owns_is_seen_by_every_scope_and_changed_by_the_widest_alone(cast: Cast) -> None:
    Tag.objects.create(name="VIP")
    for scope, sees, changes in (("all", 1, 1), ("team", 1, 0), ("own", 1, 0), ("none", 0, 0)):
        Role.objects.filter(name="Seller").update(grants={"*": dict.fromkeys(("view", "edit", "delete"), scope)})
        Role.objects.get(name="Seller").save()
        tags, actor = RESOURCES["tags"], cast.actor("owner")
        counted = [tags.rows(actor, verb).count() for verb in ("view", "edit", "delete")]
        assert counted == [sees, changes, changes], scope


def test_who_may_make_no_tags_puts_on_those_that_are_there(cast: Cast, people: list[str]) -> None:
    Tag.objects.create(name="VIP")
    role = Role.objects.get(name="Seller")
    role.grants["tags"] = {"view": "own"}
    role.save()
    call = Caller(cast.owner)
    assert call("PATCH", f"people/{people[0]}", {"tags": ["vip"]})[1]["tags"] == ["VIP"]
    status, body = call("PATCH", f"people/{people[0]}", {"tags": ["New"]})
    assert (status, body["errors"][0]["field"]) == (422, "tags")
    assert not Tag.objects.filter(name="New").exists()


@pytest.mark.parametrize("grant", [{"view": "none"}, {"view": "all", "fields": {"name": "hidden"}}])
def test_whose_role_hides_tags_finds_none_on_records(cast: Cast, people: list[str], grant: dict[str, Any]) -> None:
    Caller(cast.administrator)("PATCH", f"people/{people[0]}", {"tags": ["VIP"]})
    role = Role.objects.get(name="Seller")
    role.grants["tags"] = grant
    role.save()
    call = Caller(cast.owner)
    assert "tags" not in call("GET", f"people/{people[0]}")[1]
    assert call("GET", "people?tags=VIP")[0] == 400
    assert call("PATCH", f"people/{people[0]}", {"tags": []})[0] == 422
    assert call("POST", f"people/{people[0]}/remove_tags", {"tags": ["VIP"]})[0] == 403
    assert search("VIP", cast.actor("owner")) == []


def test_a_tag_is_found_by_its_name_where_something_visible_bears_it(cast: Cast, people: list[str]) -> None:
    Caller(cast.owner)("PATCH", f"people/{people[0]}", {"tags": ["Fair & press"]})
    (hit,) = search("fair", cast.actor("owner"))
    assert (hit.title, hit.detail, hit.address) == ("Fair & press", "People", "/people/?tags=Fair+%26+press")
    assert search("fair", cast.actor("outsider")) == []


@pytest.mark.parametrize("count", [1, 20])
def test_many_are_tagged_in_a_fixed_number_of_queries(cast: Cast, django_assert_num_queries: Any, count: int) -> None:
    actor = cast.actor("owner")
    made = verbs.create_many(RESOURCES["people"], [{"name": f"Person {n}"} for n in range(count)], actor=actor)
    ids = [each.pk for each in made]
    with django_assert_num_queries(TAGGING_QUERIES):
        action_of("people", "add_tags").function(ids, tags=["VIP", "Press"], actor=actor)
    assert Tagging.objects.count() == 2 * count
