"""The timeline of a party and what its page says of answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from rapport.interactions.channels import LABELS
from rapport.interactions.ledger.figures import of_parties
from rapport.interactions.ledger.periods import Period
from rapport.interactions.queries.timeline import PAGE, Entry, Part, of_party, standings_of
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Team
from rapport.platform.errors import BadQuery, NotFound
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.request import Request, read_id
from rapport.web.shell import fragment

NAMES = ("channel", "direction", "said", "team", "conversation", "grouped")
"""The parameters that say which part of a timeline is asked for."""
MEMBERS = 500
DAYS = 365
"""Of which a record page shows who answered how often and how fast."""


def parties_of(resource: Resource, record: UUID, actor: Actor) -> list[UUID]:
    """Whose interactions a page shows: a person's own; an organisation's with those of its people."""
    if resource.name != "organizations":
        return [record]
    members = RESOURCES["people"].rows(actor).filter(organization=record)
    return [record, *members.order_by("pk").values_list("pk", flat=True)[:MEMBERS]]


def timeline_of(request: Request, resource: Resource, record: UUID) -> dict[str, Any]:
    actor = request.actor
    parties = parties_of(resource, record, actor)
    part = part_of(request.GET)
    entries = of_party(actor, parties, part)
    return {
        **_shown(entries, request.GET),
        "part": part,
        "channels": list(LABELS.items()),
        "teams": actor.remembered("teams", lambda: _teams(actor)),
        "standings": standings_of(actor, parties)[:5],
        "answers": of_parties(actor, parties, Period.days(DAYS)),
    }


def _teams(actor: Actor) -> list[tuple[UUID, str]]:
    return list(Team.objects.visible_to(actor).order_by("name").values_list("pk", "name"))


def part_of(sent: QueryDict) -> Part:
    """Which part of a timeline an address asks for."""
    return Part(
        channel=sent.get("channel", ""),
        direction=sent.get("direction", ""),
        text=sent.get("said", "").strip(),
        team=_id(sent.get("team", "")),
        conversation=_id(sent.get("conversation", "")),
        grouped=sent.get("grouped") == "true",
    )


def _id(text: str) -> UUID | None:
    return read_id(text) if text else None


def _shown(entries: list[Entry], sent: QueryDict) -> dict[str, Any]:
    asked = {name: sent[name] for name in NAMES if sent.get(name)}
    last = [entries[-1].at.isoformat(), str(entries[-1].id)] if len(entries) == PAGE else []
    further = urlencode({**asked, "before": ",".join(last)}) if last else ""
    return {"entries": entries, "further": further, "asked": asked}


@require_safe
def older(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """The next entries of a timeline (`before`), or those of one `conversation`."""
    if not issubclass(resource.model, Party) or not resource.rows(request.actor).filter(pk=record).exists():
        raise NotFound()
    before = _place(request.GET["before"]) if request.GET.get("before") else None
    entries = of_party(request.actor, parties_of(resource, record, request.actor), part_of(request.GET), before=before)
    context = _shown(entries, request.GET)
    return fragment(request, "conversations/entries.html", **context, resource=resource, row={"id": record})


def _place(text: str) -> tuple[datetime, UUID]:
    at, _comma, record = text.partition(",")
    try:
        parsed = parse_datetime(at.replace(" ", "+"))
        if parsed is None or parsed.tzinfo is None:
            raise ValueError(at)
        return parsed, UUID(record)
    except ValueError:
        raise BadQuery() from None
