"""Settings → Rules on arrival: what a rule would do with the mail of the past, and what it has done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.interactions.access import seen_by
from rapport.interactions.arriving import matching, shared
from rapport.interactions.models import ArrivalRule, ArrivalRun, Interaction
from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound
from rapport.platform.resources.grammar.scanner import GrammarProblem
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, settings_page

SHOWN = 50
COLUMNS = ("id", "at", "subject", "snippet", "conversation_id", "sender__display_name")


@require_safe
@administrators_only
def show(request: Request, record: UUID) -> HttpResponse:
    rule = ArrivalRule.objects.visible_to(request.actor).filter(pk=record).first()
    if rule is None:
        raise NotFound()
    found, problem = _would_match(rule, request.actor)
    runs = ArrivalRun.objects.filter(rule=rule, interaction__in=_readable(request.actor).values("pk"))
    listed = runs.exclude(is_match=False, problem="").select_related("interaction").order_by("-pk")
    return settings_page(
        request, "settings/arrival.html", rule=rule, found=found, problem=problem, runs=list(listed[:SHOWN])
    )


def _readable(actor: Actor) -> Any:
    """What whoever tries a rule may read: a rule that looks at more tells them nothing of it."""
    return Interaction.objects.visible_to(actor).filter(seen_by(actor, "everything"))


def _would_match(rule: ArrivalRule, actor: Actor) -> tuple[list[dict[str, Any]], str]:
    """The newest shared messages of the past of which the condition holds, imported ones too; or what is wrong."""
    rows = _readable(actor).filter(shared(), direction="in", channel="email", deleted_at=None)
    try:
        return list(rows.filter(matching(rule, actor)).order_by("-at", "-pk").values(*COLUMNS)[:SHOWN]), ""
    except GrammarProblem as problem:
        return [], str(problem)
