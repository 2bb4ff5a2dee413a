"""Who may be in here twice: by the same e-mail address or telephone, or the same name in the same organisation.

Each question walks an index once, in its order; groups come out of it as neighbours, so nothing is compared
with everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from rapport.parties.models import ContactPoint, Merge, Party
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Level

MOST_ALIKE = 20
"""An address that more share than this is a switchboard's or a role's, and tells nothing."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two parties that may be one, and on what ground: email, phone, or name."""

    first: UUID
    second: UUID
    ground: str
    value: str


def suggestions(actor: Actor, limit: int) -> list[Suggestion]:
    """Pairs that the actor may merge, each once. Grounds that the actor may not see make none."""
    mine = Party.objects.visible_to(actor, "edit")
    groups = chain(_by_contact_point(mine, actor), _by_name(mine, actor))
    return list(islice(_distinct(_pairs(groups)), limit))


def alike(party: UUID, actor: Actor, limit: int = 10) -> list[Suggestion]:
    """Whom this party may be besides."""
    mine = Party.objects.visible_to(actor, "edit")
    points = ContactPoint.objects.filter(party=party, deleted_at=None, kind__in=_grounds(actor))
    same = Q(pk__in=())
    for kind, normalized in points.values_list("kind", "normalized"):
        same |= Q(kind=kind, normalized=normalized)
    shared = ContactPoint.objects.filter(same, deleted_at=None, party__in=mine).exclude(party=party)
    found = [Suggestion(party, *row) for row in shared.values_list("party_id", "kind", "normalized")[:MOST_ALIKE]]
    own = mine.filter(pk=party, organization__isnull=False).values_list("kind", "organization_id", "sort_name").first()
    if own and actor.level("people", "name") >= Level.READ:
        named = mine.filter(kind=own[0], organization=own[1], sort_name=own[2]).exclude(pk=party)
        found += [Suggestion(party, pk, "name", own[2]) for pk in named.values_list("pk", flat=True)[:MOST_ALIKE]]
    return list(islice(_distinct(found), limit))


def _grounds(actor: Actor) -> list[str]:
    """The kinds of contact point that the actor may see on people and on organisations."""
    return [
        kind
        for kind in ("email", "phone")
        if min(actor.level(resource, kind) for resource in ("people", "organizations")) >= Level.READ
    ]


Group = tuple[list[UUID], str, str]
"""Parties, the ground and the value they share."""


def _by_contact_point(mine: Any, actor: Actor) -> Iterator[Group]:
    points = ContactPoint.objects.filter(kind__in=_grounds(actor), deleted_at=None).exclude(normalized="")
    shared = points.values("kind", "normalized").annotate(count=Count("party", distinct=True))
    for row in shared.filter(count__range=(2, MOST_ALIKE)).order_by("kind", "normalized").iterator(chunk_size=200):
        parties = points.filter(kind=row["kind"], normalized=row["normalized"], party__in=mine)
        yield sorted(set(parties.values_list("party_id", flat=True))), row["kind"], row["normalized"]


def _by_name(mine: Any, actor: Actor) -> Iterator[Group]:
    if min(actor.level("people", name) for name in ("name", "organization")) < Level.READ:
        return
    people = mine.filter(organization__isnull=False).exclude(sort_name="").order_by()
    alike = people.values("organization_id", "sort_name").annotate(ids=ArrayAgg("pk", order_by="pk"), count=Count("pk"))
    rows = alike.filter(count__range=(2, MOST_ALIKE)).order_by("organization_id", "sort_name")
    for row in rows.values_list("ids", "sort_name").iterator(chunk_size=200):
        yield row[0], "name", row[1]


def _pairs(groups: Iterable[Group]) -> Iterator[Suggestion]:
    """Neighbours in each group: enough to bring it together, without comparing each with each."""
    for parties, ground, value in groups:
        for first, second in pairwise(parties):
            yield Suggestion(first, second, ground, value)


def _distinct(found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Each pair once, and none that somebody has merged and parted again: they know better."""
    parted = {
        frozenset(pair) for pair in Merge.objects.exclude(undone_at=None).values_list("survivor_id", "absorbed_id")
    }
    seen: set[frozenset[UUID]] = set(parted)
    for each in found:
        pair = frozenset((each.first, each.second))
        if pair not in seen:
            seen.add(pair)
            yield each
