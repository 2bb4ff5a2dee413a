"""What somebody may not see is not in the page, through whichever door of the pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

import pytest

from rapport.platform.access.models import Role
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Zebedee Quartz", email="zebedee@quartz.example", phone="+442079460123")


def hide(*names: str) -> None:
    role = Role.objects.get(name="Seller")
    role.grants["*"]["fields"] = dict.fromkeys(names, "hidden")
    role.save()


DOORS = ["", "preview", "history", "timeline", "facts/email", "cards/contact_points", "cards/contact_points/new"]


@pytest.mark.parametrize("door", DOORS)
def test_an_outsider_finds_nothing_where_nothing_is(cast: Cast, sign_in: SignIn, person: Any, door: str) -> None:
    outsider = sign_in(cast.outsider)
    theirs = outsider.get(f"/people/{person.pk}/{door}")
    absent = outsider.get(f"/people/{cast.owner.pk}/{door}")
    assert theirs.status_code == absent.status_code == 404
    assert b"Quartz" not in theirs.content


LISTS = ["", "count", "export.csv", "options?x.words=zeb", "?q=zebedee", "../search?q=zebedee"]


@pytest.mark.parametrize("path", LISTS)
def test_an_outsiders_lists_leave_it_out(cast: Cast, sign_in: SignIn, person: Any, path: str) -> None:
    response = sign_in(cast.outsider).get(urljoin("/people/", path))
    content = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    assert b"Quartz" not in content


def test_a_team_mate_sees_and_may_not_change(cast: Cast, sign_in: SignIn, person: Any) -> None:
    mate = sign_in(cast.mate)
    page = mate.get(f"/people/{person.pk}/")
    assert b"Zebedee Quartz" in page.content
    assert b"facts/email" not in page.content
    assert mate.get(f"/people/{person.pk}/facts/email").status_code == 403
    assert mate.post(f"/people/{person.pk}/facts/email", {"email": "eve@else.example"}).status_code == 403
    assert mate.post(f"/people/{person.pk}/trash").status_code == 403
    assert mate.post("/people/bulk/trash", {"ids": [str(person.pk)]}).status_code == 403
    person.refresh_from_db()
    assert (person.primary_email, person.deleted_at) == ("zebedee@quartz.example", None)


@pytest.mark.parametrize("door", ["", "preview", "history"])
def test_a_hidden_field_is_absent_from_a_record(cast: Cast, sign_in: SignIn, person: Any, door: str) -> None:
    hide("email")
    content = sign_in(cast.owner).get(f"/people/{person.pk}/{door}").content
    assert b"Zebedee" in content
    assert b"fact-email" not in content


def test_a_hidden_field_can_neither_be_listed_filtered_sorted_nor_edited(
    cast: Cast, sign_in: SignIn, person: Any
) -> None:
    hide("email")
    client = sign_in(cast.owner)
    assert b"zebedee@quartz" not in client.get("/people/").content
    assert b"zebedee@quartz" not in b"".join(client.get("/people/export.csv"))
    for path in ("?email=zebedee@quartz.example", "?order=email", "?fields=email"):
        assert client.get(f"/people/{path}").status_code == 400
    assert client.get(f"/people/{person.pk}/facts/email").status_code == 404


SETTINGS = ["users", "users/new", "roles", "roles/new", "teams", "custom_fields", "stages", "targets", "our_addresses",
            "organisation", "jobs"]  # fmt: skip


@pytest.mark.parametrize("section", SETTINGS)
def test_settings_of_the_house_are_the_administrators(cast: Cast, sign_in: SignIn, section: str) -> None:
    assert sign_in(cast.owner).get(f"/settings/{section}").status_code == 403
    assert sign_in(cast.administrator).get(f"/settings/{section}").status_code == 200


def test_nobody_revokes_anothers_token(cast: Cast, sign_in: SignIn) -> None:
    from rapport.platform.access.models import Token
    from rapport.platform.api.tokens import make_token

    make_token(cast.owner, "mine")
    token = Token.objects.get()
    assert sign_in(cast.outsider).post(f"/settings/tokens/{token.pk}/revoke").status_code == 404
    assert Token.objects.filter(pk=token.pk).exists()
