"""Who works here: added with a role and a team, changed, and disabled when they leave."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.platform.access.leaving import disable_users, enable_users, work_of
from rapport.platform.access.models import Role, Team, User
from rapport.platform.access.people import set_password
from rapport.platform.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.request import Request, read_id
from rapport.web.settings.frame import (
    administrators_only,
    ask_again,
    is_recent,
    recently_signed_in,
    settings_page,
)
from rapport.web.settings.invitations import listed
from rapport.web.settings.rights import matrix

NOBODY = "nobody"
"""What the form says when work is to stay without an owner."""


@require_safe
@administrators_only
def index(request: Request) -> HttpResponse:
    users = User.objects.visible_to(request.actor).select_related("team").prefetch_related("roles")
    ordered = users.order_by("-is_active", "name", "email")
    return settings_page(request, "settings/users.html", users=ordered, invitations=listed(request))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@recently_signed_in
def add(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _form(request, None, {}, {})
    sent = request.POST
    try:
        with transaction.atomic():
            made: Any = verbs.create(RESOURCES["users"], _values(sent), actor=request.actor)
            if sent.get("password"):
                set_password(made, sent["password"])
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _form(request, None, sent, problem.fields)
    messages.success(request, _("%(name)s can sign in now.") % {"name": sent.get("name") or sent["email"]})
    return redirect("/settings/users")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@recently_signed_in
def change(request: Request, user: UUID) -> HttpResponse:
    found = _user(request, user)
    if request.method != "POST":
        return _form(request, found, {"name": found.name, "email": found.email}, {})
    try:
        values = {"roles": [], **_values(request.POST)}
        values.pop("email", None)
        verbs.update(RESOURCES["users"], [found.pk], values, actor=request.actor)
    except (Invalid, Conflict) as problem:
        return _form(request, found, request.POST, problem.fields or {"roles": problem.detail})
    messages.success(request, _("Changed."))
    return redirect("/settings/users")


def _values(sent: QueryDict) -> dict[str, Any]:
    """A user's values as the form names them; without a role, the usual one is given to somebody new."""
    values: dict[str, Any] = {name: sent.get(name, "").strip() for name in ("name", "email")}
    values["team"] = sent.get("team") or None
    if roles := sent.getlist("roles"):
        values["roles"] = [str(each) for each in roles]
    return values


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@recently_signed_in
def end(request: Request, user: UUID) -> HttpResponse:
    """Disables a user, once it is said who takes over what they look after."""
    found = _user(request, user)
    if request.method != "POST":
        return _leaving(request, found, {})
    successor = request.POST.get("successor", "")
    try:
        disable_users(
            [found.pk],
            actor=request.actor,
            successor=read_id(successor) if successor not in ("", NOBODY) else None,
            unowned=successor == NOBODY,
        )
    except (Invalid, Conflict) as problem:
        return _leaving(request, found, problem.fields or {"successor": problem.detail})
    messages.success(request, _("%(name)s can't sign in any more.") % {"name": found})
    return redirect("/settings/users")


def _leaving(request: Request, user: User, problems: dict[str, str]) -> HttpResponse:
    staying = User.objects.visible_to(request.actor).filter(is_active=True).exclude(pk=user.pk)
    return settings_page(
        request,
        "settings/leaving.html",
        status=422 if problems else 200,
        user=user,
        work=work_of(user),
        nobody=NOBODY,
        mates=staying.filter(team=user.team_id).order_by("name") if user.team_id else [],
        others=staying.exclude(team=user.team_id).order_by("name") if user.team_id else staying.order_by("name"),
        problems=problems,
    )


@require_POST
@administrators_only
def begin_again(request: Request, user: UUID) -> HttpResponse:
    if not is_recent(request):
        return ask_again(request, "/settings/users")
    found = _user(request, user)
    enable_users([found.pk], actor=request.actor)
    messages.success(request, _("%(name)s can sign in again.") % {"name": found})
    return redirect("/settings/users")


def _user(request: Request, user: UUID) -> User:
    found: User | None = User.objects.visible_to(request.actor).filter(pk=user).first()
    if found is None:
        raise NotFound()
    return found


def _form(request: Request, user: User | None, values: Any, problems: dict[str, str]) -> HttpResponse:
    held = set(user.roles.values_list("pk", flat=True)) if user else set()
    return settings_page(
        request,
        "settings/user.html",
        status=422 if problems else 200,
        user=user,
        values=values,
        problems=problems,
        teams=Team.objects.kept().order_by("name"),
        roles=Role.objects.kept().order_by("name"),
        held=held,
        rows=matrix([list(user.roles.filter(deleted_at=None))], request.actor) if user else [],
    )
