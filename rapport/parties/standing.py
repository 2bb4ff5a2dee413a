"""A party's relationships and where a person works, as far as a single field of its page can say them.

`make_…` is for parties that are about to be written: their children are written before them, and what lists
show is put into the party itself, so that the triggers that derive it find nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.parties.models import Affiliation, Party, Relationship, Stage
from rapport.parties.standard import usual_kind
from rapport.platform.errors import Invalid
from rapport.platform.records.bulk import insert

Pairs = list[tuple[Party, dict[str, Any]]]
MAIN = ("relationship", "stage", "owner")


def make_affiliations(pairs: Pairs) -> None:
    given = [(party, organization) for party, values in pairs if (organization := values.get("organization"))]
    if not given:
        return
    insert([Affiliation(person_id=party.pk, organization_id=organization) for party, organization in given])
    names = dict(Party.objects.filter(pk__in={each for _p, each in given}).values_list("pk", "sort_name"))
    for party, organization in given:
        party.organization_id, party.organization_sort = organization, names[organization]


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


def make_relationships(pairs: Pairs) -> None:
    given = _main_values(pairs)
    if not given:
        return
    standing = _Standing.of(values for _p, values in given)
    made = [standing.begin(party, values) for party, values in given]
    insert(made)
    for (party, _v), main in zip(given, made, strict=True):
        party.relationship_kind_id, party.stage_id, party.owner_id = main.kind_id, main.stage_id, main.owner_id
        party.owner_ids = [main.owner_id] if main.owner_id else []


def write_relationships(pairs: Pairs) -> None:
    """Writes kind, stage and owner of each party's main relationship, which is made when there is none."""
    given = _main_values(pairs)
    if not given:
        return
    main = _main_relationships(party.pk for party, _v in given)
    standing = _Standing.of(values for _p, values in given)
    made, changed = [], []
    for party, values in given:
        relationship = main.get(party.pk)
        if relationship is None:
            made.append(standing.begin(party, values))
        else:
            changed.append(standing.resume(relationship, values))
    Relationship.objects.bulk_create(made)
    Relationship.objects.bulk_update(changed, ["kind", "stage", "owner"], batch_size=500)


def _main_values(pairs: Pairs) -> Pairs:
    given = ((party, {n: v for n, v in values.items() if n in MAIN}) for party, values in pairs)
    return [(party, values) for party, values in given if values]


def _main_relationships(parties: Iterable[UUID]) -> dict[UUID, Relationship]:
    """Each party's first relationship that has not ended, in the order of kinds."""
    rows = Relationship.objects.filter(party__in=list(parties), until=None, deleted_at=None)
    found: dict[UUID, Relationship] = {}
    for row in rows.order_by("kind__position", "created_at", "id"):
        found.setdefault(row.party_id, row)
    return found


class _Standing:
    """The stages that some values name, and what a party is to us when they name nothing."""

    def __init__(self, stages: dict[UUID, Stage], usual: UUID | None) -> None:
        self.stages, self.usual = stages, usual

    @classmethod
    def of(cls, values: Iterable[dict[str, Any]]) -> _Standing:
        listed = list(values)
        named = {each["stage"] for each in listed if each.get("stage")}
        says_nothing = any(not each.get("relationship") and not each.get("stage") for each in listed)
        return cls(Stage.objects.in_bulk(named) if named else {}, usual_kind() if says_nothing else None)

    def begin(self, party: Party, values: dict[str, Any]) -> Relationship:
        stage = self._stage(values)
        kind = values.get("relationship") or (stage.kind_id if stage else self.usual)
        if kind is None:
            raise Invalid(fields={"relationship": _("There are no kinds of relationship.")})
        return self.resume(Relationship(party_id=party.pk, kind_id=kind, since=timezone.now().date()), values)

    def resume(self, relationship: Relationship, values: dict[str, Any]) -> Relationship:
        if values.get("relationship") and values["relationship"] != relationship.kind_id:
            relationship.kind_id, relationship.stage_id = values["relationship"], None
        if "stage" in values:
            stage = self._stage(values)
            if stage and stage.kind_id != relationship.kind_id:
                raise Invalid(
                    fields={
                        "stage": _("“%(stage)s” is not a stage of this kind of relationship.") % {"stage": stage.name}
                    }
                )
            relationship.stage_id = stage.pk if stage else None
        if "owner" in values:
            relationship.owner_id = values["owner"]
        return relationship

    def _stage(self, values: dict[str, Any]) -> Stage | None:
        return self.stages.get(values["stage"]) if values.get("stage") else None
