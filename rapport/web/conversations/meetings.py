"""A planned meeting is changed where it stands: moved by a form or in the calendar, called off, planned again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.interactions.actions.meetings import call_off_meeting, move_meeting, plan_meeting_again
from rapport.interactions.models import Interaction
from rapport.platform.errors import NotFound, Stale
from rapport.web.conversations.composer import read_minutes, read_time
from rapport.web.errors import toast
from rapport.web.request import Request, is_fragment, way_back
from rapport.web.words import long_day, time_of_day, typed


@require_POST
def act(request: Request, conversation: UUID, meeting: UUID, verb: str) -> HttpResponse:
    """One of `move`, `call_off` and `plan_again`. To a script it answers with a toast; a form goes back."""
    there = way_back(request, f"/inbox/{conversation}/?box=all&whose=all")
    match verb:
        case "move":
            said, undo = _move(request, conversation, meeting)
        case "call_off":
            call_off_meeting([conversation], actor=request.actor, meeting=meeting)
            said, undo = _("The meeting is called off."), ("plan_again", {})
        case "plan_again":
            plan_meeting_again([conversation], actor=request.actor, meeting=meeting)
            said, undo = _("The meeting is planned again."), ("call_off", {})
        case _unknown:
            raise NotFound()
    back = f"/inbox/{conversation}/meetings/{meeting}/{undo[0]}?{urlencode({**undo[1], 'back': there})}"
    if is_fragment(request):
        return toast(HttpResponse(status=204), said, undo=back)
    messages.success(request, said, extra_tags=f"{back}|")
    return redirect(there)


def _move(request: Request, conversation: UUID, meeting: UUID) -> tuple[str, tuple[str, dict[str, Any]]]:
    """To the time `at` for so many `minutes`, from the time where it `was` seen. Raises Stale where it isn't there."""
    sent: Mapping[str, str] = {**request.GET.dict(), **request.POST.dict()}
    row = Interaction.objects.visible_to(request.actor).filter(pk=meeting).values("at", "duration_seconds").first()
    if row is None:
        raise NotFound()
    was: datetime = row["at"]
    if sent.get("was", typed(was)) != typed(was):
        raise Stale(_("Somebody has put it elsewhere in the meantime."))
    at = read_time(sent.get("at", ""))
    minutes = (read_minutes(sent["minutes"]) or 0) // 60 if "minutes" in sent else None
    move_meeting([conversation], actor=request.actor, meeting=meeting, at=at, minutes=minutes, was=was)
    local = timezone.localtime(at)
    said = _("The meeting is on %(day)s, %(time)s now.") % {
        "day": long_day(local.date()), "time": time_of_day(local.time())
    }  # fmt: skip
    before = {"at": typed(was), "was": typed(at)}
    return said, ("move", before if minutes is None else {**before, "minutes": (row["duration_seconds"] or 0) // 60})
