"""The calendar: mine, my team's, a colleague's; and a task that is put on another day."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.interactions.queries.calendar import Days, colleagues, items, people_of
from rapport.platform.errors import NotFound, Stale
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.calendar import shapes
from rapport.web.errors import toast
from rapport.web.lists.lanes import seen_in
from rapport.web.records.reading import read_record
from rapport.web.request import Request, is_fragment, read_id
from rapport.web.shell import page
from rapport.web.words import long_day


@require_safe
def show(request: Request) -> HttpResponse:
    """`as` names the shape, `on` a day in it, `whose` calendar: mine, team, or a colleague's id."""
    actor, today = request.actor, timezone.localdate()
    shape = shapes.shape_of(request.GET.get("as", ""))
    on, whose = shapes.day_of(request.GET.get("on", ""), today), request.GET.get("whose", "mine")
    people = people_of(actor, whose)
    if not people:
        raise NotFound()
    first, end = shapes.span(shape, on)
    found, is_whole = items(actor, {each.pk for each in people}, Days(first, end, ZoneInfo(actor.time_zone)))
    listed = shapes.cells(first, end, found, today, on.month if shape == "month" else None)
    context: dict[str, Any] = {
        "shape": shape, "on": on, "whose": whose, "title": shapes.title(shape, on), "cells": listed,
        "hours": shapes.by_the_clock(listed) if shape in ("week", "day") else range(0),
        "weekdays": shapes.weekdays(first), "is_whole": is_whole, "found": found, "now": timezone.localtime(),
        "who": people[0] if whose not in ("mine", "team") else None, "others": colleagues(actor),
        "shapes": shapes.SHAPES, "may_add_task": RESOURCES["tasks"].may(actor, "create"), "today": today,
        "names_owner": whose == "team",
        "before": shapes.step(shape, on, -1), "after": shapes.step(shape, on, 1), "address": _address(shape, on, whose),
    }  # fmt: skip
    return page(request, "calendar/page.html", **context)


def _address(shape: str, on: date, whose: str) -> Any:
    """The address of this calendar with other values for some of `as`, `on` and `whose`."""

    def address(**other: Any) -> str:
        asked = {"as": shape, "on": on.isoformat(), "whose": whose} | other
        return f"/calendar/?{urlencode(asked)}"

    return address


@require_POST
def move(request: Request, day: str) -> HttpResponse:
    """Puts a task (`ids`) on another day, from the one where it was `seen`. Raises Stale where it has gone elsewhere.

    To a script it answers with a toast; a form goes back to the calendar that its address describes.
    """
    on = shapes.day_of(day, date.min)
    if on == date.min:
        raise NotFound()
    tasks, record = RESOURCES["tasks"], read_id(request.POST.get("ids", ""))
    task = read_record(tasks, record, request.actor)
    was = seen_in(tasks.built_in["due_on"], task)
    if was != request.GET.get("seen", was):
        raise Stale(_("Somebody has put it elsewhere in the meantime."))
    verbs.update(tasks, [record], {"due_on": on.isoformat()}, actor=request.actor, version=task["version"])
    said = _("Due on %(day)s now.") % {"day": long_day(on)}
    if is_fragment(request):
        back = {**request.GET.dict(), "seen": on.isoformat()}
        undo = f"/calendar/move/{was}?{urlencode(back)}"
        return toast(HttpResponse(status=204), said, undo=undo, values=[str(record)])
    messages.success(request, said)
    calendar = {name: value for name, value in request.GET.items() if name != "seen"}
    return redirect(f"/calendar/?{urlencode(calendar)}")
