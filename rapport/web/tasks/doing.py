"""What is done with a task where it stands: done, open again, put off, given away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from rapport.interactions.actions.tasks import today_of
from rapport.interactions.queries.tasks import one
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import NotFound
from rapport.web.request import Request, is_fragment, way_back
from rapport.web.shell import fragment

DONE: Mapping[str, Any] = {
    "complete": _("Done."),
    "reopen": _("The task is open again."),
    "snooze": _("Out of sight until then."),
    "assign": _("The task is theirs now."),
}
UNDO = {"complete": "reopen", "reopen": "complete"}


@require_POST
def act(request: Request, task: UUID, verb: str) -> HttpResponse:
    """One of the verbs over tasks. As a fragment, answers the task's line as it is then."""
    if verb not in DONE:
        raise NotFound()
    action = action_of("tasks", verb)
    values = {name: request.POST[name] for name in action.accepts if request.POST.get(name)}
    action.call([task], values, request.actor)
    if is_fragment(request):
        return _line(request, task)
    messages.success(request, DONE[verb], extra_tags=f"/tasks/{task}/{UNDO[verb]}|" if verb in UNDO else "")
    return redirect(way_back(request, f"/tasks/{task}/"))


def _line(request: Request, task: UUID) -> HttpResponse:
    line = one(request.actor, task)
    if line is None:
        return HttpResponse()
    return fragment(request, "tasks/changed.html", task=line, today=today_of(request.actor))
