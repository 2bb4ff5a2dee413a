"""What a conversation holds, read for settling it: the turns in it, and what persons have said of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Case, Q, When

from rapport.interactions.ledger.rules import Direction, Mark, Turn
from rapport.interactions.models import Interaction, Participation
from rapport.interactions.models import Mark as MarkRow

ALL = Q()
IN_COPY = (Participation.Role.CC, Participation.Role.BCC)
FAILED_AT = Case(When(undelivered=Participation.Undelivered.FAILED, then="undelivered_at"))
TURN = (
    "id", "conversation_id", "audience_id", "at", "channel", "direction", "sender_id", "user_id", "automatic",
    "is_thanks", "is_synchronous", "is_planned", "called_off_at", "subject", "snippet", "archive_id",
    "away_until",
)  # fmt: skip
PART = ("interaction_id", "party_id", "user_id", "role", FAILED_AT)


@dataclass(slots=True)
class Said:
    """All that a conversation holds, as far as settling it needs."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    to: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    cc: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    users: dict[UUID, UUID] = field(default_factory=dict)
    """Per interaction, the first colleague to whom it is addressed."""
    marks: list[Mark] = field(default_factory=list)
    missed: dict[UUID, dict[UUID, datetime | None]] = field(default_factory=lambda: defaultdict(dict))
    """Per interaction and party, when we were told that it didn't reach them; None where it did, at any address."""

    def turns(self) -> list[Turn]:
        return [
            Turn(
                id=row["id"],
                at=row["at"],
                channel=row["channel"],
                direction=cast(Direction, row["direction"]),
                sender=row["sender_id"],
                to=frozenset(self.to[row["id"]]),
                cc=frozenset(self.cc[row["id"]]),
                user=row["user_id"],
                automatic=bool(row["automatic"]),
                thanks=row["is_thanks"],
                synchronous=row["is_synchronous"],
                planned=row["is_planned"],
                away_until=row["away_until"],
                undelivered=tuple((party, at) for party, at in self.missed[row["id"]].items() if at),
            )
            for row in self.rows
        ]

    def note_missed(self, interaction: UUID, party: UUID, failed_at: datetime | None) -> None:
        before = self.missed[interaction].get(party, failed_at)
        self.missed[interaction][party] = max(before, failed_at) if before and failed_at else None

    def happened(self) -> list[dict[str, Any]]:
        """What has been said; what is planned where that is all there is, or was until it was called off."""
        if held := [row for row in self.rows if not row["is_planned"]]:
            return held
        until = [{**row, "at": min(row["at"], row["called_off_at"] or row["at"])} for row in self.rows]
        return sorted(until, key=lambda row: row["at"])

    def parties(self) -> set[UUID]:
        """Everybody outside who wrote or was written to."""
        senders = {row["sender_id"] for row in self.rows if row["sender_id"]}
        return senders.union(*self.to.values(), *self.cc.values())


def load_said(ids: list[UUID], seen: Q = ALL, marked: Q = ALL) -> dict[UUID, Said]:
    """All of these conversations, as far as these interactions and marks. Three queries."""
    said: dict[UUID, Said] = {each: Said() for each in ids}
    of: dict[UUID, UUID] = {}
    rows = Interaction.objects.filter(seen, conversation__in=ids, deleted_at=None).order_by("at", "id")
    for row in rows.values(*TURN):
        said[row["conversation_id"]].rows.append(row)
        of[row["id"]] = row["conversation_id"]
    people = Participation.objects.filter(interaction__conversation__in=ids).exclude(role=Participation.Role.FROM)
    known = people.filter(Q(party__isnull=False) | Q(user__isnull=False)).order_by("pk")
    for interaction, party, user, role, failed_at in known.values_list(*PART):
        if interaction not in of:
            continue
        place = said[of[interaction]]
        if party:
            (place.cc if role in IN_COPY else place.to)[interaction].add(party)
            place.note_missed(interaction, party, failed_at)
        elif role not in IN_COPY:
            place.users.setdefault(interaction, user)
    for mark in MarkRow.objects.filter(marked, conversation__in=ids):
        said[mark.conversation_id].marks.append(Mark(mark.at, mark.party_id, cast(Any, mark.awaiting)))
    return said
