"""The ledger's page: figures by group and period, each of which opens the conversations behind it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from rapport.interactions.ledger.behind import behind
from rapport.interactions.ledger.figures import by_kind_and_total, for_verdict, ledger, names
from rapport.interactions.ledger.gathering import GROUPS
from rapport.interactions.ledger.periods import Period
from rapport.interactions.ledger.verdict import judge
from rapport.interactions.models import Conversation
from rapport.interactions.queries.inbox import lines
from rapport.platform.access.actors import Actor
from rapport.web.request import Request
from rapport.web.shell import page

BY: dict[str, Any] = {
    "relationship_kind": _("Relationship"),
    "party": _("Person or organisation"),
    "organization": _("Organisation"),
    "channel": _("Channel"),
    "team": _("Team"),
    "user": _("Colleague"),
}
DAYS: dict[int, Any] = {7: _("7 days"), 30: _("30 days"), 90: _("90 days"), 365: _("12 months"), 3_650: _("10 years")}
FIGURE: dict[str, Any] = {
    "sent": _("Sent"),
    "received": _("Received"),
    "answered_by_us": _("Answered by us"),
    "answered_by_them": _("Answered by them"),
    "open": _("Waiting for us now"),
    "overdue": _("Overdue now"),
    "missed": _("Answered too late"),
}
SHOWN = 200


def _days(request: Request) -> int:
    asked = request.GET.get("days", "30")
    return int(asked) if asked in {str(each) for each in DAYS} else 30


def _group(request: Request) -> str:
    asked = request.GET.get("group", "relationship_kind")
    return asked if asked in GROUPS else "relationship_kind"


@require_safe
def show(request: Request) -> HttpResponse:
    days, group = _days(request), _group(request)
    period = Period.days(days)
    kinds, total = by_kind_and_total(request.actor, period)
    return page(
        request,
        "conversations/ledger.html",
        rows=kinds if group == "relationship_kind" else ledger(request.actor, group, period),
        total=total,
        verdict=judge(for_verdict(kinds), translation),
        group=group,
        days=days,
        groups=BY,
        periods=DAYS,
        link=lambda figure, key: f"/ledger/behind?{_query(figure, group, key, days)}",
        whole=lambda figure: f"/ledger/behind?{_query(figure, '', None, days)}",
    )


def _query(figure: str, group: str, key: Any, days: int) -> str:
    return urlencode({"figure": figure, "group": group, "key": key or "", "days": days})


def _called(actor: Actor, group: str, key: str) -> str:
    """The group whose conversations are shown: asked for only where there are some, so that no key tells a name."""
    return next(iter(names(actor, group, [key]).values()), "") if key else str(_("None"))


@require_safe
def opened(request: Request) -> HttpResponse:
    """The conversations behind one figure."""
    asked = request.GET
    figure, group, days = asked.get("figure", ""), asked.get("group", ""), _days(request)
    rows = behind(request.actor, figure, group, asked.get("key") or None, Period.days(days))
    visible = Conversation.objects.visible_to(request.actor).filter(pk__in=rows.order_by().values("pk"))
    found = lines(request.actor, visible.order_by("-last_at", "-pk"), SHOWN + 1)
    return page(
        request,
        "conversations/behind.html",
        lines=found[:SHOWN],
        is_cut=len(found) > SHOWN,
        title=FIGURE[figure],
        whose=_called(request.actor, group, asked.get("key", "")) if found and group else "",
        period=DAYS[days],
        back=f"/ledger/?{urlencode({'group': group or 'relationship_kind', 'days': days})}",
    )
