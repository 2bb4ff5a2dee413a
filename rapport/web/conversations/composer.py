"""The composer: a note, a call, a meeting or a letter, written down where it belongs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.interactions.actions.composing import Said, write_down
from rapport.platform.errors import Invalid
from rapport.web.request import Request, read_id


@require_POST
def write(request: Request) -> HttpResponse:
    """Writes down what was said, and goes back to the page on which it was typed."""
    write_down(_said(request.POST), actor=request.actor)
    messages.success(request, _("It stands in the timeline."))
    back = request.POST.get("back", "/")
    safe = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
    return redirect(back if safe else "/")


def _said(sent: QueryDict) -> Said:
    at = sent.get("at", "")
    return Said(
        kind=sent.get("kind", "note"),
        text=sent.get("text", ""),
        party_ids=tuple(read_id(str(each)) for each in sent.getlist("party")),
        subject=sent.get("subject", ""),
        direction=sent.get("direction", "out"),
        at=_time(at) if at else None,
        duration_seconds=_minutes(sent.get("minutes", "")),
        answered=sent.get("missed") != "true",
        conversation_id=read_id(str(sent["conversation"])) if sent.get("conversation") else None,
    )


def _time(text: str) -> datetime:
    try:
        parsed = parse_datetime(text) if re.fullmatch(r"[\d-]+T[\d:]+", text) else None
        # In UTC at once: the first and the last day of the calendar may have none there.
        at = parsed and timezone.make_aware(parsed).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise Invalid(fields={"at": _("This is a date and a time.")})
    return at


def _minutes(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Invalid(fields={"minutes": _("This is a number of minutes.")})
    return 60 * int(text)
