"""Rights as a matrix that a person can read: what one role, or several together, allow on each kind of record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Grants, Level, Scope
from rapport.platform.access.models import Role
from rapport.platform.resources.registry import Resource
from rapport.web.request import Request
from rapport.web.settings.frame import administrators_only, settings_page
from rapport.web.settings.roles import SCOPES, VERB_WORDS, granted

SCOPE_WORDS = dict(SCOPES)
WIDEST_FIRST = (Scope.ALL, Scope.TEAM, Scope.OWN)


@dataclass(frozen=True, slots=True)
class Cell:
    """What is allowed on one kind of record: verbs by whose, the widest first; and fields held back."""

    allowed: list[tuple[Any, str]]
    hidden: list[Any]
    read_only: list[Any]


@require_safe
@administrators_only
def roles(request: Request) -> HttpResponse:
    listed = list(Role.objects.visible_to(request.actor).prefetch_related("users").order_by("name"))
    rows = matrix([[role] for role in listed], request.actor)
    return settings_page(request, "settings/roles.html", roles=listed, rows=rows)


def matrix(columns: Iterable[list[Role]], actor: Actor) -> list[tuple[Resource, list[Cell]]]:
    """A row for each kind of record, with a cell for each set of roles. Roles that are held together unite."""
    grants = [Grants.unite([(role.is_administrator, role.grants) for role in roles]) for roles in columns]
    return [(resource, [_cell(resource, each, actor) for each in grants]) for resource in granted()]


def _cell(resource: Resource, grants: Grants, actor: Actor) -> Cell:
    by_scope = {scope: _verbs(resource, grants, scope) for scope in WIDEST_FIRST}
    allowed = [(SCOPE_WORDS[scope.name.lower()], verbs) for scope, verbs in by_scope.items() if verbs]
    levels = {name: grants.level(resource.name, name) for name in resource.all_fields(actor)} if allowed else {}
    labels = {name: field.label for name, field in resource.all_fields(actor).items()}
    return Cell(
        allowed,
        [labels[name] for name, level in levels.items() if level == Level.HIDDEN],
        [labels[name] for name, level in levels.items() if level == Level.READ],
    )


def _verbs(resource: Resource, grants: Grants, scope: Scope) -> str:
    """Adding concerns nobody's records yet: whoever may add at all, adds."""
    found = []
    for verb, words in VERB_WORDS.items():
        held = grants.scope(resource.name, verb) if verb in resource.rights else Scope.NONE
        if (Scope.ALL if verb == "create" and held else held) == scope:
            found.append(str(words))
    return ", ".join(found)
