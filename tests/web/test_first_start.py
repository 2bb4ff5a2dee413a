"""Before there is an administrator nothing answers but the one-time link and the health addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rapport.interactions.models import OurOrganization
from rapport.parties.models import RelationshipKind
from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import User
from rapport.platform.access.people import add_user
from rapport.platform.access.setup import one_time_link
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES

pytestmark = pytest.mark.django_db

ANSWERS = {
    "organization": "Fennimore", "name": "Mara Visser", "email": "mara@ours.example", "time_zone": "Europe/Paris",
    "password": "a long enough sentence", "password_again": "a long enough sentence",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/people/", "/accounts/login/", "/settings/users", "/nothing"])
def test_every_other_address_says_not_set_up(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert b"set up yet" in response.content


def test_health_answers_before_set_up() -> None:
    assert Client().get("/healthz").status_code == 200


def test_the_link_makes_the_first_administrator_and_is_gone_after() -> None:
    link = one_time_link()
    assert link is not None
    client = Client()
    assert client.get(link).status_code == 200
    response = client.post(link, ANSWERS)
    assert (response.status_code, response["Location"]) == (302, "/")
    user = User.objects.get()
    assert (user.email, user.time_zone) == ("mara@ours.example", "Europe/Paris")
    assert user.roles.get().is_administrator
    ours = OurOrganization.objects.get()
    assert (ours.name, ours.time_zone) == ("Fennimore", "Europe/Paris")
    assert client.get("/people/").status_code == 200
    assert Client().get(link).status_code == 404
    assert Client().post(link, {**ANSWERS, "email": "eve@else.example"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "kind", "plural", "stages"),
    [
        ("de", "Interessent", "Interessenten", ["Neu", "Kontaktiert", "Qualifiziert", "Nicht geeignet"]),
        ("en", "Prospect", "Prospects", ["New", "Contacted", "Qualified", "Unqualified"]),
    ],
)
def test_the_standard_kinds_are_named_in_the_language_of_the_set_up(
    language: str, kind: str, plural: str, stages: list[str]
) -> None:
    RelationshipKind.objects.filter(name="Press").update(name="Media")
    link = str(one_time_link())
    assert Client(headers={"Accept-Language": language}).post(link, ANSWERS).status_code == 302
    found = RelationshipKind.objects.get(standard="prospect")
    assert (found.name, found.plural) == (kind, plural)
    assert list(found.stages.values_list("name", flat=True)) == stages
    assert RelationshipKind.objects.filter(name="Media", standard="press").exists()
    made: Any = verbs.create(RESOURCES["people"], {"name": "Ada"}, actor=actor_for(User.objects.get(), "page"))
    made.refresh_from_db()
    assert made.relationship_kind == found


def test_differing_passwords_are_refused_beside_the_field_and_keep_what_was_typed() -> None:
    link = one_time_link()
    response = Client().post(str(link), {**ANSWERS, "password_again": "another"})
    assert response.status_code == 422
    text = response.content.decode()
    assert "The two passwords differ." in text
    assert 'value="Mara Visser"' in text
    assert "a long enough sentence" not in text
    assert not User.objects.exists()


def test_a_wrong_link_is_not_found() -> None:
    one_time_link()
    assert Client().get("/set-up/wrong").status_code == 404


def test_a_user_who_is_no_administrator_keeps_nobody_from_setting_up() -> None:
    add_user("bob@ours.example", "correct horse battery")
    link = one_time_link()
    assert link is not None
    assert Client().post(link, ANSWERS).status_code == 302
    assert User.objects.get(email="mara@ours.example").roles.get().is_administrator
    assert one_time_link() is None
