"""The saved views that a page shows: over a list its own, in the navigation those that somebody has pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from rapport.platform.access.actors import Actor
from rapport.platform.fields.models import PinnedView, SavedView


@dataclass(frozen=True, slots=True)
class View:
    id: UUID
    name: str
    resource: str
    query: dict[str, Any]
    owner_id: UUID
    is_pinned: bool
    """By the one who looks."""


def views_of(actor: Actor, resource: str = "", *, everywhere: bool = False) -> list[View]:
    """The pinned views, and with them all of one resource's or of all, as far as the actor may see them.

    Two queries at most.
    """
    pins = set(PinnedView.objects.filter(user=actor.reader_id).values_list("view_id", flat=True))
    if not pins and not resource and not everywhere:
        return []
    shown = Q() if everywhere else Q(pk__in=pins) | Q(resource=resource)
    rows = SavedView.objects.visible_to(actor).filter(shown).order_by("name", "pk")
    found = rows.values_list("pk", "name", "resource", "query", "owner_id")
    return [View(pk, name, of, asked, owner, pk in pins) for pk, name, of, asked, owner in found]
