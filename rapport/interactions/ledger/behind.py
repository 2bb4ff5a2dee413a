"""The conversations behind a figure of the ledger."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from rapport.interactions.ledger.gathering import GROUPS, lines, owned_in, people_in, responses, standings
from rapport.interactions.ledger.periods import Period
from rapport.interactions.models import Conversation
from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery

FIGURES = ("sent", "received", "answered_by_us", "answered_by_them", "open", "overdue", "missed")


def behind(actor: Actor, figure: str, group: str, key: str | None, period: Period) -> Any:
    """The conversations behind one figure, newest first. Raises BadQuery."""
    if figure not in FIGURES or (group and group not in GROUPS):
        raise BadQuery(fields={"figure": f"Name one of {', '.join(FIGURES)}."})
    rows = _behind(actor, figure, period)
    if group:
        waits, by = figure in ("open", "overdue"), GROUPS[group]
        path = by.standing if waits else by.said
        rows = rows.filter(owned_in(actor, group) if waits else people_in(actor, group))
        try:
            rows = rows.filter(**{path: key}) if key else rows.filter(**{f"{path}__isnull": True})
        except (ValueError, TypeError, ValidationError):
            raise BadQuery(fields={"key": "There is no such group."}) from None
    conversations = Conversation.objects.filter(pk__in=rows.order_by().values("conversation_id"))
    return conversations.order_by("-last_at", "-pk")


def _behind(actor: Actor, figure: str, period: Period) -> Any:
    match figure:
        case "sent" | "received":
            return lines(actor).filter(period.holds("at"), direction="out" if figure == "sent" else "in")
        case "answered_by_us" | "answered_by_them":
            return responses(actor).filter(period.holds("reply_at"), by=figure.removeprefix("answered_by_"))
        case "missed":
            return responses(actor).filter(period.holds("reply_at"), by="us", is_target_met=False)
        case "overdue":
            return standings(actor).filter(due_at__lt=timezone.now())
        case _:
            return standings(actor)
