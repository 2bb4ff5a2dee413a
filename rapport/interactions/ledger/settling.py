"""Brings what is derived from a conversation's interactions up to date: lines, standings, responses, its summary.

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
from django.db.models import Model, Q
from django.utils import timezone

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.ledger.rules import Direction, Mark, Pair, Settlement, Turn, settle
from rapport.interactions.ledger.targets import Targets
from rapport.interactions.ledger.titles import title_of
from rapport.interactions.models import Conversation, Interaction, Line, Participation, Response, Standing
from rapport.interactions.models import Mark as MarkRow
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
    users: dict[UUID, UUID] = field(default_factory=dict)
    """Per interaction, the first colleague to whom it is addressed."""
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

    def parties(self) -> set[UUID]:
        """Everybody outside who wrote or was written to."""
        senders = {row["sender_id"] for row in self.rows if row["sender_id"]}
        return senders.union(*self.to.values(), *self.cc.values())


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
    """All that is derived from one conversation, as it is stored; the rows as STORED says."""

    lines: list[tuple[Any, ...]]
    standings: list[tuple[Any, ...]]
    responses: list[tuple[Any, ...]]
    summary: Summary


def resettle(conversation_ids: Iterable[UUID], book: AudienceBook | None = None) -> None:
    """Recomputes these conversations, in the current transaction. A fixed number of queries."""
    ids = sorted(set(conversation_ids))
    if not ids:
        return
    _take(ids)
    said, book, targets = _load(ids), book or AudienceBook(), Targets.load()
    settled = {each: settle(said[each].turns(), said[each].marks) for each in ids if said[each].rows}
    targets.learn({party for each, found in settled.items() for party in said[each].parties() | _parties(found)})
    found = {each: conclude(each, said[each], settlement, targets, book) for each, settlement in settled.items()}
    for part in STORED:
        _store(part, ids, [row for each in found.values() for row in getattr(each, part)])
    _summarize({each: conclusion.summary for each, conclusion in found.items()})


def _take(ids: list[UUID]) -> None:
    """Waits for whoever settles one of these, and then sees what they wrote: who comes last has seen everything.

    Always in the order of ids, so that nobody waits for somebody who waits for them; new messages don't wait.
    """
    list(Conversation.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def conclude(conversation: UUID, said: Said, settled: Settlement, targets: Targets, book: AudienceBook) -> Conclusion:
    """What is stored of a settled conversation. `targets` has learned what its parties are to us."""
    standings = _standings(conversation, settled, said, targets)
    responses = list(_responses(conversation, settled, said, targets))
    audience, subject = book.union(row["audience_id"] for row in said.rows), title_of(said.rows[0], book)
    summary = replace(_summary(said, standings, targets), audience_id=audience, subject=subject)
    return Conclusion(list(_lines(conversation, said, targets)), standings, responses, summary)


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
    people = Participation.objects.filter(interaction__conversation__in=ids).exclude(role=Participation.Role.FROM)
    known = people.filter(Q(party__isnull=False) | Q(user__isnull=False)).order_by("pk")
    for interaction, party, user, role in known.values_list("interaction_id", "party_id", "user_id", "role"):
        if interaction not in of:
            continue
        place = said[of[interaction]]
        if party:
            (place.cc if role in IN_COPY else place.to)[interaction].add(party)
        elif role not in IN_COPY:
            place.users.setdefault(interaction, user)
    for mark in MarkRow.objects.filter(marked, conversation__in=ids):
        said[mark.conversation_id].marks.append(Mark(mark.at, mark.party_id, cast(Any, mark.awaiting)))
    return said


def _parties(settled: Settlement) -> set[UUID]:
    return set(settled.standings) | {pair.party for pair in settled.responses}


LINE = (
    "interaction", "conversation", "audience", "party", "relationship_kind", "user", "channel", "direction", "at",
)  # fmt: skip
STANDING = ("conversation", "party", "relationship_kind", "awaiting", "since", "due_at", "prompt", "audience")
RESPONSE = (
    "id", "conversation", "party", "relationship_kind", "prompt", "reply", "by", "user", "channel", "prompt_at",
    "reply_at", "prompt_audience", "reply_audience", "elapsed_seconds", "business_seconds", "target_seconds",
    "is_target_met",
)  # fmt: skip


STORED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "lines": (Line, LINE),
    "standings": (Standing, STANDING),
    "responses": (Response, RESPONSE),
}
"""The parts of a conclusion that are rows of their own: their table, and its columns in order."""


def _store(part: str, conversations: list[UUID], rows: list[tuple[Any, ...]]) -> None:
    """Writes what is new or differs and deletes what no longer holds, so that nothing else is touched."""
    model, columns = STORED[part]
    stored = model._default_manager.filter(conversation__in=conversations)
    known = {row[1:]: row[0] for row in stored.values_list("pk", *columns)}
    if stale := known.keys() - set(rows):
        model._default_manager.filter(pk__in=[known[row] for row in stale]).delete()
    copy(model, columns, (row for row in rows if row not in known))


def _lines(conversation: UUID, said: Said, targets: Targets) -> Iterable[tuple[Any, ...]]:
    """With nothing in a line that whoever hears of just this interaction may not know."""
    for row in said.rows:
        if row["direction"] in ("in", "out") and not row["automatic"]:
            if row["direction"] == "in":
                party, user = row["sender_id"], said.users.get(row["id"])
            else:
                party, user = min(said.to[row["id"]], default=None), row["user_id"]
            yield (
                row["id"], conversation, row["audience_id"], party, targets.kind(party), user, row["channel"],
                row["direction"], row["at"],
            )  # fmt: skip


def _standings(conversation: UUID, settled: Settlement, said: Said, targets: Targets) -> list[tuple[Any, ...]]:
    channels = {row["id"]: row["channel"] for row in said.rows}
    audiences = {row["id"]: row["audience_id"] for row in said.rows}
    found = []
    for party, standing in sorted(settled.standings.items()):
        due = None
        if standing.awaiting == "us" and standing.since:
            channel = (
                channels.get(standing.prompt, said.rows[-1]["channel"]) if standing.prompt else said.rows[-1]["channel"]
            )
            due = targets.due(standing.since, channel, party)
        kind = targets.kind(party)
        audience = audiences.get(standing.prompt) if standing.prompt else None
        found.append((conversation, party, kind, standing.awaiting, standing.since, due, standing.prompt, audience))
    return found


def _responses(conversation: UUID, settled: Settlement, said: Said, targets: Targets) -> Iterable[tuple[Any, ...]]:
    channels = {row["id"]: row["channel"] for row in said.rows}
    audiences = {row["id"]: row["audience_id"] for row in said.rows}
    for pair in settled.responses:
        channel = channels[pair.prompt]
        business = targets.hours.elapsed(pair.prompt_at, pair.reply_at)
        target = targets.seconds(channel, pair.party) if pair.by == "us" else None
        elapsed = int((pair.reply_at - pair.prompt_at).total_seconds())
        yield (
            _id(pair), conversation, pair.party, targets.kind(pair.party), pair.prompt, pair.reply, pair.by, pair.user,
            channel, pair.prompt_at, pair.reply_at, audiences[pair.prompt], audiences[pair.reply], elapsed, business,
            target, None if target is None else business <= target,
        )  # fmt: skip


def _id(pair: Pair) -> UUID:
    """The same pair has the same id however often it is recomputed."""
    return uuid5(pair.prompt, f"{pair.reply} {pair.party} {pair.by}")


def _summary(said: Said, standings: list[tuple[Any, ...]], targets: Targets) -> Summary:
    """What a list shows of the conversation, but for audience and subject. `standings` are rows of STANDING."""
    rows = [dict(zip(STANDING, row, strict=True)) for row in standings]
    open_ones = [row for row in rows if row["awaiting"] == "us"] or [row for row in rows if row["awaiting"] == "them"]
    first = min(open_ones, key=lambda row: (row["since"] is None, row["since"], row["party"]), default=None)
    last = said.rows[-1]
    dues = [row["due_at"] for row in open_ones if row["due_at"]]
    return Summary(
        audience_id=0,
        subject="",
        party_id=first["party"] if first else _counterpart(said, standings),
        awaiting=first["awaiting"] if first else "nobody",
        since=first["since"] if first else None,
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
