"""One record shared with a person or a team, beyond what their roles show: to read, or to work on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Share, Team, User
from rapport.platform.actions.registry import action
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit
from rapport.platform.records.models import Row


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody with whom a record is shared."""

    principal: UUID
    name: str
    is_team: bool
    may_edit: bool


def shareable(model: type[Row], resource: str) -> None:
    """Registers the verbs `share` and `unshare` for a resource: whoever may edit a record may share it."""

    @action(model, "share", resource=resource, accepts={"with_": "id", "may_edit": "boolean"})
    def share_records(records: list[Row], *, actor: Actor, with_: UUID, may_edit: bool = False) -> None:
        """Lets a user or a team see these, and change them with `may_edit`."""
        share(resource, records, with_, may_edit, actor)

    @action(model, "unshare", resource=resource, accepts={"with_": "id"})
    def unshare_records(records: list[Row], *, actor: Actor, with_: UUID) -> None:
        """Takes that back. What their roles show them, they go on seeing."""
        unshare(resource, records, with_, actor)


def check_principal(principal: UUID, actor: Actor) -> None:
    """Raises Invalid for what is no user who can sign in and no team, as far as the actor knows."""
    users = User.objects.visible_to(actor).filter(pk=principal, is_active=True)
    if not users.exists() and not Team.objects.visible_to(actor).filter(pk=principal).exists():
        raise Invalid(fields={"with_": _("There is no such user or team.")})


def share(resource: str, records: Iterable[models.Model], principal: UUID, may_edit: bool, actor: Actor) -> None:
    """Shares records that the actor has been let edit. Shared again, the newest word on editing holds."""
    check_principal(principal, actor)
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
