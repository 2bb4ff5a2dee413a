"""Making one of two: everything of each is kept, each field is explained, and it can be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.parties.actions.moving import (
    FILING,
    MERGING,
    Journal,
    move,
    move_back,
    settle_after,
    take_before,
    told_as,
)
from rapport.parties.models import Affiliation, Consent, ContactPoint, Merge, Organization, Party, Person, Relationship
from rapport.parties.naming import name_columns
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action, admit
from rapport.platform.errors import Conflict, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.resources.registry import RESOURCES

ALONE = (FILING, MERGING)
COLUMNS = ("display_name", "given_name", "family_name", "job_title", "website", "language", "description")
CHOOSABLE = {"name": "display_name", **{each: each for each in COLUMNS[1:]}}
"""Fields of which the caller may take the absorbed party's value, and their columns."""
REACH = {"email": "primary_email", "phone": "primary_phone"}
STANDING = ("organization_id", "relationship_kind_id", "stage_id", "owner_id")


@dataclass(frozen=True, slots=True)
class Undone:
    """`left` names what has changed since the merge and so stays as it is."""

    survivor: UUID
    absorbed: UUID
    left: tuple[str, ...]


@action(Person, "merge", resource="people", accepts={"into": "id", "take": "choices"}, also="into", alone=ALONE)
def merge_people(people: list[Person], *, actor: Actor, into: UUID, take: Sequence[str] = ()) -> dict[str, Any]:
    """Makes these people one with the person `into`, who keeps every value they have, but for those in `take`."""
    return _merge_all("people", people, _survivor(Person, into, people, actor), take, actor)


@action(
    Organization,
    "merge",
    resource="organizations",
    accepts={"into": "id", "take": "choices"},
    also="into",
    alone=ALONE,
)
def merge_organizations(
    organizations: list[Organization], *, actor: Actor, into: UUID, take: Sequence[str] = ()
) -> dict[str, Any]:
    """Makes these organisations one with the organisation `into`, as `merge_people` does people."""
    survivor = _survivor(Organization, into, organizations, actor)
    return _merge_all("organizations", organizations, survivor, take, actor)


@action(Person, "undo_merge", resource="people", accepts={"merge": "id"}, alone=ALONE)
def undo_people(people: list[Person], *, actor: Actor, merge: UUID) -> dict[str, Any]:
    """Takes a merge into this person back."""
    return _undo_of("people", people, merge, actor)


@action(Organization, "undo_merge", resource="organizations", accepts={"merge": "id"}, alone=ALONE)
def undo_organizations(organizations: list[Organization], *, actor: Actor, merge: UUID) -> dict[str, Any]:
    """Takes a merge into this organisation back."""
    return _undo_of("organizations", organizations, merge, actor)


def _survivor(model: type[Any], into: UUID, absorbed: Sequence[Party], actor: Actor) -> Party:
    if into in {each.pk for each in absorbed}:
        raise Invalid(fields={"into": _("Nobody can be merged into themselves.")})
    found: list[Party] = admit(model, [into], actor, "edit")
    return found[0]


def _merge_all(
    resource: str, absorbed: Sequence[Party], survivor: Party, take: Sequence[str], actor: Actor
) -> dict[str, Any]:
    known = choosable(resource, actor)
    if wrong := sorted(set(take) - known):
        raise Invalid(fields={"take": f"“{wrong[0]}” can't be taken over; these can: {', '.join(sorted(known))}."})
    ids = [each.pk for each in absorbed]
    take_before({*ids, survivor.pk})
    merges = [_merge(resource, each, survivor, take, actor) for each in absorbed]
    settle_after({*ids, survivor.pk})
    emit(f"{resource}.merged", [survivor.pk, *ids], actor=actor, data={"merges": [str(each.pk) for each in merges]})
    return {"id": survivor.pk, "merges": [_told(resource, each, actor) for each in merges]}


def choosable(resource: str, actor: Actor) -> set[str]:
    """The fields of which the actor may take the absorbed party's value: names, ways to reach, custom fields."""
    editable = RESOURCES[resource].editable(actor)
    return {name for name, field in editable.items() if field.custom or name in CHOOSABLE or name in REACH}


def _told(resource: str, merge: Merge, actor: Actor) -> dict[str, Any]:
    """A merge in what the actor may see of it."""
    readable = RESOURCES[resource].readable(actor)
    moved: Counter[str] = Counter()
    for name, ids in merge.moved["moved"].items():
        moved[told_as(name)] += len(ids)
    return {
        "id": merge.pk,
        "absorbed": merge.absorbed_id,
        "chosen": {name: values for name, values in merge.chosen.items() if name in readable},
        "moved": dict(moved),
    }


def _merge(resource: str, absorbed: Party, survivor: Party, take: Sequence[str], actor: Actor) -> Merge:
    journal = Journal()
    before = {name: str(getattr(survivor, name) or "") for name in STANDING}
    _keep_standing(survivor, absorbed, journal)
    _unite_consents(survivor, absorbed, journal)
    # First, so that a value that is unique is free for the survivor.
    journal.set(absorbed, "deleted_at", timezone.now())
    chosen = _choose_columns(survivor, absorbed, take, journal) | _choose_reach(survivor, absorbed, take)
    move(absorbed.pk, survivor.pk, resource, journal)
    _prefer(survivor, chosen, journal)
    survivor.refresh_from_db()
    for name in STANDING:
        theirs, now = str(getattr(absorbed, name) or ""), str(getattr(survivor, name) or "")
        if theirs and theirs != before[name]:
            chosen[name.removesuffix("_id")] = [before[name], theirs, now]
    return Merge.objects.create(
        survivor_id=survivor.pk,
        absorbed_id=absorbed.pk,
        moved=journal.as_json(),
        chosen=chosen,
        merged_by_id=actor.user_id,
    )


