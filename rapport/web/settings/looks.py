"""Beginning and leaving the look at what somebody else sees."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rapport.platform.access import looking
from rapport.web.looking import KEY
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, ask_again, is_recent


@require_POST
@administrators_only
def begin(request: Request, user: UUID) -> HttpResponse:
    if not is_recent(request):
        return ask_again(request, "/settings/users")
    request.session[KEY] = str(looking.begin(user, actor=request.actor).pk)
    return redirect("/")


@require_POST
def leave(request: Request) -> HttpResponse:
    if look := request.session.pop(KEY, None):
        looking.end(UUID(look), actor=request.actor)
    return redirect("/settings/users" if request.actor.is_administrator else "/")
