"""What is hidden on a person is hidden on what hangs on them."""

from __future__ import annotations

import pytest

from rapport.parties.models import Relationship, RelationshipKind
from rapport.platform.access.actors import actor_for
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import make_cast, make_role, make_user

pytestmark = pytest.mark.django_db


def test_a_hidden_address_hides_the_contact_points_value_too() -> None:
    make_cast()
    everything = {"view": "all", "create": "all", "edit": "all"}
    shy = make_role("Shy", {"*": everything, "people": {**everything, "fields": {"email": "hidden", "name": "hidden"}}})
    actor = actor_for(make_user("shy@ours.example", shy), "api")
    points = RESOURCES["contact_points"]
    assert "value" not in points.readable(actor)
    assert "value" not in points.editable(actor)
    assert "kind" in points.readable(actor)
    assert RESOURCES["parties"].readable(actor) == {}


def test_whoever_may_not_see_what_somebody_is_to_us_neither_learns_nor_changes_it() -> None:
    cast = make_cast()
    everything = {"view": "all", "create": "all", "edit": "all"}
    hidden = {**everything, "fields": {"relationship": "hidden"}}
    shy = Caller(make_user("shy@ours.example", make_role("Shy", {"*": everything, "people": hidden})))
    vendor = str(RelationshipKind.objects.get(name="Vendor").pk)
    rows = [{"name": "Ann", "relationship": vendor}, {"name": "Bo"}]
    people = verbs.create_many(RESOURCES["people"], rows, actor=cast.actor("administrator"))
    before = set(Relationship.objects.kept().values_list("pk", "kind"))
    for person in people:
        for verb in ("relate", "unrelate"):
            assert shy("POST", f"people/{person.pk}/{verb}", {"kind": vendor})[0] == 403
    assert set(Relationship.objects.kept().values_list("pk", "kind")) == before