def _choose_columns(survivor: Party, absorbed: Party, take: Sequence[str], journal: Journal) -> dict[str, list[Any]]:
    """Takes over what the survivor lacks, or what the caller wants; says so for each field that differs."""
    chosen: dict[str, list[Any]] = {}
    for name, column in CHOOSABLE.items():
        ours, theirs = getattr(survivor, column), getattr(absorbed, column)
        if theirs and theirs != ours:
            taken = theirs if name in take or not ours else ours
            chosen[name] = [ours, theirs, taken]
            journal.set(survivor, column, taken)
    if "name" in chosen:
        journal.set(
            survivor, "sort_name", name_columns({"display_name": survivor.display_name}, is_person=False)["sort_name"]
        )
    selves = (str(survivor.pk), str(absorbed.pk))  # a link between the two leads nowhere once they are one
    own = {key: value for key, value in survivor.custom.items() if value not in (None, "")}
    offered = {key: value for key, value in absorbed.custom.items() if value not in selves}
    wanted = {key: value for key, value in offered.items() if key in take and value not in (None, "")}
    custom = {**offered, **own, **wanted}
    for name, theirs in offered.items():
        if theirs not in (None, "") and theirs != survivor.custom.get(name):
            chosen[name] = [survivor.custom.get(name), theirs, custom[name]]
    if custom != survivor.custom:
        journal.set(survivor, "custom", custom)
    return chosen


def _choose_reach(survivor: Party, absorbed: Party, take: Sequence[str]) -> dict[str, list[Any]]:
    chosen: dict[str, list[Any]] = {}
    for name, column in REACH.items():
        ours, theirs = getattr(survivor, column), getattr(absorbed, column)
        if theirs and theirs != ours:
            chosen[name] = [ours, theirs, theirs if name in take or not ours else ours]
    return chosen


def _prefer(survivor: Party, chosen: Mapping[str, list[Any]], journal: Journal) -> None:
    """Of several preferred addresses or numbers only the one that was taken stays preferred."""
    for name, (_ours, _theirs, taken) in chosen.items():
        if name in REACH:
            for point in ContactPoint.objects.filter(party=survivor.pk, kind=name, deleted_at=None):
                journal.set(point, "is_preferred", point.value == taken)


def _keep_standing(survivor: Party, absorbed: Party, journal: Journal) -> None:
    """What moves stands behind what the survivor has: their relationship and organisation stay the first."""
    if survivor.relationship_kind_id:
        for row in Relationship.objects.filter(party=absorbed.pk, deleted_at=None):
            journal.set(row, "created_at", max(row.created_at, timezone.now()))
    work = Affiliation.objects.filter(person=survivor.pk, deleted_at=None).order_by("created_at", "pk").first()
    if survivor.organization_id and work:
        for each in Affiliation.objects.filter(person=absorbed.pk, deleted_at=None):
            journal.set(each, "created_at", min(each.created_at, work.created_at - timedelta(microseconds=1)))


def _unite_consents(survivor: Party, absorbed: Party, journal: Journal) -> None:
    """Consent hangs on the contact point: where both have the point, the newest word on it holds."""
    points = {
        (each.kind, each.normalized): each for each in ContactPoint.objects.filter(party=survivor.pk, deleted_at=None)
    }
    for point in ContactPoint.objects.filter(party=absorbed.pk, deleted_at=None):
        kept = points.get((point.kind, point.normalized))
        if kept is None:
            continue
        there = {(each.channel, each.purpose): each for each in kept.consents.filter(deleted_at=None)}
        for word in point.consents.filter(deleted_at=None):
            ours = there.get((word.channel, word.purpose))
            if ours is None:
                journal.set(word, "contact_point_id", kept.pk)
            elif word.at > ours.at:
                _overrule(ours, word, journal)


def _overrule(ours: Consent, word: Consent, journal: Journal) -> None:
    for column in ("state", "basis", "evidence", "at"):
        journal.set(ours, column, getattr(word, column))


def _undo_of(resource: str, survivors: Sequence[Party], merge_id: UUID, actor: Actor) -> dict[str, Any]:
    merge = Merge.objects.select_for_update().filter(pk=merge_id, survivor__in=[each.pk for each in survivors]).first()
    if merge is None:
        raise NotFound()
    undone = _undo(merge)
    emit(f"{resource}.unmerged", [undone.survivor, undone.absorbed], actor=actor)
    emit(f"{resource}.updated", [undone.survivor, undone.absorbed], actor=actor)
    return {"id": undone.survivor, "restored": undone.absorbed, "left": list(undone.left)}


def _undo(merge: Merge) -> Undone:
    if merge.undone_at:
        raise Conflict(_("This merge is undone already."))
    survivor, absorbed = merge.survivor_id, merge.absorbed_id
    take_before({survivor, absorbed})
    left = move_back(merge.moved["moved"], merge.moved["changed"], survivor, absorbed)
    Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now())
    settle_after({survivor, absorbed})
    return Undone(survivor, absorbed, tuple(left))
