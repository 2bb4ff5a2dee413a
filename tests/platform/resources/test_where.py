"""`where=` through the API: a condition in words beside all other parameters."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from rapport.platform.access.models import Role
from rapport.platform.fields.models import CustomField
from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db


def names(call: Caller, path: str) -> list[str]:
    status, answer = call("GET", path)[:2]
    assert status == 200, answer
    return [each["name"] for each in answer["results"]]


def path(where: str, **others: str) -> str:
    return "people?" + "&".join(f"{name}={quote(value)}" for name, value in {"where": where, **others}.items())


@pytest.fixture
def call(cast: Cast) -> Caller:
    CustomField.objects.create(resource="people", name="amount", label="Amount", kind="number")
    caller = Caller(cast.owner)
    for name, amount, title in (
        ("Ada", 1, "Baker"),
        ("Bob", 20_000, "Baker"),
        ("Cleo", 30_000, "Cook"),
        ("Dan", 4, ""),
    ):
        caller("POST", "people", {"name": name, "amount": amount, "job_title": title})
    return caller


def test_it_narrows_beside_filters_order_and_count(call: Caller) -> None:
    assert names(call, path("amount > 10,000 or job title is empty", order="-name")) == ["Dan", "Cleo", "Bob"]
    assert names(call, path("amount > 10,000", job_title="Baker")) == ["Bob"]
    assert call("GET", path("amount > 10,000", count="true"))[1]["count"] == 2
    assert names(call, path("  ")) == ["Ada", "Bob", "Cleo", "Dan"]


def test_it_goes_on_behind_the_end_of_a_page(call: Caller) -> None:
    first = call("GET", path("not name is Bob", order="name", limit="1"))[1]
    second = call("GET", first["next"].removeprefix("/api/v1/"))[1]
    third = call("GET", second["next"].removeprefix("/api/v1/"))[1]
    assert [page["results"][0]["name"] for page in (first, second, third)] == ["Ada", "Cleo", "Dan"]
    assert third["next"] is None


def test_figures_are_of_what_it_finds(call: Caller) -> None:
    query = f"people/summary?group=job_title&sum=amount&where={quote('amount is at least 4')}"
    assert {each["job_title"]: each["count"] for each in call("GET", query)[1]["results"]} == {
        "Baker": 1, "Cook": 1, "": 1,
    }  # fmt: skip
    other = f"people/summary?group=job_title&where={quote('amount < 4')}"
    assert call("GET", other)[1]["results"] == [{"job_title": "Baker", "count": 1}]


def test_what_is_wrong_is_said_in_english_with_its_place(call: Caller) -> None:
    status, problem = call("GET", path("job titel is Baker"))[:2]
    assert status == 400
    assert problem["errors"] == [
        {
            "pointer": "/where", "field": "where",
            "detail": "There is no field “job titel”. Did you mean “Job title”? (at character 1)",
        }
    ]  # fmt: skip


def test_the_same_words_are_read_anew_for_everybody_each_time(cast: Cast, call: Caller) -> None:
    """Nothing of a condition is kept from one question to the next, or from one actor to another."""
    other = Caller(cast.outsider)
    other("POST", "people", {"name": "Zoe"})
    for _again in range(2):
        assert names(call, path("owner is me")) == ["Ada", "Bob", "Cleo", "Dan"]
        assert names(other, path("owner is me")) == ["Zoe"]
        assert names(call, path("name is Ada")) == ["Ada"]
        assert names(call, path("name is Bob")) == ["Bob"]
    firm = call("POST", "organizations", {"name": "Okafor"})[1]["id"]
    call("POST", "people", {"name": "Eve", "organization": firm})
    assert names(call, path("organization is Okafor")) == ["Eve"]
    call("PATCH", f"organizations/{firm}", {"name": "Okafor Logistics"})
    assert call("GET", path("organization is Okafor"))[0] == 400
    assert names(call, path("organization is Okafor Logistics")) == ["Eve"]


def test_a_field_that_becomes_hidden_is_no_field_any_more(cast: Cast, call: Caller) -> None:
    assert names(call, path("job title is Cook")) == ["Cleo"]
    role = Role.objects.get(name="Seller")
    role.grants["people"] = {**role.grants["*"], "fields": {"job_title": "hidden"}}
    role.save()
    status, problem = call("GET", path("job_title is Cook"))[:2]
    assert (status, problem["errors"][0]["detail"]) == (400, "There is no field “job_title”. (at character 1)")


@pytest.mark.parametrize("text", ["organization is a\0b", 'name is "\0"', "\0 is x", "name contains \0\0"])
def test_a_nul_is_no_fault(call: Caller, text: str) -> None:
    assert call("GET", path(text))[0] in (200, 400)
