"""A further relationship for many at once, and its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Forbidden
from rapport.platform.records.models import Rows
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES


def relatable(model: type[Party], resource: str) -> None:
    """Registers the verbs `relate` and `unrelate`."""

    @action(model, "relate", resource=resource, accepts={"kind": "link"})
    def relate(parties: list[Party], *, actor: Actor, kind: UUID) -> dict[str, Any]:
        """Adds a relationship of a kind to those that don't stand in one: `related` are their ids."""
        _admit(actor)
        standing = set(_related(parties, kind, actor).values_list("party", flat=True))
        lacking = [each.pk for each in parties if each.pk not in standing]
        rows = [{"party": str(each), "kind": str(kind)} for each in lacking]
        verbs.create_many(RESOURCES["relationships"], rows, actor=actor)
        return {"related": lacking}

    @action(model, "unrelate", resource=resource, accepts={"kind": "link"})
    def unrelate(parties: list[Party], *, actor: Actor, kind: UUID) -> dict[str, Any]:
        """Puts those of their relationships that are of a kind, and go on, into the trash: `ended` are their ids."""
        _admit(actor)
        ended = list(_related(parties, kind, actor).values_list("pk", flat=True))
        verbs.trash(RESOURCES["relationships"], ended, actor=actor)
        return {"ended": ended}


def _admit(actor: Actor) -> None:
    """What relationships are of is theirs to see and to say. Raises Forbidden."""
    if "kind" not in RESOURCES["relationships"].editable(actor):
        raise Forbidden()


def _related(parties: list[Party], kind: UUID, actor: Actor) -> Rows:
    rows = RESOURCES["relationships"].rows(actor)
    return rows.filter(party__in=[each.pk for each in parties], kind=kind, until=None)
