"""The audit: who changed what and who looked at whom, asked by any of it; never the values."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, sign_in: SignIn) -> Client:
    """After a little has happened: somebody was added, changed, and looked at by the API."""
    person = add(cast.owner, "people", name="Jonas Okafor", job_title="Clerk")
    verbs.update(RESOURCES["people"], [person.pk], {"job_title": "Tribologist"}, actor=cast.actor("owner"))
    add(cast.administrator, "teams", name="West")
    Caller(cast.owner)("GET", f"people/{person.pk}")
    return sign_in(cast.administrator)


def lines(client: Client, **asked: str) -> list[dict[str, str]]:
    answer: Any = client.get("/settings/audit.csv", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_changes_are_told_with_what_was_changed_and_not_to_what(cast: Cast, client: Client) -> None:
    found = lines(client, what="parties_party", who=str(cast.owner.pk))
    assert [(each["verb"], each["who"], each["what"], each["whence"]) for each in found] == [
        ("update", "Owner", "parties", "page"),
        ("create", "Owner", "parties", "page"),
    ]
    assert found[0]["fields"] == "job_title"
    page = client.get("/settings/audit?what=parties_party").content.decode()
    assert "Jonas Okafor" in page
    assert "Tribologist" not in page


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"what": "access_team"}, 3), ({"what": "access_team", "whence": "page"}, 1), ({"whence": "nowhere"}, 0)],
)
def test_it_is_asked_by_what_and_from_where(client: Client, asked: dict[str, str], count: int) -> None:
    assert len(lines(client, **asked)) == count


def test_it_is_asked_by_the_day(client: Client) -> None:
    everything = lines(client)
    days = sorted({line["at"][:10] for line in everything})
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    assert len(lines(client, since=days[0], until=days[-1])) == len(everything) > 5
    assert lines(client, since=(last + timedelta(days=1)).isoformat()) == []
    assert lines(client, until=(first - timedelta(days=1)).isoformat()) == []


def test_looks_are_told_too(cast: Cast, client: Client) -> None:
    found = lines(client, kind="looks")
    assert [(each["verb"], each["who"], each["what"], each["whence"]) for each in found] == [
        ("look", "Owner", "people", "api")
    ]
    assert "Jonas Okafor" in client.get("/settings/audit?kind=looks").content.decode()


def test_looks_are_asked_by_what_was_looked_at(client: Client) -> None:
    assert [each["what"] for each in lines(client, kind="looks", what="parties_party")] == ["people"]
    assert lines(client, kind="looks", what="access_team") == []


def test_it_goes_on_where_a_page_ends_and_costs_the_same(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        add(cast.owner, "people", name=f"Person {number:02}")
    with django_assert_max_num_queries(14):
        first = client.get("/settings/audit?what=parties_party").content.decode()
    assert "Person 59" in first
    assert "Person 05" not in first
    older = first.split('href="/settings/audit?what=parties_party&amp;before=')[1].split('"')[0]
    second = client.get(f"/settings/audit?what=parties_party&before={older}").content.decode()
    assert "Person 05" in second
    assert "Person 59" not in second


def test_only_administrators_see_it_and_nonsense_is_refused(cast: Cast, client: Client, sign_in: SignIn) -> None:
    for address in ("/settings/audit", "/settings/audit.csv"):
        assert sign_in(cast.owner).get(address).status_code == 403
    for asked in ({"who": "x"}, {"since": "soon"}, {"until": "9999-12-31"}):
        assert client.get("/settings/audit", asked).status_code == 400
    assert client.get("/settings/audit?before=x").status_code == 200
