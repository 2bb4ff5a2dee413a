"""The composer: a note, a call, a meeting, a letter or a task, written down where it belongs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.queries.timeline import said_since
from rapport.platform.errors import Invalid
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.request import Request, read_id, way_back


@require_POST
def write(request: Request) -> HttpResponse:
    """Writes down what was said, or what is to do, and goes back to the page on which it was typed."""
    if request.POST.get("kind") == "task":
        made = verbs.create(RESOURCES["tasks"], task_values(request.POST), actor=request.actor)
        messages.success(request, _("The task is noted."), extra_tags=f"/tasks/{made.pk}/trash|")
    elif _is_overtaken(request):
        messages.warning(request, _("Something was said here while you were writing. Read it before you send."))
    else:
        written = write_down(_said(request.POST), actor=request.actor)
        said = _("The meeting stands in your calendar.") if written.is_planned else _("It stands in the timeline.")
        messages.success(request, said)
    return redirect(way_back(request))


def _is_overtaken(request: Request) -> bool:
    """Whether somebody else has said something that whoever writes didn't have before them. It is said once: the page
    then shows it, and keeps what was typed.
    """
    conversation, seen = request.POST.get("conversation", ""), request.POST.get("seen", "")
    return bool(conversation and seen) and said_since(request.actor, read_id(conversation), read_id(seen))


def task_values(sent: QueryDict) -> dict[str, Any]:
    """A task's values: the first line of what was typed is its title, the rest its notes."""
    title, _newline, notes = sent.get("text", "").strip().partition("\n")
    values = {"title": title.strip(), "notes": notes.strip(), "party": sent.get("party", "")}
    values |= {name: sent.get(name, "") for name in ("due_on", "due_time", "conversation", "repeats")}
    given = {name: value for name, value in values.items() if value or name == "title"}
    return given | ({"owner": sent["owner"] or None} if "owner" in sent else {})


def _said(sent: QueryDict) -> Said:
    at = sent.get("at", "")
    return Said(
        kind=sent.get("kind", "note"),
        text=sent.get("text", ""),
        party_ids=tuple(read_id(str(each)) for each in sent.getlist("party")),
        subject=sent.get("subject", ""),
        direction=sent.get("direction", "out"),
        at=read_time(at) if at else None,
        duration_seconds=read_minutes(sent.get("minutes", "")),
        answered=sent.get("missed") != "true",
        conversation_id=read_id(str(sent["conversation"])) if sent.get("conversation") else None,
    )


def read_time(text: str) -> datetime:
    """A moment as an input of a page holds it, where the reader is. Raises Invalid."""
    try:
        parsed = parse_datetime(text) if re.fullmatch(r"[\d-]+T[\d:]+", text) else None
        # In UTC at once: the first and the last day of the calendar may have none there.
        at = parsed and timezone.make_aware(parsed).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise Invalid(fields={"at": _("This is a date and a time.")})
    return at


def read_minutes(text: str) -> int | None:
    """In seconds; None where nothing was typed. Raises Invalid."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Invalid(fields={"minutes": _("This is a number of minutes.")})
    return 60 * int(text)
