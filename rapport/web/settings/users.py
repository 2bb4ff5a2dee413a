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

from rapport.platform.access.models import Role, Team, User, UserRole
from rapport.platform.access.people import add_user, disable
from rapport.platform.errors import Invalid, NotFound, Problem
from rapport.platform.history.context import assume
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, settings_page


@require_safe
@administrators_only
def index(request: Request) -> HttpResponse:
    users = User.objects.visible_to(request.actor).select_related("team").prefetch_related("roles")
    return settings_page(request, "settings/users.html", users=users.order_by("-is_active", "name", "email"))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def add(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _form(request, None, {}, {})
    sent = request.POST
    try:
        with transaction.atomic():
            assume(request.actor)
            add_user(
                sent.get("email", ""),
                sent.get("password") or None,
                name=sent.get("name", "").strip(),
                team=_team(sent),
                roles=_roles(sent),
            )
    except NotFound:
        raise
    except Problem as problem:
        return _form(request, None, sent, problem.fields)
    messages.success(request, _("%(name)s can sign in now.") % {"name": sent.get("name") or sent["email"]})
    return redirect("/settings/users")


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def change(request: Request, user: UUID) -> HttpResponse:
    found = _user(request, user)
    if request.method != "POST":
        return _form(request, found, {"name": found.name, "email": found.email}, {})
    try:
        with transaction.atomic():
            assume(request.actor)
            _change(found, request.POST, is_self=found.pk == request.actor.user_id)
    except Invalid as problem:
        return _form(request, found, request.POST, problem.fields)
    messages.success(request, _("Changed."))
    return redirect("/settings/users")


def _change(user: User, sent: QueryDict, *, is_self: bool) -> None:
    roles = _roles(sent)
    if not roles:
        raise Invalid(fields={"roles": _("Give at least one role.")})
    if is_self and not any(role.is_administrator for role in roles):
        raise Invalid(fields={"roles": _("You can't take the administrator's role from yourself.")})
    user.name, user.team = sent.get("name", "").strip(), _team(sent)
    user.save(update_fields=["name", "team"])
    UserRole.objects.filter(user=user).exclude(role__in=roles).delete()
    UserRole.objects.bulk_create([UserRole(user=user, role=role) for role in roles], ignore_conflicts=True)


@require_POST
@administrators_only
def end(request: Request, user: UUID) -> HttpResponse:
    """Disables a user: sessions and tokens end at once."""
    found = _user(request, user)
    if found.pk == request.actor.user_id:
        raise Invalid(_("You can't disable yourself."))
    with transaction.atomic():
        assume(request.actor)
        disable(found)
    messages.success(request, _("%(name)s can't sign in any more.") % {"name": found})
    return redirect("/settings/users")


def _user(request: Request, user: UUID) -> User:
    found: User | None = User.objects.visible_to(request.actor).filter(pk=user).first()
    if found is None:
        raise NotFound()
    return found


def _team(sent: QueryDict) -> Team | None:
    return Team.objects.kept().filter(pk=_id(str(sent["team"]))).first() if sent.get("team") else None


def _roles(sent: QueryDict) -> list[Role]:
    return list(Role.objects.kept().filter(pk__in=[_id(str(each)) for each in sent.getlist("roles")]))


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


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
    )
