"""From addresses to parties: who is known already, and who becomes known by a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from rapport.interactions.filing.forgetting import remember
from rapport.kit.domains import is_public_provider, organization_name, registrable
from rapport.kit.ids import uuid7
from rapport.kit.names import looks_like_organization, name_in_address, parse_name
from rapport.kit.text import clean_line, fold
from rapport.parties.models import (
    Affiliation,
    ContactPoint,
    Party,
    PartyKind,
    Relationship,
    RelationshipKind,
    Source,
    Stage,
)
from rapport.parties.standard import PROSPECT
from rapport.platform.access.actors import Actor
from rapport.platform.records.bulk import copy

PARTY = (
    "id", "created_at", "updated_at", "version", "custom", "kind", "display_name", "sort_name", "given_name",
    "family_name", "job_title", "website", "language", "description", "source", "primary_email", "primary_phone",
    "organization", "organization_sort", "relationship_kind", "stage", "owner", "owner_ids",
)  # fmt: skip
CHILD = ("id", "created_at", "updated_at", "version", "custom", "source")
POINT = (*CHILD, "party", "kind", "value", "normalized", "label", "state", "is_preferred")
RELATION = (*CHILD, "party", "kind", "stage", "owner", "since")
AFFILIATION = (*CHILD, "person", "organization", "role")


@dataclass(slots=True)
class Newcomer:
    """Somebody who becomes known: the address, and the best name that came with it."""

    address: str
    name: str = ""
    first_seen: datetime | None = None
    owner_id: UUID | None = None
    """Who looks after them."""


@dataclass(slots=True)
class Book:
    """The addresses of a batch and the parties they belong to."""

    parties: dict[str, UUID] = field(default_factory=dict)
    made: dict[str, list[UUID]] = field(default_factory=lambda: {"people": [], "organizations": []})

    @classmethod
    def of(cls, addresses: Iterable[str]) -> Book:
        points = ContactPoint.objects.filter(kind="email", normalized__in=set(addresses), deleted_at=None)
        known = points.filter(party__deleted_at=None).order_by("-created_at", "-id")
        return cls(dict(known.values_list("normalized", "party_id")))

    def recall(self, addresses: Iterable[str], actor: Actor) -> set[str]:
        """Brings back whom `forgetting` has forgotten, where nobody else is known by an address; says whose."""
        back = remember({each for each in addresses if each not in self.parties}, actor)
        self.parties |= back
        return set(back)

    def welcome(self, newcomers: Mapping[str, Newcomer]) -> set[str]:
        """Makes parties of those who aren't known yet; says whose addresses are new."""
        fresh = [each for address, each in newcomers.items() if address not in self.parties]
        if fresh:
            self._make(fresh)
        return {each.address for each in fresh}

    def _make(self, fresh: list[Newcomer]) -> None:
        firms = self._organizations({registrable(each.address.rpartition("@")[2]) for each in fresh})
        kind, stage = _first_standing()
        now = timezone.now()
        parties, points, relations, work = [], [], [], []
        for each in fresh:
            party = uuid7()
            self.parties[each.address] = party
            firm = firms.get(registrable(each.address.rpartition("@")[2]))
            row, is_person = _party_row(party, each, now)
            self.made["people" if is_person else "organizations"].append(party)
            firm_id, firm_sort = firm if firm and is_person else (None, "")
            parties.append(
                (
                    *row,
                    each.address,
                    "",
                    firm_id,
                    firm_sort,
                    kind,
                    stage,
                    each.owner_id,
                    [each.owner_id] if each.owner_id else [],
                )
            )
            points.append((*_child(now), party, "email", each.address, each.address, "", "unverified", False))
            if kind:
                relations.append((*_child(now), party, kind, stage, each.owner_id, (each.first_seen or now).date()))
            if firm_id:
                work.append((*_child(now, Source.INFERRED), party, firm_id, ""))
        # Children before their parties, which come with everything derived: the triggers find nothing to do.
        copy(ContactPoint, POINT, points)
        copy(Relationship, RELATION, relations)
        copy(Affiliation, AFFILIATION, work)
        copy(Party, PARTY, parties)

    def _organizations(self, domains: set[str]) -> dict[str, tuple[UUID, str]]:
        """The organisation that each domain suggests, made where there is none; public providers suggest none."""
        own = sorted(domain for domain in domains if domain and "." in domain and not is_public_provider(domain))
        points = ContactPoint.objects.filter(kind="url", normalized__in=own, deleted_at=None, party__deleted_at=None)
        found = {
            domain: (party, sort)
            for domain, party, sort in points.values_list("normalized", "party_id", "party__sort_name")
        }
        missing = [domain for domain in own if domain not in found]
        now = timezone.now()
        parties: list[tuple[Any, ...]] = []
        new_points: list[tuple[Any, ...]] = []
        for domain in missing:
            party, name = uuid7(), organization_name(domain) or domain
            self.made["organizations"].append(party)
            found[domain] = (party, fold(name))
            parties.append(
                (party, now, now, 1, {}, PartyKind.ORGANIZATION, name, fold(name), "", "", "", f"https://{domain}",
                 "", "", Source.INFERRED, "", "", None, "", None, None, None, [])
            )  # fmt: skip
            new_points.append((*_child(now, Source.INFERRED), party, "url", domain, domain, "", "unverified", False))
        if missing:
            copy(ContactPoint, POINT, new_points)
            copy(Party, PARTY, parties)
        return found


def _child(now: datetime, source: str = Source.CAPTURED) -> tuple[object, ...]:
    return uuid7(), now, now, 1, {}, source


def _party_row(party: UUID, each: Newcomer, now: datetime) -> tuple[tuple[object, ...], bool]:
    """The party's own columns up to its source, and whether it is a person."""
    name = clean_line(each.name, 200)
    is_person = not looks_like_organization(name)
    parsed = parse_name(name) if name and is_person else None
    shown = (parsed.display if parsed else "") or name or _from_address(each.address)
    kind = PartyKind.PERSON if is_person else PartyKind.ORGANIZATION
    given, family = (parsed.given, parsed.family) if parsed else ("", "")
    return (
        party,
        now,
        now,
        1,
        {},
        kind,
        shown,
        fold(shown),
        given,
        family,
        "",
        "",
        "",
        "",
        Source.CAPTURED,
    ), is_person


def _from_address(address: str) -> str:
    """What somebody is called of whom only the address is known."""
    words = name_in_address(address).split()
    return " ".join(words) if len(words) > 1 and all(word.isalpha() for word in words) else address


def _first_standing() -> tuple[UUID | None, UUID | None]:
    """What a correspondent is to us at first: a prospect, at the first stage."""
    kind = RelationshipKind.objects.filter(standard=PROSPECT, deleted_at=None).first()
    stage = Stage.objects.filter(kind=kind, deleted_at=None).order_by("position").first() if kind else None
    return (kind.pk if kind else None), (stage.pk if stage else None)
