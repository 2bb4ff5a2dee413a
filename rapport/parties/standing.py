"""A party's relationships and where a person works, as far as a single field of its page can say them.

`make_…` is for parties that are about to be written: their children are written before them, and what lists
show is put into the party itself, so that the triggers that derive it find nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.parties.models import Affiliation, Party, Relationship, Stage
from rapport.parties.rows import AFFILIATION, RELATIONSHIP, child
from rapport.parties.standard import usual_kind
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Invalid
from rapport.platform.records.bulk import New, write

Pairs = list[tuple[Party, dict[str, Any]]]
MAIN = ("relationship", "stage", "owner")


def make_affiliations(pairs: Pairs) -> New:
    given = [(party, organization) for party, values in pairs if (organization := values.get("organization"))]
    names: dict[UUID, str] = {}
    if given:
        names = dict(Party.objects.filter(pk__in={each for _p, each in given}).values_list("pk", "sort_name"))
    now, rows = timezone.now(), []
    for party, organization in given:
        rows.append((*child(now), party.pk, organization, ""))
        party.organization_id, party.organization_sort = organization, names[organization]
    return Affiliation, AFFILIATION, rows


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
    now = timezone.now()
    write((Affiliation, AFFILIATION, [(*child(now), party.pk, firm, "") for party, firm in given if firm]))


def _yesterday() -> date:
    return timezone.now().date() - timedelta(days=1)


def make_relationships(pairs: Pairs, actor: Actor) -> New:
    given = _main_values(pairs)
    standing = _Standing.of(actor)
    now, rows = timezone.now(), []
    for party, values in given:
        main = standing.begin(values)
        rows.append((*child(now), party.pk, *main, now.date()))
        party.relationship_kind_id, party.stage_id, party.owner_id = main
        party.owner_ids = [main.owner] if main.owner else []
    return Relationship, RELATIONSHIP, rows


def write_relationships(pairs: Pairs, actor: Actor) -> None:
    """Writes kind, stage and owner of each party's main relationship, which is made when there is none."""
    given = _main_values(pairs)
    if not given:
        return
    there = _main_relationships(party.pk for party, _v in given)
    standing = _Standing.of(actor)
    now, made, changed = timezone.now(), [], []
    for party, values in given:
        if row := there.get(party.pk):
            main = standing.go_on(Main(row.kind_id, row.stage_id, row.owner_id), values)
            row.kind_id, row.stage_id, row.owner_id = main
            changed.append(row)
        else:
            made.append((*child(now), party.pk, *standing.begin(values), now.date()))
    write((Relationship, RELATIONSHIP, made))
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


class Main(NamedTuple):
    """What a party is to us first of all, by the ids of kind, stage and owner."""

    kind: UUID
    stage: UUID | None = None
    owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    """The stages that there are, and what a party is to us when nobody has said."""

    stages: dict[UUID, Stage]
    usual: UUID | None

    @classmethod
    def of(cls, actor: Actor) -> _Standing:
        return actor.remembered("standing", lambda: cls(Stage.objects.in_bulk(), usual_kind()))

    def begin(self, values: dict[str, Any]) -> Main:
        """Raises Invalid."""
        stage = self._stage(values)
        kind = values.get("relationship") or (stage.kind_id if stage else self.usual)
        if kind is None:
            raise Invalid(fields={"relationship": _("There are no kinds of relationship.")})
        return self.go_on(Main(kind), values)

    def go_on(self, main: Main, values: dict[str, Any]) -> Main:
        """What the values make of it. Raises Invalid for a stage of another kind."""
        if values.get("relationship") and values["relationship"] != main.kind:
            main = Main(values["relationship"], None, main.owner)
        if "stage" in values:
            stage = self._stage(values)
            if stage and stage.kind_id != main.kind:
                text = _("“%(stage)s” is not a stage of this kind of relationship.") % {"stage": stage.name}
                raise Invalid(fields={"stage": text})
            main = main._replace(stage=stage.pk if stage else None)
        return main._replace(owner=values["owner"]) if "owner" in values else main

    def _stage(self, values: dict[str, Any]) -> Stage | None:
        """Raises Invalid for none of those that there are."""
        if not values.get("stage"):
            return None
        # A stage that was made in this very transaction isn't among those remembered.
        found = self.stages.get(values["stage"]) or Stage.objects.filter(pk=values["stage"]).first()
        if found is None:
            raise Invalid(fields={"stage": _("There is nothing here that you may see.")})
        return found
