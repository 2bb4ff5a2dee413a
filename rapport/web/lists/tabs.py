"""The tabs over a list: all, mine, each kind of relationship, and the views that people have saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from rapport.parties.models import RelationshipKind
from rapport.platform.access.actors import Actor
from rapport.platform.resources.query import Query
from rapport.platform.resources.registry import Resource
from rapport.web.lists.address import LAYOUT, PLACE, Parameters, address, query_string
from rapport.web.saved import View


@dataclass(frozen=True, slots=True)
class Tab:
    label: Any
    href: str
    is_current: bool
    saved: UUID | None = None
    """The view behind this tab, where its owner may remove it."""
    is_pinned: bool = False


def tabs(query: Query, actor: Actor, given: Parameters, views: Iterable[View]) -> list[Tab]:
    narrowing = {n: v for n, v in given.items() if n not in ("order", "fields", *PLACE, *LAYOUT)}
    quick = list(_quick(query.resource, actor, narrowing))
    saved = list(_saved(query.resource, actor, given, views))
    current = any(tab.is_current for tab in (*quick, *saved))
    pinned = [tab for tab in saved if tab.is_pinned]
    others = [tab for tab in saved if not tab.is_pinned]
    return [Tab(_("All"), address(query.resource, {}), not current and not narrowing), *pinned, *quick, *others]


def _quick(resource: Resource, actor: Actor, narrowing: dict[str, str]) -> Iterator[Tab]:
    readable = resource.readable(actor)
    if "owner" in readable and actor.user_id:
        mine = {"owner": str(actor.user_id)}
        yield Tab(_("Mine"), address(resource, mine), narrowing == mine)
    if "relationship" in readable:
        for kind, plural in actor.remembered("kinds", lambda: _kinds(actor)):
            only = {"relationship": str(kind)}
            yield Tab(plural, address(resource, only), narrowing == only)


def _kinds(actor: Actor) -> list[tuple[UUID, str]]:
    return list(RelationshipKind.objects.visible_to(actor).order_by("position").values_list("pk", "plural"))


def _saved(resource: Resource, actor: Actor, given: Parameters, views: Iterable[View]) -> Iterator[Tab]:
    asked = query_string(given)
    for view in views:
        if view.resource == resource.name:
            mine = view.owner_id == actor.user_id
            is_current = bool(asked) and query_string(view.query) == asked
            yield Tab(view.name, address(resource, view.query), is_current, view.id if mine else None, view.is_pinned)
