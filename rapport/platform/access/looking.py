"""Showing an administrator what somebody else sees: to look, never to act, and noted as the administrator's.

What is somebody's alone stays so, and what an administrator may not read themselves doesn't become readable:
see docs/decisions/0012-showing-what-somebody-sees.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import Look, User
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.history.context import assume

LASTS = timedelta(minutes=30)


@transaction.atomic
def begin(user: UUID, *, actor: Actor) -> Look:
    """Raises Forbidden, NotFound, and Invalid for oneself."""
    if actor.user_id is None or not actor.is_administrator or actor.looker_id:
        raise Forbidden()
    found = User.objects.visible_to(actor).filter(pk=user, is_active=True).first()
    if found is None:
        raise NotFound()
    if found.pk == actor.user_id:
        raise Invalid(_("You see that already."))
    assume(actor)
    return Look.objects.create(looker_id=actor.user_id, user=found)


@transaction.atomic
def end(look: UUID, *, actor: Actor) -> None:
    """Ends what the actor began; nothing happens where it has ended."""
    assume(actor)
    Look.objects.filter(pk=look, looker_id=actor.user_id, ended_at=None).update(ended_at=timezone.now())


def seen_through(look: UUID, looker: Actor) -> Actor | None:
    """Who an administrator looks as; None once that has ended, or may no longer be. One query."""
    if not looker.is_administrator:
        return None
    lasting = Look.objects.filter(ended_at=None, began_at__gt=timezone.now() - LASTS, user__is_active=True)
    found = lasting.filter(pk=look, looker_id=looker.user_id).select_related("user").first()
    return _as(looker, actor_for(found.user, "page", epoch=looker.epoch)) if found else None


@lru_cache(maxsize=100)
def _as(looker: Actor, shown: Actor) -> Actor:
    """Sees what `shown` does; of what hangs on who one is (mail above all), only what is also for the looker."""
    return replace(
        shown,
        origin=f"look:{shown.user_id}",
        principals=tuple(each for each in shown.principals if each in looker.principals),
        shared_with=shown.principals,
        looker_id=looker.user_id,
    )


def looks_at(user: UUID, limit: int = 5) -> list[Look]:
    """The last times that somebody looked as this user."""
    return list(Look.objects.filter(user=user).select_related("looker").order_by("-began_at")[:limit])
