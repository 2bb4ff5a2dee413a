"""The API over people: what follows from their declaration."""

from __future__ import annotations

import pytest

from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_person_is_created_with_what_hangs_on_it(cast: Cast) -> None:
    call = Caller(cast.owner)
    status, acme = call("POST", "organizations", {"name": "Acme"})
    assert status == 201, acme
    status, person = call(
        "POST", "people",
        {"name": "Jonas Okafor", "email": "Jonas@Acme.example", "phone": "+44 20 7946 0000", "organization": acme["id"],
         "owner": str(cast.owner.pk)},
    )  # fmt: skip
    assert status == 201, person
    assert person["email"] == "Jonas@acme.example"
    assert person["given_name"] == "Jonas"
    assert person["organization"] == acme["id"]
    assert person["owner"] == str(cast.owner.pk)
    status, found = call("GET", "people?organization__name=Acme&order=-name&expand=organization")
    assert [each["name"] for each in found["results"]] == ["Jonas Okafor"]
    assert found["results"][0]["organization"]["name"] == "Acme"


def test_what_is_expanded_is_given_though_the_fields_leave_it_out(cast: Cast) -> None:
    call = Caller(cast.owner)
    acme = call("POST", "organizations", {"name": "Acme"})[1]["id"]
    call("POST", "people", {"name": "Jonas Okafor", "organization": acme})
    for asked in ("fields=name", "fields=name,organization"):
        [found] = call("GET", f"people?{asked}&expand=organization")[1]["results"]
        assert found.keys() == {"id", "version", "name", "organization"}
        assert found["organization"]["name"] == "Acme"
    [found] = call("GET", "people?expand=organization")[1]["results"]
    assert "email" in found
