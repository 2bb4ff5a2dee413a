"""The API over people: what follows from their declaration."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from rapport.platform.api.tokens import make_token
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Caller:
    """An API client with a token."""

    def __init__(self, user: Any) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {make_token(user, 'test')}"})

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        response = self.client.generic(
            method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )  # fmt: skip
        self.response = response
        return response.status_code, json.loads(response.content) if response.content else None


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
