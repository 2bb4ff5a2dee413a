"""Today: who is waiting for us, whom we are waiting for, and whether we answer as we want to."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from rapport.interactions.ledger.figures import by_kind_and_total, for_verdict
from rapport.interactions.ledger.periods import Period
from rapport.interactions.ledger.verdict import judge
from rapport.interactions.queries.inbox import Whose, elsewhere, summaries
from rapport.platform.access.absence import standing_in
from rapport.web.imports.beginning import needs_mail
from rapport.web.request import Request
from rapport.web.shell import page
from rapport.web.tasks.beside import day_of
from rapport.web.words import long_day

SHOWN = 7
DAYS = 30


@require_safe
def today(request: Request) -> HttpResponse:
    actor = request.actor
    whose = whose_of(request)
    us, them = summaries(actor, ("us", "them"), whose, SHOWN)
    kinds, total = by_kind_and_total(actor, Period.days(DAYS))
    now = timezone.localtime()
    return page(
        request,
        "conversations/today.html",
        name=actor.name.partition(" ")[0],
        hour=now.hour,
        date=long_day(now.date()),
        whose=whose,
        standing_in=standing_in(actor) if whose == "mine" else [],
        us=us,
        them=them,
        elsewhere=elsewhere(actor, "us", whose) if not us.lines else 0,
        needs_mail=not us.lines and not them.lines and needs_mail(actor),
        verdict=judge(for_verdict(kinds), translation),
        total=total,
        **day_of(actor, whose),
        days=DAYS,
    )


def whose_of(request: Request) -> Whose:
    asked = request.GET.get("whose", "mine")
    return "team" if asked == "team" else "all" if asked == "all" else "mine"
