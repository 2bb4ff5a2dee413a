"""Brings what is derived from a conversation's interactions up to date: standings, responses, its summary.

Always from the interactions themselves, never step by step, so that the stored state is what recomputing
from nothing gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.ledger.rules import Direction, Mark, Pair, Settlement, Turn, settle
from rapport.interactions.ledger.targets import Targets
from rapport.interactions.ledger.titles import title_of
from rapport.interactions.models import Conversation, Interaction, Participation, Response, Standing
from rapport.interactions.models import Mark as MarkRow
from rapport.kit.business_time import WorkingHours
from rapport.platform.records.bulk import copy

ALL = Q()
IN_COPY = (Participation.Role.CC, Participation.Role.BCC)
TURN = (
    "id", "conversation_id", "audience_id", "at", "channel", "direction", "sender_id", "user_id", "automatic",
    "is_thanks", "is_synchronous", "subject", "snippet", "archive_id",
)  # fmt: skip


@dataclass(slots=True)
class Said:
    """All that a conversation holds, as far as settling it needs."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    to: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    cc: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    marks: list[Mark] = field(default_factory=list)

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
            )
            for row in self.rows
        ]


@dataclass(frozen=True, slots=True)
class Summary:
    audience_id: int
    subject: str
    party_id: UUID | None
    awaiting: str
    since: datetime | None
    due_at: datetime | None
    started_at: datetime
    last_at: datetime
    count: int
    snippet: str
    lapsed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """All that is derived from one conversation, as it is stored."""

    standings: list[tuple[Any, ...]]
    """Rows of STANDING."""
    responses: list[tuple[Any, ...]]
    """Rows of RESPONSE."""
    summary: Summary


def resettle(conversation_ids: Iterable[UUID], book: AudienceBook | None = None) -> None:
    """Recomputes these conversations, in the current transaction. A fixed number of queries."""
    ids = sorted(set(conversation_ids))
    if not ids:
        return
    said, book, targets = _load(ids), book or AudienceBook(), Targets.load()
    settled = {each: settle(said[each].turns(), said[each].marks) for each in ids if said[each].rows}
    targets.learn({party for each in settled.values() for party in _parties(each)})
    Standing.objects.filter(conversation__in=ids).delete()
    Response.objects.filter(conversation__in=ids).delete()
    found = {each: conclude(each, said[each], settlement, targets, book) for each, settlement in settled.items()}
    copy(Standing, STANDING, (row for each in found.values() for row in each.standings))
    copy(Response, RESPONSE, (row for each in found.values() for row in each.responses))
    _summarize({each: conclusion.summary for each, conclusion in found.items()})


def conclude(conversation: UUID, said: Said, settled: Settlement, targets: Targets, book: AudienceBook) -> Conclusion:
    """What is stored of a settled conversation. `targets` has learned what its parties are to us."""
    standings = _standings(conversation, settled, said, targets)
    responses = list(_responses(conversation, settled, said, targets, targets.hours))
    audience, subject = book.union(row["audience_id"] for row in said.rows), title_of(said.rows[0], book)
    summary = replace(_summary(said, standings, targets), audience_id=audience, subject=subject)
    return Conclusion(standings, responses, summary)


def summarize(conversation_ids: Iterable[UUID], seen: Q, marked: Q) -> dict[UUID, Summary]:
    """What would sum these conversations up if these interactions and marks were all; nothing is stored.

    Without the audience and the subject, which are stored. A fixed number of queries.
    """
    ids = sorted(set(conversation_ids))
    if not ids:
        return {}
    said, targets = _load(ids, seen, marked), Targets.load()
    settled = {each: settle(said[each].turns(), said[each].marks) for each in ids if said[each].rows}
    targets.learn({party for each in settled.values() for party in _parties(each)})
    return {
        each: _summary(said[each], _standings(each, settlement, said[each], targets), targets)
        for each, settlement in settled.items()
    }


def _load(ids: list[UUID], seen: Q = ALL, marked: Q = ALL) -> dict[UUID, Said]:
    said: dict[UUID, Said] = {each: Said() for each in ids}
    of: dict[UUID, UUID] = {}
    rows = Interaction.objects.filter(seen, conversation__in=ids, deleted_at=None).order_by("at", "id")
    for row in rows.values(*TURN):
        said[row["conversation_id"]].rows.append(row)
        of[row["id"]] = row["conversation_id"]
    people = Participation.objects.filter(interaction__conversation__in=ids, party__isnull=False)
    for interaction, party, role in people.values_list("interaction_id", "party_id", "role"):
        if interaction in of and role != Participation.Role.FROM:
            place = said[of[interaction]].cc if role in IN_COPY else said[of[interaction]].to
            place[interaction].add(party)
    for mark in MarkRow.objects.filter(marked, conversation__in=ids):
        said[mark.conversation_id].marks.append(Mark(mark.at, mark.party_id, cast(Any, mark.awaiting)))
    return said


def _parties(settled: Settlement) -> set[UUID]:
    return set(settled.standings) | {pair.party for pair in settled.responses}


