"""Brings what is derived from a conversation's interactions up to date: lines, standings, responses, its summary.

Always from the interactions themselves, never step by step, so that the stored state is what recomputing
from nothing gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.ledger.conclusions import STORED, Summary, conclude, standings_of, summary_of
from rapport.interactions.ledger.rules import Settlement, settle
from rapport.interactions.ledger.said import load_said
from rapport.interactions.ledger.targets import Targets
from rapport.interactions.models import Conversation
from rapport.platform.records.bulk import copy


def resettle(conversation_ids: Iterable[UUID], book: AudienceBook | None = None) -> None:
    """Recomputes these conversations, in the current transaction. A fixed number of queries."""
    ids = sorted(set(conversation_ids))
    if not ids:
        return
    _take(ids)
    said, book, targets = load_said(ids), book or AudienceBook(), Targets.load()
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


def summarize(conversation_ids: Iterable[UUID], seen: Q, marked: Q) -> dict[UUID, Summary]:
    """What would sum these conversations up if these interactions and marks were all; nothing is stored.

    Without the audience and the subject, which are stored. A fixed number of queries.
    """
    ids = sorted(set(conversation_ids))
    if not ids:
        return {}
    said, targets = load_said(ids, seen, marked), Targets.load()
    settled = {each: settle(said[each].turns(), said[each].marks) for each in ids if said[each].rows}
    targets.learn({party for each in settled.values() for party in _parties(each)})
    return {
        each: summary_of(said[each], standings_of(each, settlement, said[each], targets), targets)
        for each, settlement in settled.items()
    }


def _parties(settled: Settlement) -> set[UUID]:
    return set(settled.standings) | {pair.party for pair in settled.responses}


def _store(part: str, conversations: list[UUID], rows: list[tuple[Any, ...]]) -> None:
    """Writes what is new or differs and deletes what no longer holds, so that nothing else is touched."""
    model, columns = STORED[part]
    stored = model._default_manager.filter(conversation__in=conversations)
    known = {row[1:]: row[0] for row in stored.values_list("pk", *columns)}
    if stale := known.keys() - set(rows):
        model._default_manager.filter(pk__in=[known[row] for row in stale]).delete()
    copy(model, columns, (row for row in rows if row not in known))


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
