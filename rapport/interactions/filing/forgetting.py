"""Forgets parties that mail alone had made known, once it no longer does: those who turn out to be ourselves.

They go into the trash, and come back as they were when their mail means somebody again. A party with which
anybody has done anything stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from rapport.interactions.locking import take
from rapport.interactions.models import Interaction, Participation
from rapport.parties.actions.moving import TAGGED, references
from rapport.parties.models import Affiliation, Consent, ContactPoint, Party, PartyKind, Relationship, Source
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit
from rapport.platform.history.models import Change

REFILING = uuid5(UUID(int=0), "rapport.interactions.refiling")
"""The batch under which history notes what follows from a change of who we are."""
MADE_WITH: dict[type[models.Model], str] = {ContactPoint: "party", Relationship: "party", Affiliation: "person"}
"""What a party that mail makes known is made with."""

KNOWN = """
    SELECT DISTINCT p.party_id FROM interactions_participation p
    JOIN interactions_interaction i ON i.id = p.interaction_id
    WHERE p.party_id = ANY (%s) AND i.automatic = ''
      AND (i.direction, p.role) IN (('in', 'from'), ('out', 'to'))
"""


def unknown_by_mail(parties: Collection[UUID]) -> set[UUID]:
    """Those among these parties that mail had made known, and that no stored mail makes known now."""
    captured = Party.objects.filter(pk__in=parties, source=Source.CAPTURED, deleted_at=None)
    found = set(captured.values_list("pk", flat=True))
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [list(found)])
        return found - {row[0] for row in cursor.fetchall()}


def forget(parties: Collection[UUID], actor: Actor) -> set[UUID]:
    """Puts those who are unknown, and nobody's work, into the trash; says which conversations named them."""
    gone = _untouched(unknown_by_mail(parties))
    if not gone:
        return set()
    firms = Party.objects.filter(pk__in=gone, organization__isnull=False).values_list("organization", flat=True)
    listed = set(firms)
    _trash(gone, actor)
    _trash(_untouched(_empty(listed)), actor)
    named = Participation.objects.filter(party__in=gone)
    touched = set(named.values_list("interaction__conversation", flat=True).distinct())
    take(touched)
    Interaction.objects.filter(sender__in=gone).update(sender=None)
    named.update(party=None)
    return touched


def _trash(parties: Collection[UUID], actor: Actor) -> None:
    rows = Party.objects.filter(pk__in=parties, deleted_at=None)
    kinds = _by_resource(rows)
    rows.update(deleted_at=timezone.now())
    for name, ids in kinds.items():
        emit(f"{name}.trashed", sorted(ids), actor=actor)


def _by_resource(rows: Any) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = defaultdict(set)
    for pk, kind in rows.values_list("pk", "kind"):
        found["people" if kind == PartyKind.PERSON else "organizations"].add(pk)
    return found


def _untouched(parties: Collection[UUID]) -> set[UUID]:
    """Those of which every row was written by filing, and to which nothing else refers."""
    left = set(parties)
    for model, column in references():
        if model in MADE_WITH and MADE_WITH[model] == column:
            left -= _worked_on(model, column, left)
        else:
            left -= _referring(model, column, left)
    left -= set(Consent.objects.filter(contact_point__party__in=left).values_list("contact_point__party", flat=True))
    for table, _distinct in TAGGED:
        left -= set(table._default_manager.filter(record_id__in=left).values_list("record_id", flat=True))
    return left - _changed_by_hand(left)


def _referring(model: type[models.Model], column: str, parties: set[UUID]) -> set[UUID]:
    rows = model._default_manager.filter(**{f"{column}__in": parties})
    if model is Interaction:
        return set()  # whoever spoke takes part, which is looked at
    if model is Participation:
        rows = rows.filter(address="")  # written down by hand; what mail names has an address
    elif model is Affiliation:
        rows = rows.filter(person__deleted_at=None)
    return set(rows.values_list(column, flat=True))


def _worked_on(model: type[models.Model], column: str, parties: set[UUID]) -> set[UUID]:
    rows = model._default_manager.filter(**{f"{column}__in": parties})
    of = dict(rows.values_list("pk", column))
    told = rows.exclude(source__in=(Source.CAPTURED, Source.INFERRED))
    return {of[each] for each in _changed_by_hand(of)} | set(told.values_list(column, flat=True))


def _changed_by_hand(records: Iterable[UUID]) -> set[UUID]:
    """Those of these records that anything but filing has made or changed."""
    rows = Change.objects.filter(record_id__in=list(records)).exclude(origin="import", verb="create")
    by_others = rows.filter(Q(batch_id=None) | ~Q(batch_id=REFILING))
    return set(by_others.values_list("record_id", flat=True))


def _empty(firms: set[UUID]) -> set[UUID]:
    """The organisations that only a domain suggested, and of which nobody is known any more."""
    left = set(Party.objects.filter(pk__in=firms, source=Source.INFERRED, deleted_at=None).values_list("pk", flat=True))
    left -= set(Party.objects.filter(organization__in=left, deleted_at=None).values_list("organization", flat=True))
    points = ContactPoint.objects.filter(kind="url", party__in=left, deleted_at=None)
    domains: dict[UUID, set[str]] = defaultdict(set)
    for firm, domain in points.values_list("party", "normalized"):
        domains[firm].add(domain)
    peopled = _with_people(set().union(*domains.values()))
    return {firm for firm, named in domains.items() if named.isdisjoint(peopled)}


PEOPLED = """
    SELECT domain FROM unnest(%s::text[]) AS domain WHERE EXISTS (
        SELECT FROM parties_contactpoint c JOIN parties_party p ON p.id = c.party_id
        WHERE c.kind = 'email' AND c.deleted_at IS NULL AND p.deleted_at IS NULL
            AND right(c.normalized, length(domain) + 1) IN ('@' || domain, '.' || domain)
    )
"""


def _with_people(domains: Collection[str]) -> set[str]:
    """Those at which, or below which, somebody has an address."""
    if not domains:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(PEOPLED, [list(domains)])
        return {row[0] for row in cursor.fetchall()}


def remember(addresses: Collection[str], actor: Actor) -> dict[str, UUID]:
    """Brings back from the trash whom `forget` has put there; by address."""
    if not addresses:
        return {}
    points = ContactPoint.objects.filter(kind="email", normalized__in=addresses, deleted_at=None)
    rows = points.exclude(party__deleted_at=None).order_by("created_at", "id")
    found = dict(rows.values_list("normalized", "party_id"))
    gone = _forgotten(found.values())
    firms = Party.objects.filter(pk__in=gone).exclude(organization=None).values_list("organization", flat=True)
    back = Party.objects.filter(pk__in=gone | _forgotten(firms))
    back.update(deleted_at=None)
    for name, ids in _by_resource(back).items():
        emit(f"{name}.restored", sorted(ids), actor=actor)
    return {address: party for address, party in found.items() if party in gone}


def _forgotten(parties: Iterable[UUID]) -> set[UUID]:
    """Those that lie in the trash because of `forget`, and not because somebody put them there."""
    rows = Change.objects.filter(record_id__in=list(parties), changed__has_key="deleted_at")
    last = rows.order_by("record_id", "-pk").distinct("record_id")
    return {party for party, batch in last.values_list("record_id", "batch_id") if batch == REFILING}
