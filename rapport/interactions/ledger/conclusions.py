"""What follows from a settled conversation, as it is stored: lines, standings, responses, and what sums it up.

Nothing here asks the database; what settling has to read is in `said`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid5

from django.db.models import Model
from django.utils import timezone

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.ledger.rules import Pair, Settlement
from rapport.interactions.ledger.said import Said
from rapport.interactions.ledger.targets import Targets
from rapport.interactions.ledger.titles import title_of
from rapport.interactions.models import Line, Response, Standing


class LineRow(NamedTuple):
    interaction: UUID
    conversation: UUID
    audience: int
    party: UUID | None
    relationship_kind: UUID | None
    user: UUID | None
    channel: str
    direction: str
    at: datetime


class StandingRow(NamedTuple):
    conversation: UUID
    party: UUID
    relationship_kind: UUID | None
    awaiting: str
    since: datetime | None
    due_at: datetime | None
    prompt: UUID | None
    audience: int | None


class ResponseRow(NamedTuple):
    id: UUID
    conversation: UUID
    party: UUID
    relationship_kind: UUID | None
    prompt: UUID
    reply: UUID
    by: str
    user: UUID | None
    channel: str
    prompt_at: datetime
    reply_at: datetime
    prompt_audience: int
    reply_audience: int
    elapsed_seconds: int
    business_seconds: int
    target_seconds: int | None
    is_target_met: bool | None


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

    lines: list[LineRow]
    standings: list[StandingRow]
    responses: list[ResponseRow]
    summary: Summary


STORED: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "lines": (Line, LineRow._fields),
    "standings": (Standing, StandingRow._fields),
    "responses": (Response, ResponseRow._fields),
}
"""The parts of a conclusion that are rows of their own: their table, and its columns in order."""


def conclude(conversation: UUID, said: Said, settled: Settlement, targets: Targets, book: AudienceBook) -> Conclusion:
    """What is stored of a settled conversation. `targets` has learned what its parties are to us."""
    standings = standings_of(conversation, settled, said, targets)
    responses = list(_responses(conversation, settled, said, targets))
    audience, subject = book.union(row["audience_id"] for row in said.rows), title_of(said.rows[0], book)
    summary = replace(summary_of(said, standings, targets), audience_id=audience, subject=subject)
    return Conclusion(list(_lines(conversation, said, targets)), standings, responses, summary)


def _lines(conversation: UUID, said: Said, targets: Targets) -> Iterator[LineRow]:
    """With nothing in a line that whoever hears of just this interaction may not know."""
    for row in said.rows:
        if row["direction"] in ("in", "out") and not row["automatic"] and not row["is_planned"]:
            if row["direction"] == "in":
                party, user = row["sender_id"], said.users.get(row["id"])
            else:
                party, user = min(said.to[row["id"]], default=None), row["user_id"]
            yield LineRow(
                row["id"], conversation, row["audience_id"], party, targets.kind(party), user, row["channel"],
                row["direction"], row["at"],
            )  # fmt: skip


def standings_of(conversation: UUID, settled: Settlement, said: Said, targets: Targets) -> list[StandingRow]:
    """In the order of the parties. What isn't prompted by an interaction is due as the channel used last has it."""
    rows: dict[UUID | None, dict[str, Any]] = {row["id"]: row for row in said.rows}
    found = []
    for party, standing in sorted(settled.standings.items()):
        prompt, due = rows.get(standing.prompt), None
        if standing.awaiting == "us" and standing.since:
            due = targets.due(standing.since, (prompt or said.happened()[-1])["channel"], party)
        found.append(
            StandingRow(
                conversation, party, targets.kind(party), standing.awaiting, standing.since, due, standing.prompt,
                prompt["audience_id"] if prompt else None,
            )
        )  # fmt: skip
    return found


def _responses(conversation: UUID, settled: Settlement, said: Said, targets: Targets) -> Iterator[ResponseRow]:
    rows: dict[UUID, dict[str, Any]] = {row["id"]: row for row in said.rows}
    for pair in settled.responses:
        channel = rows[pair.prompt]["channel"]
        business = targets.hours.elapsed(pair.prompt_at, pair.reply_at)
        target = targets.seconds(channel, pair.party) if pair.by == "us" else None
        elapsed = int((pair.reply_at - pair.prompt_at).total_seconds())
        yield ResponseRow(
            _id(pair), conversation, pair.party, targets.kind(pair.party), pair.prompt, pair.reply, pair.by, pair.user,
            channel, pair.prompt_at, pair.reply_at, rows[pair.prompt]["audience_id"], rows[pair.reply]["audience_id"],
            elapsed, business, target, None if target is None else business <= target,
        )  # fmt: skip


def _id(pair: Pair) -> UUID:
    """The same pair has the same id however often it is recomputed."""
    return uuid5(pair.prompt, f"{pair.reply} {pair.party} {pair.by}")


def summary_of(said: Said, standings: list[StandingRow], targets: Targets) -> Summary:
    """What a list shows of the conversation, but for audience and subject."""
    by_us = [row for row in standings if row.awaiting == "us"]
    open_ones = by_us or [row for row in standings if row.awaiting == "them"]
    first = min(open_ones, key=lambda row: (row.since is None, row.since, row.party), default=None)
    happened = said.happened()
    last = happened[-1]
    return Summary(
        audience_id=0,
        subject="",
        party_id=first.party if first else _counterpart(said, standings),
        awaiting=first.awaiting if first else "nobody",
        since=first.since if first else None,
        due_at=min((row.due_at for row in open_ones if row.due_at), default=None),
        started_at=happened[0]["at"],
        last_at=last["at"],
        count=len(happened),
        snippet=last["snippet"],
        lapsed_at=_lapse(said, first.since, targets.lapse_days) if first else None,
    )


def _counterpart(said: Said, standings: list[StandingRow]) -> UUID | None:
    """Whom the conversation is with: who wrote last, else whom we last wrote to, else whoever is in it."""
    for row in reversed(said.rows):
        if row["sender_id"]:
            return cast(UUID, row["sender_id"])
        if said.to[row["id"]]:
            return min(said.to[row["id"]])
    return standings[0].party if standings else None


def _lapse(said: Said, since: datetime | None, days: int) -> datetime | None:
    """When an imported conversation that nobody took up lapsed; None while it hasn't."""
    if any(row["archive_id"] is None for row in said.rows):
        return None
    last: datetime = said.rows[-1]["at"]
    lapsed = max(last, since or last) + timedelta(days=days)
    return lapsed if lapsed < timezone.now() else None
