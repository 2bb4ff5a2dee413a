"""Rules: what an administrator doesn't let be stored, in the words of filters."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from rapport.parties.models import Person
from rapport.platform.fields.models import CustomField, ValidationRule
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
MESSAGE = "Say where a buyer works."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def house(cast: Cast) -> Caller:
    return Caller(cast.administrator)


@pytest.fixture
def owner(cast: Cast) -> Caller:
    return Caller(cast.owner)


def rule(house: Caller, condition: str, message: str = MESSAGE, resource: str = "people") -> tuple[int, Any]:
    sent = {"resource": resource, "condition": condition, "message": message}
    status, body = house("POST", "validation_rules", sent)
    return status, body


def test_what_a_rule_refuses_is_not_stored(house: Caller, owner: Caller) -> None:
    assert rule(house, 'job_title is "Buyer" and organization is empty')[0] == 201
    status, body = owner("POST", "people", {"name": "Ada", "job_title": "Buyer"})
    assert (status, body["detail"]) == (422, MESSAGE)
    assert not Person.objects.exists()
    made = owner("POST", "people", {"name": "Ada", "job_title": "Clerk"})[1]
    status, body = owner("PATCH", f"people/{made['id']}", {"job_title": "Buyer"})
    assert (status, body["detail"]) == (422, MESSAGE)
    assert Person.objects.get().job_title == "Clerk"
    firm = owner("POST", "organizations", {"name": "Mills"})[1]["id"]
    assert owner("PATCH", f"people/{made['id']}", {"job_title": "Buyer", "organization": firm})[0] == 200


def test_a_rule_sees_what_its_writer_may_not(cast: Cast, house: Caller, owner: Caller) -> None:
    rule(house, "description is empty", "Describe them.")
    seller = cast.owner.roles.get()
    seller.grants["*"]["fields"] = {"description": "hidden"}
    seller.save()
    assert owner("POST", "people", {"name": "Ada"})[1]["detail"] == "Describe them."


def test_a_rule_that_is_off_or_gone_refuses_nothing(house: Caller, owner: Caller) -> None:
    made = rule(house, "job_title is empty")[1]["id"]
    assert owner("POST", "people", {"name": "Ada"})[0] == 422
    house("PATCH", f"validation_rules/{made}", {"is_active": False})
    assert owner("POST", "people", {"name": "Ada"})[0] == 201
    house("PATCH", f"validation_rules/{made}", {"is_active": True})
    assert owner("POST", "people", {"name": "Bob"})[0] == 422
    house("DELETE", f"validation_rules/{made}")
    assert owner("POST", "people", {"name": "Bob"})[0] == 201


def test_all_that_is_refused_is_said_at_once_and_a_batch_says_it_by_row(house: Caller, owner: Caller) -> None:
    rule(house, "job_title is empty", "Say what they do.")
    rule(house, "email is empty", "Say how to reach them.")
    assert owner("POST", "people", {"name": "Ada"})[1]["detail"] == "Say what they do. Say how to reach them."
    rows = [{"name": "Ada"}, {"name": "Bob", "job_title": "Clerk", "email": "bob@them.example"}]
    status, body = owner("POST", "people/batch", {"records": rows})
    assert status == 200
    assert [each["status"] for each in body["results"]] == [422, 201]


@pytest.mark.parametrize("condition", ["stag is Customer", "name is", "", "name contains"])
def test_a_condition_that_is_none_is_refused_beside_it(house: Caller, condition: str) -> None:
    status, body = rule(house, condition)
    assert status == 422
    assert [each["field"] for each in body["errors"]] == ["condition"]
    assert not ValidationRule.objects.exists()


def test_only_administrators_make_rules(owner: Caller) -> None:
    assert rule(owner, "name is empty")[0] == 403


def test_a_condition_keeps_its_language(cast: Cast, owner: Caller) -> None:
    sent = {"resource": "people", "condition": "Beschreibung ist leer", "message": MESSAGE}
    with translation.override("de"):
        verbs.create(RESOURCES["validation_rules"], sent, actor=cast.actor("administrator"))
    assert owner("POST", "people", {"name": "Ada"})[0] == 422


def test_a_rule_whose_field_is_gone_stops_nobody_and_says_so(
    house: Caller, owner: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    field = {"resource": "people", "name": "shoe", "label": "Shoe", "kind": "number"}
    made = house("POST", "custom_fields", field)[1]["id"]
    rule(house, "shoe > 50")
    assert owner("POST", "people", {"name": "Ada", "shoe": 51})[0] == 422
    house("DELETE", f"custom_fields/{made}")
    assert not CustomField.objects.kept().exists()
    assert owner("POST", "people", {"name": "Ada"})[0] == 201
    assert "no longer understood" in caplog.text
