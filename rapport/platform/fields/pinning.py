"""Saved views that somebody keeps in sight: their own, and those that others share with them."""

from __future__ import annotations

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.fields.models import PinnedView, SavedView


@action(SavedView, "pin", resource="saved_views", verb="view")
def pin(views: list[SavedView], *, actor: Actor) -> None:
    """Keeps views in the actor's own navigation."""
    rows = [PinnedView(user_id=actor.user_id, view=each) for each in views] if actor.user_id else []
    PinnedView.objects.bulk_create(rows, ignore_conflicts=True)


@action(SavedView, "unpin", resource="saved_views", verb="view")
def unpin(views: list[SavedView], *, actor: Actor) -> None:
    PinnedView.objects.filter(user=actor.user_id, view__in=views).delete()
