"""People and organisations shared with somebody whose role would not show them."""

from __future__ import annotations

from uuid import UUID

from rapport.parties.models import Organization, Person
from rapport.platform.access import sharing
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action

ACCEPTS = {"with_": "id", "may_edit": "boolean"}


@action(Person, "share", resource="people", accepts=ACCEPTS)
def share_people(people: list[Person], *, actor: Actor, with_: UUID, may_edit: bool = False) -> None:
    """Lets a user or a team see these people, and change them with `may_edit`."""
    sharing.share("people", people, with_, may_edit, actor)


@action(Person, "unshare", resource="people", accepts={"with_": "id"})
def unshare_people(people: list[Person], *, actor: Actor, with_: UUID) -> None:
    """Takes that back. What their roles show them, they go on seeing."""
    sharing.unshare("people", people, with_, actor)


@action(Organization, "share", resource="organizations", accepts=ACCEPTS)
def share_organizations(
    organizations: list[Organization], *, actor: Actor, with_: UUID, may_edit: bool = False
) -> None:
    """Lets a user or a team see these organisations, and change them with `may_edit`."""
    sharing.share("organizations", organizations, with_, may_edit, actor)


@action(Organization, "unshare", resource="organizations", accepts={"with_": "id"})
def unshare_organizations(organizations: list[Organization], *, actor: Actor, with_: UUID) -> None:
    """Takes that back, as `unshare_people` does."""
    sharing.unshare("organizations", organizations, with_, actor)
