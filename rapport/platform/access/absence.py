"""Who is away, and who stands in for them: sees what comes for them beside their own, as far as their own rights go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Absence, User
from rapport.platform.actions.registry import lock
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.history.context import assume


@dataclass(frozen=True, slots=True)
class StandsIn:
    """For whom somebody stands in, and when."""

    user_id: UUID
    name: str
    begins_on: date
    ends_on: date


def standing_in(actor: Actor) -> list[StandsIn]:
    """For whom the actor stands in today. Asked once for as long as nobody's absence changes."""
    known = actor.remembered("absences", lambda: _standing_in(actor))
    today = timezone.localdate()
    return [each for each in known if each.begins_on <= today <= each.ends_on]


def _standing_in(actor: Actor) -> list[StandsIn]:
    rows = Absence.objects.filter(delegate=actor.user_id, user__is_active=True).select_related("user")
    return [StandsIn(row.user_id, str(row.user), row.begins_on, row.ends_on) for row in rows.order_by("ends_on", "pk")]


def answered_for(actor: Actor) -> list[UUID | None]:
    """Whose work is shown to the actor as theirs: their own, and that of those for whom they stand in today."""
    return [actor.user_id, *(each.user_id for each in standing_in(actor))]


def delegates(users: Collection[UUID]) -> dict[UUID, UUID]:
    """Who stands in today, by those who are away. One query."""
    today = timezone.localdate()
    rows = Absence.objects.filter(user__in=users, begins_on__lte=today, ends_on__gte=today, delegate__is_active=True)
    return dict(rows.values_list("user", "delegate"))


def absences_of(user: UUID) -> list[Absence]:
    """What goes on or is still to come."""
    rows = Absence.objects.filter(user=user, ends_on__gte=timezone.localdate()).select_related("delegate")
    return list(rows.order_by("begins_on"))


@transaction.atomic
def say_away(user: UUID, *, delegate: UUID, begins_on: date, ends_on: date, actor: Actor) -> Absence:
    """Raises Forbidden for anybody's but one's own, which administrators may say; NotFound, Invalid."""
    _admit(user, actor)
    if ends_on < begins_on or ends_on < timezone.localdate():
        raise Invalid(fields={"ends_on": _("This is before it begins, or over.")})
    found = User.objects.visible_to(actor).filter(pk=delegate, is_active=True).exclude(pk=user)
    if not found.exists():
        raise Invalid(fields={"delegate": _("Choose a colleague who stays.")})
    lock(f"access.absence.{user}")
    if Absence.objects.filter(user=user, begins_on__lte=ends_on, ends_on__gte=begins_on).exists():
        raise Invalid(fields={"begins_on": _("There is an absence at that time already.")})
    return Absence.objects.create(user_id=user, delegate_id=delegate, begins_on=begins_on, ends_on=ends_on)


@transaction.atomic
def take_back(absence: UUID, *, actor: Actor) -> UUID:
    """Ends, or calls off, an absence; says whose it was. Raises Forbidden, NotFound."""
    found = Absence.objects.filter(pk=absence).first()
    if found is None or (found.user_id != actor.user_id and not actor.is_administrator):
        raise NotFound()
    _admit(found.user_id, actor)
    found.delete()
    return UUID(str(found.user_id))


def _admit(user: UUID, actor: Actor) -> None:
    if user != actor.user_id and not actor.is_administrator:
        raise Forbidden()
    if not User.objects.visible_to(actor).filter(pk=user).exists():
        raise NotFound()
    assume(actor)
