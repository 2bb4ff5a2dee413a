"""The timeline of a party and what its page says of answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from rapport.interactions.ledger.figures import of_parties
from rapport.interactions.ledger.periods import Period
from rapport.interactions.queries.timeline import PAGE, Entry, of_party, standings_of
from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery, NotFound
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.request import Request
from rapport.web.shell import fragment

MEMBERS = 500
DAYS = 365
"""Of which a record page shows who answered how often and how fast."""


def parties_of(resource: Resource, record: UUID, actor: Actor) -> list[UUID]:
    """Whose interactions a page shows: a person's own; an organisation's with those of its people."""
    if resource.name != "organizations":
        return [record]
    members = RESOURCES["people"].rows(actor).filter(organization=record)
    return [record, *members.order_by("pk").values_list("pk", flat=True)[:MEMBERS]]


def timeline_of(resource: Resource, record: UUID, actor: Actor) -> dict[str, Any]:
    parties = parties_of(resource, record, actor)
    entries = of_party(actor, parties)
    return {
        "entries": entries,
        "further": further(entries),
        "standings": standings_of(actor, parties)[:5],
        "answers": of_parties(actor, parties, Period.days(DAYS)),
    }


def further(entries: Sequence[Entry]) -> str:
    """Names the place behind the last entry; empty when it was the last."""
    return f"{entries[-1].at.isoformat()},{entries[-1].id}" if len(entries) == PAGE else ""


@require_safe
def older(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """The next entries of a timeline, asked for when its end comes into sight."""
    if not resource.rows(request.actor).filter(pk=record).exists():
        raise NotFound()
    before = _place(request.GET.get("before", ""))
    entries = of_party(request.actor, parties_of(resource, record, request.actor), before=before)
    context: dict[str, Any] = {
        "entries": entries,
        "further": further(entries),
        "resource": resource,
        "row": {"id": record},
    }
    return fragment(request, "conversations/entries.html", **context)


def _place(text: str) -> tuple[datetime, UUID]:
    at, _comma, record = text.partition(",")
    try:
        parsed = parse_datetime(at.replace(" ", "+"))
        if parsed is None or parsed.tzinfo is None:
            raise ValueError(at)
        return parsed, UUID(record)
    except ValueError:
        raise BadQuery() from None