STANDING = ("conversation", "party", "awaiting", "since", "due_at", "prompt")
RESPONSE = (
    "id", "conversation", "party", "prompt", "reply", "by", "user", "channel", "prompt_at", "reply_at",
    "prompt_audience", "reply_audience", "elapsed_seconds", "business_seconds", "target_seconds", "is_target_met",
)  # fmt: skip


def _standings(conversation: UUID, settled: Settlement, said: Said, targets: Targets) -> list[tuple[Any, ...]]:
    channels = {row["id"]: row["channel"] for row in said.rows}
    found = []
    for party, standing in sorted(settled.standings.items()):
        due = None
        if standing.awaiting == "us" and standing.since:
            channel = (
                channels.get(standing.prompt, said.rows[-1]["channel"]) if standing.prompt else said.rows[-1]["channel"]
            )
            due = targets.due(standing.since, channel, party)
        found.append((conversation, party, standing.awaiting, standing.since, due, standing.prompt))
    return found


def _responses(
    conversation: UUID, settled: Settlement, said: Said, targets: Targets, hours: WorkingHours
) -> Iterable[tuple[Any, ...]]:
    channels = {row["id"]: row["channel"] for row in said.rows}
    audiences = {row["id"]: row["audience_id"] for row in said.rows}
    for pair in settled.responses:
        channel = channels[pair.prompt]
        business = hours.elapsed(pair.prompt_at, pair.reply_at)
        target = targets.seconds(channel, pair.party) if pair.by == "us" else None
        elapsed = int((pair.reply_at - pair.prompt_at).total_seconds())
        yield (
            _id(pair), conversation, pair.party, pair.prompt, pair.reply, pair.by, pair.user, channel, pair.prompt_at,
            pair.reply_at, audiences[pair.prompt], audiences[pair.reply], elapsed, business, target,
            None if target is None else business <= target,
        )  # fmt: skip


def _id(pair: Pair) -> UUID:
    """The same pair has the same id however often it is recomputed."""
    return uuid5(pair.prompt, f"{pair.reply} {pair.party} {pair.by}")


def _summary(said: Said, standings: list[tuple[Any, ...]], targets: Targets) -> Summary:
    """What a list shows of the conversation, but for audience and subject. `standings` are rows of STANDING."""
    open_ones = [row for row in standings if row[2] == "us"] or [row for row in standings if row[2] == "them"]
    first = min(open_ones, key=lambda row: (row[3] is None, row[3], row[1]), default=None)
    last = said.rows[-1]
    dues = [row[4] for row in open_ones if row[4]]
    return Summary(
        audience_id=0,
        subject="",
        party_id=first[1] if first else _counterpart(said, standings),
        awaiting=first[2] if first else "nobody",
        since=first[3] if first else None,
        due_at=min(dues, default=None),
        started_at=said.rows[0]["at"],
        last_at=last["at"],
        count=len(said.rows),
        snippet=last["snippet"],
        lapsed_at=_lapse(said, targets.lapse_days) if first else None,
    )


def _counterpart(said: Said, standings: list[tuple[Any, ...]]) -> UUID | None:
    """Whom the conversation is with: who wrote last, else whom we last wrote to, else whoever is in it."""
    for row in reversed(said.rows):
        if row["sender_id"]:
            return cast(UUID, row["sender_id"])
        if said.to[row["id"]]:
            return min(said.to[row["id"]])
    return cast(UUID, standings[0][1]) if standings else None


def _lapse(said: Said, days: int) -> datetime | None:
    """When an imported conversation that nobody took up lapsed; None while it hasn't."""
    if any(row["archive_id"] is None for row in said.rows):
        return None
    lapsed: datetime = said.rows[-1]["at"] + timedelta(days=days)
    return lapsed if lapsed < timezone.now() else None


SUMMARIZE = """
    UPDATE interactions_conversation c SET audience_id = d.audience_id, subject = d.subject, party_id = d.party_id,
        awaiting = d.awaiting, awaiting_since = d.since, due_at = d.due_at, started_at = d.started_at,
        last_at = d.last_at, message_count = d.count, snippet = d.snippet, lapsed_at = d.lapsed_at
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::timestamptz[], %s::int[], %s::text[], %s::timestamptz[])
        AS d (id, audience_id, subject, party_id, awaiting, since, due_at, started_at, last_at, count, snippet,
              lapsed_at)
    WHERE c.id = d.id
"""


def _summarize(summaries: dict[UUID, Summary]) -> None:
    if not summaries:
        return
    names = Summary.__slots__
    columns = [[getattr(each, name) for each in summaries.values()] for name in names]
    with connection.cursor() as cursor:
        cursor.execute(SUMMARIZE, [list(summaries), *columns])


def lapse_silent() -> int:
    """Lets imported conversations lapse that have been silent for long enough; a day's job. Says how many."""
    days = Targets.load().lapse_days
    silent = Conversation.objects.filter(
        lapsed_at=None, last_at__lt=timezone.now() - timedelta(days=days), awaiting__in=("us", "them")
    ).exclude(interactions__archive=None)
    ids = list(silent.values_list("pk", flat=True)[:10_000])
    resettle(ids)
    return len(ids)
