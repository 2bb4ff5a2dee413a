"""Pages by key: every row once, in the order asked for, whatever is made meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapport.parties.models import Person
from tests.factories.caller import Caller
from tests.factories.cast import Cast

NAMES = ["name", "given_name", "job_title", "created_at", "own_number", "own_day", "id"]


@pytest.fixture
def call(cast: Cast) -> Caller:
    """People with few different values, many alike or missing."""
    made = Caller(cast.administrator)
    for name, kind in (("own_number", "number"), ("own_day", "date")):
        made("POST", "custom_fields", {"resource": "people", "name": name, "label": name, "kind": kind})
    rows: list[dict[str, Any]] = []
    for number in range(24):
        row: dict[str, Any] = {"name": f"Ann {'AB'[number % 2]}", "job_title": ["", "x"][number % 2]}
        row |= {"own_number": number % 3} if number % 4 else {}
        row |= {"own_day": f"2026-01-0{1 + number % 5}"} if number % 3 else {}
        rows.append(row)
    answer = made("POST", "people/batch", {"records": rows})[1]
    assert {each["status"] for each in answer["results"]} == {201}
    return made


terms = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names))
)


@settings(
    max_examples=25, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(order=terms, limit=st.integers(1, 9))
def test_every_row_comes_once_in_any_order(call: Caller, order: tuple[str, ...], limit: int) -> None:
    text = ",".join(order)
    whole = [each["id"] for each in call("GET", f"people?order={text}&limit=500")[1]["results"]]
    found, path, first = [], f"people?order={text}&limit={limit}", True
    while path:
        page = call("GET", path)[1]
        found += [each["id"] for each in page["results"]]
        path = page["next"]
        if first:
            Person.objects.create(display_name="Late", sort_name="late")
            first = False
    assert len(found) == len(set(found))
    assert [each for each in found if each in set(whole)] == whole
    Person.objects.filter(display_name="Late").delete()


def test_a_cursor_fits_only_its_own_list_and_can_not_be_forged(call: Caller) -> None:
    following = call("GET", "people?order=name&limit=1")[1]["next"]
    cursor = following.partition("cursor=")[2]
    for path in (
        f"people?order=-name&cursor={cursor}",
        f"organizations?order=name&cursor={cursor}",
        f"people?cursor=x{cursor}",
        f"people?order=name&q=person&cursor={cursor}",
    ):
        assert call("GET", path)[0] == 400, path


def test_counting_counts_all_pages_only_when_asked(call: Caller) -> None:
    assert call("GET", "people?limit=5&count=true")[1]["count"] == 24
    assert "count" not in call("GET", "people?limit=5")[1]


@pytest.mark.parametrize(
    ("path", "queries"), [("people?limit=1", 2), ("people?limit=20&order=name", 2), ("people?order=-own_number", 2)]
)
def test_a_list_costs_the_same_few_queries_whatever_its_length(
    call: Caller, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    call("GET", path)
    with django_assert_num_queries(queries):
        call("GET", path)
