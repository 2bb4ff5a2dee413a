"""A party's relationships and where a person works, as far as a single field of its page can say them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from rapport.parties.models import Affiliation, Party, Relationship, RelationshipKind, Stage
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Invalid

Pairs = list[tuple[Party, dict[str, Any]]]
MAIN = ("relationship", "stage", "owner")


def write_affiliations(pairs: Pairs) -> None:
    """Ends where each person worked so far, and begins at the organisation given."""
    given = [(party, values["organization"]) for party, values in pairs if "organization" in values]
    if not given:
        return
    today = timezone.now().date()
    people = [party.pk for party, _o in given]
    standing = Affiliation.objects.filter(person__in=people, until=None, deleted_at=None)
    standing.filter(since=today).update(deleted_at=timezone.now())
    standing.exclude(since=today).update(until=_yesterday())
    Affiliation.objects.bulk_create(
        [Affiliation(person=party, organization_id=organization) for party, organization in given if organization]
    )


def _yesterday() -> date:
    return timezone.now().date() - timedelta(days=1)


def write_relationships(pairs: Pairs, actor: Actor) -> None:
    """Writes kind, stage and owner of each party's main relationship, which is made when there is none."""
    given = [(party, {n: v for n, v in values.items() if n in MAIN}) for party, values in pairs]
    given = [(party, values) for party, values in given if values]
    if not given:
        return
    main = _main_relationships(party.pk for party, _v in given)
    stages = _stages(values.get("stage") for _p, values in given)
    made, changed = [], []
    for party, values in given:
        relationship = main.get(party.pk)
        if relationship is None:
            made.append(_begin(party, values, stages))
        else:
            changed.append(_continue(relationship, values, stages))
    Relationship.objects.bulk_create(made)
    Relationship.objects.bulk_update(changed, ["kind", "stage", "owner"], batch_size=500)


def _main_relationships(parties: Iterable[UUID]) -> dict[UUID, Relationship]:
    """Each party's first relationship that has not ended, in the order of kinds."""
    rows = Relationship.objects.filter(party__in=list(parties), until=None, deleted_at=None)
    found: dict[UUID, Relationship] = {}
    for row in rows.order_by("kind__position", "created_at", "id"):
        found.setdefault(row.party_id, row)
    return found


def _stages(ids: Iterable[UUID | None]) -> dict[UUID, Stage]:
    return Stage.objects.in_bulk([each for each in ids if each])


def _begin(party: Party, values: dict[str, Any], stages: dict[UUID, Stage]) -> Relationship:
    kind = values.get("relationship") or _kind_of_stage(values, stages) or _prospect()
    fresh = Relationship(party=party, kind_id=kind, since=timezone.now().date())
    return _continue(fresh, values, stages)


def _kind_of_stage(values: dict[str, Any], stages: dict[UUID, Stage]) -> UUID | None:
    stage = stages.get(values["stage"]) if values.get("stage") else None
    return stage.kind_id if stage else None


def _prospect() -> UUID:
    """What a party is to us when nobody has said: the kind named Prospect, else the first there is."""
    kinds = RelationshipKind.objects.filter(deleted_at=None)
    kind = kinds.filter(name="Prospect").first() or kinds.first()
    if kind is None:
        raise Invalid(fields={"relationship": "There are no kinds of relationship."})
    return UUID(str(kind.pk))


def _continue(relationship: Relationship, values: dict[str, Any], stages: dict[UUID, Stage]) -> Relationship:
    if values.get("relationship") and values["relationship"] != relationship.kind_id:
        relationship.kind_id, relationship.stage_id = values["relationship"], None
    if "stage" in values:
        stage = stages.get(values["stage"]) if values["stage"] else None
        if stage and stage.kind_id != relationship.kind_id:
            raise Invalid(fields={"stage": f"“{stage.name}” is not a stage of this kind of relationship."})
        relationship.stage = stage
    if "owner" in values:
        relationship.owner_id = values["owner"]
    return relationship
