"""Tags on people and organisations, many at a time."""

from __future__ import annotations

from rapport.parties.models import Organization, Person
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.fields.tagging import add_tags, remove_tags


@action(Person, "add_tags", resource="people", accepts={"tags": "tags"})
def tag_people(people: list[Person], *, actor: Actor, tags: list[str]) -> None:
    """Puts tags on people; those that are new are made, where the actor may make tags."""
    add_tags("people", people, tags, actor=actor)


@action(Person, "remove_tags", resource="people", accepts={"tags": "tags"})
def untag_people(people: list[Person], *, actor: Actor, tags: list[str]) -> None:
    """Takes tags off people."""
    remove_tags("people", people, tags, actor=actor)


@action(Organization, "add_tags", resource="organizations", accepts={"tags": "tags"})
def tag_organizations(organizations: list[Organization], *, actor: Actor, tags: list[str]) -> None:
    """Puts tags on organisations, as `tag_people` does on people."""
    add_tags("organizations", organizations, tags, actor=actor)


@action(Organization, "remove_tags", resource="organizations", accepts={"tags": "tags"})
def untag_organizations(organizations: list[Organization], *, actor: Actor, tags: list[str]) -> None:
    """Takes tags off organisations."""
    remove_tags("organizations", organizations, tags, actor=actor)
