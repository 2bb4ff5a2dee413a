"""The tone of each stage, so that a list can mark it by shape and colour."""

from __future__ import annotations

from typing import Any

from rapport.parties.models import Stage
from rapport.platform.access.actors import Actor
from rapport.platform.resources.registry import Resource


def tones_of(resource: Resource, actor: Actor) -> dict[Any, str]:
    if "stage" not in resource.built_in:
        return {}
    return actor.remembered("tones", lambda: dict(Stage.objects.order_by().values_list("pk", "tone")))
