"""The matrix of a role: what each resource's rights are, and nothing else."""

from __future__ import annotations

import re

import pytest

from rapport.parties.models import Person
from rapport.platform.access.grants import VERBS
from rapport.platform.access.models import Role
from rapport.platform.access.resources import Directory
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
SAID = {"kind": "note", "text": "She called."}


def test_the_matrix_offers_exactly_the_rights_that_are_declared(cast: Cast, sign_in: SignIn) -> None:
    text = sign_in(cast.administrator).get("/settings/roles/new").content.decode()
    offered = set(re.findall(r'<select name="(\w+)\.(\w+)"', text))
    granted = [each for each in RESOURCES.values() if each.is_door and not each.parent]
    expected = {
        (each.name, verb)
        for each in granted
        if not isinstance(each, Directory) and each.name not in ("saved_views", "files")
        for verb in each.rights
    }
    assert offered == expected
    assert ("interactions", "create") in offered
    assert ("interactions", "edit") not in offered


def test_what_the_matrix_does_not_offer_is_not_stored(cast: Cast, sign_in: SignIn) -> None:
    sent = {"name": "Mine", **{f"interactions.{verb}": "all" for verb in VERBS}, "*.view": "team"}
    sign_in(cast.administrator).post("/settings/roles/new", sent)
    granted = {"view": "all", "create": "all", "export": "all"}
    assert Role.objects.get(name="Mine").grants == {"*": {"view": "team"}, "interactions": granted}


def test_what_the_matrix_does_not_show_stays(cast: Cast, sign_in: SignIn) -> None:
    hidden = {"view": "all", "fields": {"in_the_trash": "hidden", "email": "hidden"}}
    role = make_role("Careful", {"contracts": {"view": "none"}, "people": hidden})
    sent = {"name": "Careful", "people.view": "all", "people.field.email": "read"}
    sign_in(cast.administrator).post(f"/settings/roles/{role.pk}", sent)
    role.refresh_from_db()
    fields = {"in_the_trash": "hidden", "email": "read"}
    assert role.grants == {"contracts": {"view": "none"}, "people": {"view": "all", "fields": fields}}


def test_whoever_may_add_no_interactions_writes_none_down(cast: Cast, sign_in: SignIn) -> None:
    grants = {"*": {"view": "all", "create": "all", "edit": "all"}, "interactions": {"view": "all"}}
    reader = make_user("reader@ours.example", make_role("Reader", grants))
    person: Person = add(cast.owner, "people", name="Zebedee Quartz")
    client, writer = sign_in(reader), sign_in(cast.owner)
    said, address = {**SAID, "party": str(person.pk)}, f"/people/{person.pk}/"
    assert (b'class="composer"' in client.get(address).content, b'class="composer"' in writer.get(address).content) == (
        False,
        True,
    )
    assert (
        client.post("/interactions/write", said).status_code,
        writer.post("/interactions/write", said).status_code,
    ) == (
        403,
        302,
    )
