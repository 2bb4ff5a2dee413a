"""Settings → Users: the same verbs as the API's, from forms."""

from __future__ import annotations

import pytest

from rapport.platform.access.models import Role, User, UserRole
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db


def test_somebody_is_added_with_a_role_and_a_password(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    seller = Role.objects.get(name="Seller")
    form = {"email": "ada@ours.example", "name": "Ada", "roles": [str(seller.pk)], "password": "short"}
    assert client.post("/settings/users/new", form).status_code == 422
    assert not User.objects.filter(email="ada@ours.example").exists()
    assert client.post("/settings/users/new", form | {"password": "a long enough sentence"}).status_code == 302
    ada = User.objects.get(email="ada@ours.example")
    assert ada.check_password("a long enough sentence")
    assert list(ada.roles.all()) == [seller]
    changed = {"name": "Ada Byron", "team": str(cast.owner.team_id)}
    assert client.post(f"/settings/users/{ada.pk}", changed).status_code == 422
    assert client.post(f"/settings/users/{ada.pk}", changed | {"roles": [str(seller.pk)]}).status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.team, UserRole.objects.filter(user=ada).count()) == ("Ada Byron", cast.owner.team, 1)


def test_disabling_asks_who_takes_over(cast: Cast, sign_in: SignIn) -> None:
    theirs = sign_in(cast.owner)
    person = add(cast.owner, "people", name="Zebedee Quartz")
    client, path = sign_in(cast.administrator), f"/settings/users/{cast.owner.pk}/disable"
    asked = client.get(path).content.decode()
    assert "<b>1</b> Relationships" in asked
    assert f'<optgroup label="North"><option value="{cast.mate.pk}">' in asked
    assert client.post(path, {"successor": ""}).status_code == 422
    assert User.objects.get(pk=cast.owner.pk).is_active
    assert theirs.get("/people/").status_code == 200
    assert client.post(path, {"successor": str(cast.mate.pk)}).status_code == 302
    person.refresh_from_db()
    assert person.owner == cast.mate
    assert theirs.get("/people/").headers["Location"].startswith("/accounts/login/")
    assert client.post(f"/settings/users/{cast.owner.pk}/enable").status_code == 302
    assert User.objects.get(pk=cast.owner.pk).is_active


def test_nobody_disables_themselves_and_only_administrators_disable(cast: Cast, sign_in: SignIn) -> None:
    mine = sign_in(cast.administrator).post(f"/settings/users/{cast.administrator.pk}/disable", {"successor": "nobody"})
    assert (mine.status_code, "can&#39;t disable yourself" in mine.content.decode()) == (422, True)
    for verb in ("disable", "enable"):
        assert sign_in(cast.owner).post(f"/settings/users/{cast.mate.pk}/{verb}").status_code == 403
