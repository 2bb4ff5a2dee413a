"""An administrator looks at what somebody else sees: that person's records, nobody's mail, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import Look, Role, User
from rapport.platform.access.sharing import share
from rapport.platform.attention.models import Attention
from rapport.platform.history.models import Change, Read
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.contracts.database import state
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add
from tests.web.doors import SECRET, House, make_house

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_here(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


def look(client: Client, user: User) -> Client:
    assert client.post(f"/settings/users/{user.pk}/look")["Location"] == "/"
    return client


def test_one_sees_the_records_and_fields_that_they_see(cast: Cast, sign_in: SignIn) -> None:
    mine = add(cast.owner, "people", name="Jonas Okafor", job_title="Tribologist")
    other = add(cast.outsider, "people", name="Zoë Zimmer")
    shared = add(cast.outsider, "people", name="Shirin Shared")
    share("people", [shared], cast.owner.pk, False, actor_for(cast.outsider, "page"))
    seller = Role.objects.get(name="Seller")
    seller.grants["*"]["fields"] = {"job_title": "hidden"}
    seller.save()
    client = look(sign_in(cast.administrator), cast.owner)
    listed = client.get("/people/").content.decode()
    assert "Jonas Okafor" in listed
    assert "Shirin Shared" in listed
    assert "Zoë Zimmer" not in listed
    assert "You see Rapport as Owner does." in listed
    assert client.get(f"/people/{other.pk}/").status_code == 404
    assert "Tribologist" not in client.get(f"/people/{mine.pk}/").content.decode()


def test_each_look_is_noted_as_the_administrators(cast: Cast, sign_in: SignIn) -> None:
    person = add(cast.owner, "people", name="Jonas Okafor")
    client = look(sign_in(cast.administrator), cast.owner)
    client.get(f"/people/{person.pk}/")
    assert not Attention.objects.exists()
    read = Read.objects.get()
    assert (read.actor_id, read.origin) == (cast.administrator.pk, f"look:{cast.owner.pk}")
    client.post("/settings/look/leave")
    assert client.get("/settings/users").status_code == 200
    made = Look.objects.get()
    assert (made.looker, made.user) == (cast.administrator, cast.owner)
    assert made.ended_at is not None
    told = Change.objects.filter(record_table="access_look").order_by("pk").values_list("verb", "actor_id")
    assert list(told) == [("create", cast.administrator.pk), ("update", cast.administrator.pk)]
    assert "Administrator" in sign_in(cast.owner).get("/settings/profile").content.decode()


def test_nothing_of_theirs_alone_is_shown_and_nothing_is_changed(cast: Cast, sign_in: SignIn) -> None:
    """At every address, by looking and by sending what the owner's forms would."""
    house: House = make_house(cast)
    verbs.create(RESOURCES["saved_views"], {"name": "Quillon", "resource": "people"}, actor=cast.actor("owner"))
    client = look(sign_in(cast.administrator), cast.owner)
    before = state()
    for address in house.addresses():
        if address.startswith("/settings/look/"):
            continue
        text = content(client, address)
        assert f"Of {SECRET}" not in text, address
        assert f"about {SECRET}" not in text, address
        assert "Quillon" not in text, address
        assert client.post(address, house.good).status_code == 403, address
    for address in (
        "/settings/tokens",
        "/settings/profile",
        "/notifications/",
        "/accounts/2fa/",
        "/accounts/sessions/",
    ):
        assert client.get(address).status_code == 403, address
    assert state() == before


def content(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code < 500, address
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return str(body.decode(errors="replace"))


@pytest.mark.parametrize("how", ["time", "demoted", "disabled"])
def test_a_look_ends_by_itself(cast: Cast, sign_in: SignIn, how: str) -> None:
    client = look(sign_in(cast.administrator), cast.owner)
    if how == "time":
        Look.objects.update(began_at=Look.objects.get().began_at - timedelta(minutes=31))
    elif how == "demoted":
        cast.administrator.roles.set(Role.objects.filter(name="Seller"))
    else:
        User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert client.post("/people/new", {"name": "Nobody"}).status_code == 403
    assert "You see Rapport as" not in client.get("/").content.decode()


def test_only_administrators_look_and_not_at_nobody(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.owner).post(f"/settings/users/{cast.mate.pk}/look").status_code == 403
    boss = sign_in(cast.administrator)
    assert boss.post(f"/settings/users/{UUID(int=1)}/look").status_code == 404
    assert boss.post(f"/settings/users/{cast.administrator.pk}/look").status_code == 422
    assert not Look.objects.exists()
