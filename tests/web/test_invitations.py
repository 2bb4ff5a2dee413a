"""Invitations: a link for each address, which works once, for a while, and until it is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from rapport.platform.access import invitations
from rapport.platform.access.models import Invitation, Role, User
from rapport.platform.history.models import Change
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "quiet-harbour-42"


def invite(client: Client, addresses: str = "new@ours.example", **more: Any) -> Any:
    seller = Role.objects.get(name="Seller")
    return client.post("/settings/users/invite", {"addresses": addresses, "roles": str(seller.pk), **more})


def link() -> str:
    return invitations.path_of(Invitation.objects.order_by("-pk")[0])


def join(path: str, **more: Any) -> Any:
    given = {"name": "Nia New", "password": PASSWORD, "password_again": PASSWORD, **more}
    return Client().post(path, given)


def test_somebody_invited_chooses_a_name_and_a_password_and_is_in(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    team = cast.owner.team
    assert team is not None
    assert invite(client, team=str(team.pk)).status_code == 302
    listed = client.get("/settings/users").content.decode()
    assert link() in listed
    guest = Client()
    assert "new@ours.example" in guest.get(link()).content.decode()
    answer = guest.post(link(), {"name": "Nia New", "password": PASSWORD, "password_again": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert guest.get("/").status_code == 200
    made = User.objects.get(email="new@ours.example")
    assert (made.name, made.team, [role.name for role in made.roles.all()]) == ("Nia New", team, ["Seller"])
    assert made.check_password(PASSWORD)
    assert link() not in client.get("/settings/users").content.decode()
    told = Change.objects.filter(record_table="access_invitation").order_by("pk").values_list("verb", "actor_id")
    assert next(iter(told)) == ("create", cast.administrator.pk)


def test_a_link_works_once(cast: Cast, sign_in: SignIn) -> None:
    invite(sign_in(cast.administrator))
    assert join(link()).status_code == 302
    assert join(link(), name="Eve").status_code == 404
    assert User.objects.filter(email="new@ours.example").count() == 1


@pytest.mark.parametrize("how", ["revoked", "expired", "invited again", "forged", "cut"])
def test_a_link_that_no_longer_works_makes_nobody(cast: Cast, sign_in: SignIn, how: str) -> None:
    client = sign_in(cast.administrator)
    invite(client)
    path, row = link(), Invitation.objects.get()
    if how == "revoked":
        client.post(f"/settings/users/invitations/{row.pk}/revoke")
    elif how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "invited again":
        invite(client)
    elif how == "forged":
        path = f"/join/{row.pk}:{'A' * 43}"
    else:
        path = path[:-1]
    assert Client().get(path).status_code == 404
    answer = join(path)
    assert answer.status_code == 404
    assert "no longer works" in answer.content.decode()
    assert not User.objects.filter(email="new@ours.example").exists()


def test_what_is_wrong_is_said_beside_it(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.administrator)
    for addresses in ("nonsense", "", "Owner@ours.example"):
        assert invite(client, addresses).status_code == 422
    assert client.post("/settings/users/invite", {"addresses": "new@ours.example"}).status_code == 422
    assert not Invitation.objects.exists()
    invite(client)
    for wrong in ({"name": ""}, {"password_again": "other"}, {"password": "short", "password_again": "short"}):
        assert join(link(), **wrong).status_code == 422
    assert Invitation.objects.get().accepted_at is None


def test_only_administrators_invite(cast: Cast, sign_in: SignIn) -> None:
    assert invite(sign_in(cast.owner)).status_code == 403
    invite(sign_in(cast.administrator))
    row = Invitation.objects.get()
    assert sign_in(cast.owner).post(f"/settings/users/invitations/{row.pk}/revoke").status_code == 403
    assert Invitation.objects.get().revoked_at is None


def test_with_a_mail_server_the_link_is_sent(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.SENDS_MAIL, settings.SITE = True, "https://crm.example"
    invite(sign_in(cast.administrator), "new@ours.example, other@ours.example")
    do_waiting("access.invite")
    assert sorted(each.to[0] for each in mail.outbox) == ["new@ours.example", "other@ours.example"]
    sent = next(each for each in mail.outbox if each.to == ["other@ours.example"])
    path = invitations.path_of(Invitation.objects.get(email="other@ours.example"))
    assert f"https://crm.example{path}\n" in str(sent.body)
    assert Invitation.objects.filter(mailed_at=None).count() == 0


def test_nobody_tries_links_without_end(cast: Cast, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"join": "3/m/ip"}
    answers = [join(f"/join/{number}:guess").status_code for number in range(5)]
    assert answers == [404, 404, 404, 429, 429]
