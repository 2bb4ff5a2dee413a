"""Roles: a matrix of resources and verbs, and the level of each field."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import VERBS
from rapport.platform.access.models import Role
from rapport.platform.access.resources import Directory
from rapport.platform.errors import NotFound, Problem
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, recently_signed_in, settings_page

SCOPES = [
    ("all", gettext_lazy("all")),
    ("team", gettext_lazy("my team's")),
    ("own", gettext_lazy("own")),
    ("none", gettext_lazy("none")),
]
LEVELS = [("edit", gettext_lazy("edit")), ("read", gettext_lazy("read")), ("hidden", gettext_lazy("hidden"))]
NOT_GRANTED = ("saved_views", "files")
"""Whose rights follow from who made them, and from the records that they are on."""
VERB_WORDS = {
    "view": gettext_lazy("See"),
    "create": gettext_lazy("Add"),
    "edit": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"),
    "export": gettext_lazy("Export"),
}


def granted() -> list[Resource]:
    """The resources whose rights roles decide: directories and children follow from elsewhere."""
    return [
        each
        for each in RESOURCES.values()
        if each.is_door and not each.parent and not isinstance(each, Directory) and each.name not in NOT_GRANTED
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
@recently_signed_in
def edit(request: Request, role: UUID | None = None) -> HttpResponse:
    found = _role(request, role) if role else None
    if request.method != "POST":
        return _form(request, found, found.grants if found else {}, {})
    grants = read_grants(request.POST, found.grants if found else {}, request.actor)
    values = {
        "name": request.POST.get("name", ""),
        "description": request.POST.get("description", ""),
        "is_administrator": request.POST.get("is_administrator") == "true",
        "grants": grants,
    }
    try:
        if found:
            verbs.update(RESOURCES["roles"], [found.pk], values, actor=request.actor)
        else:
            verbs.create(RESOURCES["roles"], values, actor=request.actor)
    except Problem as problem:
        return _form(request, found, grants, problem.fields or {"": problem.detail})
    messages.success(request, _("The role is saved; it holds from now on."))
    return redirect("/settings/roles")


def read_grants(sent: QueryDict, kept: dict[str, dict[str, Any]], actor: Actor) -> dict[str, dict[str, Any]]:
    """The grants that the matrix says. A row in which nothing is chosen follows the row of everything.

    What the form doesn't show, as of a kind or a field that is in the trash, stays as it was `kept`.
    """
    shown = ("*", *(each.name for each in granted()))
    found = {name: grant for name, grant in kept.items() if name not in shown}
    for name in shown:
        rights = [verb for verb in VERBS if name == "*" or verb in RESOURCES[name].rights]
        row: dict[str, Any] = {verb: sent[f"{name}.{verb}"] for verb in rights if sent.get(f"{name}.{verb}")}
        prefix = f"{name}.field."
        fields = RESOURCES[name].all_fields(actor) if name != "*" and RESOURCES[name].page else {}
        unseen = kept.get(name, {}).get("fields", {})
        levels = {field: level for field, level in unseen.items() if field not in fields} if name != "*" else {}
        levels |= {key.removeprefix(prefix): level for key, level in sent.items() if key.startswith(prefix) and level}
        if row:
            found[name] = row | ({"fields": levels} if levels else {})
    return found


def _role(request: Request, role: UUID) -> Role:
    found: Role | None = Role.objects.visible_to(request.actor).filter(pk=role).first()
    if found is None:
        raise NotFound()
    return found


def _form(request: Request, role: Role | None, grants: dict[str, Any], problems: dict[str, str]) -> HttpResponse:
    return settings_page(
        request,
        "settings/role.html",
        status=422 if problems else 200,
        role=role,
        sent=request.POST,
        grants=grants,
        problems=problems,
        resources=granted(),
        fields={each.name: each.all_fields(request.actor) for each in granted() if each.page},
        verbs=VERB_WORDS,
        scopes=SCOPES,
        levels=LEVELS,
    )
