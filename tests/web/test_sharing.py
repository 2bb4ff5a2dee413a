"""A record shared with somebody whose role doesn't show it."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.access.models import Share
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Ada Byron", job_title="Analyst")


def test_a_record_is_shared_to_look_at_to_change_and_taken_back(cast: Cast, sign_in: SignIn, person: Any) -> None:
    owner, outsider = sign_in(cast.owner), sign_in(cast.outsider)
    base = f"/people/{person.pk}/"
    owner.post(f"{base}sharing", {"with_": str(cast.outsider.pk)})
    assert b"Ada Byron" in outsider.get(base).content
    assert b"may look" in owner.get(f"{base}sharing").content
    assert outsider.post(f"{base}facts/job_title", {"job_title": "Countess"}).status_code == 403
    owner.post(f"{base}sharing", {"with_": str(cast.outsider.pk), "may_edit": "true"})
    assert outsider.post(f"{base}facts/job_title", {"job_title": "Countess"}).status_code == 302
    assert Share.objects.count() == 1
    owner.post(f"{base}sharing", {"back": str(cast.outsider.pk)})
    assert outsider.get(base).status_code == 404


def test_a_team_is_shared_with_as_a_whole(cast: Cast, sign_in: SignIn, person: Any) -> None:
    sign_in(cast.owner).post(f"/people/{person.pk}/sharing", {"with_": str(cast.outsider.team_id)})
    text = sign_in(cast.outsider).get(f"/people/{person.pk}/sharing").content.decode()
    assert "South" in text
    assert "Take back" not in text


def test_only_who_may_change_a_record_shares_it(cast: Cast, sign_in: SignIn, person: Any) -> None:
    address = f"/people/{person.pk}/sharing"
    assert sign_in(cast.mate).post(address, {"with_": str(cast.outsider.pk)}).status_code == 403
    assert sign_in(cast.outsider).get(address).status_code == 404
    assert sign_in(cast.owner).post(address, {"with_": str(person.pk)}).status_code == 422
    assert not Share.objects.exists()


def test_sharing_goes_through_the_api(cast: Cast, person: Any) -> None:
    call = Caller(cast.owner)
    assert call("POST", f"people/{person.pk}/share", {"with_": str(cast.outsider.pk)})[0] == 200
    assert Caller(cast.outsider)("GET", f"people/{person.pk}")[0] == 200
    assert call("POST", f"people/{person.pk}/unshare", {"with_": str(cast.outsider.pk)})[0] == 200
    assert Caller(cast.outsider)("GET", f"people/{person.pk}")[0] == 404
