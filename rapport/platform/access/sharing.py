"""One record shared with a person or a team, beyond what their roles show: to read, or to work on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Share, Team, User
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody with whom a record is shared."""

    principal: UUID
    name: str
    is_team: bool
    may_edit: bool


def share(resource: str, records: Iterable[models.Model], principal: UUID, may_edit: bool, actor: Actor) -> None:
    """Shares records that the actor has been let edit. Shared again, the newest word on editing holds."""
    users = User.objects.visible_to(actor).filter(pk=principal, is_active=True)
    if not users.exists() and not Team.objects.visible_to(actor).filter(pk=principal).exists():
        raise Invalid(fields={"with_": _("There is no such user or team.")})
    rows = [
        Share(
            resource=resource, record_id=each.pk, principal_id=principal, may_edit=may_edit, shared_by_id=actor.user_id
        )
        for each in records
    ]
    Share.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["record_id", "principal_id", "resource"], update_fields=["may_edit"]
    )
    ids = [row.record_id for row in rows]
    emit(f"{resource}.shared", ids, actor=actor, data={"with": str(principal), "may_edit": may_edit})


def unshare(resource: str, records: Iterable[models.Model], principal: UUID, actor: Actor) -> None:
    """Takes shares back, of records that the actor has been let edit."""
    ids = [each.pk for each in records]
    Share.objects.filter(resource=resource, record_id__in=ids, principal_id=principal).delete()
    emit(f"{resource}.unshared", ids, actor=actor, data={"with": str(principal)})


def shares_of(resource: str, record: UUID, actor: Actor) -> list[Shared]:
    """With whom a record is shared that the actor may see, teams first. Three queries."""
    rows = Share.objects.filter(resource=resource, record_id=record)
    found = dict(rows.values_list("principal_id", "may_edit"))
    teams = Team.objects.visible_to(actor).filter(pk__in=found).order_by("name")
    users = User.objects.visible_to(actor).filter(pk__in=found).order_by("name", "email")
    listed = [Shared(team.pk, team.name, True, found[team.pk]) for team in teams]
    return listed + [Shared(user.pk, str(user), False, found[user.pk]) for user in users]
