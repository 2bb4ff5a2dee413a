"""Over every registered page: who has no right finds nothing there, and nothing is changed in passing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rapport.platform.access.models import Role, User
from tests.contracts.database import state
from tests.factories.cast import Cast
from tests.web.conftest import BACKEND, SignIn, just_signed_in
from tests.web.doors import HIDDEN, SECRET, House, make_house

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast, tmp_path: Any, settings: Any) -> House:
    settings.DATA = tmp_path
    return make_house(cast)


def look(client: Client, address: str) -> tuple[int, str]:
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    return response.status_code, content.decode(errors="replace")


def test_the_owner_finds_what_is_theirs_and_looking_changes_nothing(house: House, cast: Cast, sign_in: SignIn) -> None:
    client, before = sign_in(cast.owner), state()
    found = {address for address in house.addresses() if SECRET in look(client, address)[1]}
    assert len(found) > 30
    assert state() == before


def test_an_outsider_finds_nothing_and_changes_nothing(house: House, cast: Cast, sign_in: SignIn) -> None:
    """Not by looking, nor by sending what the owner's forms would: where one record is named, it is as if absent."""
    client, before = sign_in(cast.outsider), state()
    for address in house.addresses():
        status, content = look(client, address)
        assert status < 500, address
        assert SECRET not in content, address
        if not house.is_of_one(address):
            continue
        for headers in ({}, {"HX-Request": "true"}):
            sent = client.post(address, house.good, headers=headers)
            assert sent.status_code in (403, 404, 405, 422), address
            assert SECRET.encode() not in sent.content, address
    assert state() == before


PRIVATE = ("/inbox/", "/messages/", "/attachments/", "/ledger/", "/organizations/", "/people/")


def test_an_administrator_finds_nothing_of_a_private_conversation(house: House, cast: Cast, sign_in: SignIn) -> None:
    client, before = sign_in(cast.administrator), state()
    for address in house.addresses():
        status, content = look(client, address)
        assert status < 500, address
        assert f"Of {SECRET}" not in content, address
        assert f"about {SECRET}" not in content, address
        if address.startswith(("/inbox/", "/messages/", "/attachments/")) and house.is_of_one(address):
            assert status in (404, 405), address
            assert client.post(address, house.good).status_code in (403, 404, 405), address
    assert state() == before


@pytest.mark.parametrize("field", sorted(HIDDEN))
def test_a_hidden_field_is_on_no_page(house: House, cast: Cast, sign_in: SignIn, field: str) -> None:
    seller = Role.objects.get(name="Seller")
    parts = ("given_name", "family_name") if field == "name" else ()
    seller.grants["*"]["fields"] = dict.fromkeys((field, *parts), "hidden")
    seller.save()
    client = sign_in(cast.owner)
    looked = {address: look(client, address) for address in house.addresses()}
    assert [address for address, (status, _content) in looked.items() if status >= 500] == []
    told = [address for address, (_status, content) in looked.items() if HIDDEN[field] in content]
    assert [each for each in told if not each.startswith(house.of_views)] == []


BY_TOKEN = "/notifications/unsubscribe/"
"""A mail program sends it, by the signed token of a mail: for any other there is nothing here."""


def test_nothing_is_sent_in_without_the_forms_token(house: House, cast: Cast) -> None:
    for user in (cast.owner, cast.administrator):
        client, before = strict(user), state()
        for address in house.addresses():
            for headers in ({}, {"HX-Request": "true"}, {"Origin": "https://evil.example"}):
                refused = 404 if address.startswith(BY_TOKEN) else 403
                assert client.post(address, house.good, headers=headers).status_code == refused, address
        assert state() == before


def strict(user: User) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend=BACKEND)
    just_signed_in(client, user)
    return client
