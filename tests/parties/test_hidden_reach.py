"""What is hidden on a person is hidden on what hangs on them."""

from __future__ import annotations

import pytest

from rapport.platform.access.actors import actor_for
from rapport.platform.resources.registry import RESOURCES
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
