"""The cast: who walks through every door in the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import Role, SetUp, Team, User, UserRole

SELLER = {
    "*": {"view": "team", "create": "all", "edit": "own", "delete": "own", "export": "own"},
}


def make_role(name: str, grants: dict[str, Any], *, administrator: bool = False) -> Role:
    return Role.objects.create(name=name, grants=grants, is_administrator=administrator)


def make_user(email: str, *roles: Role, team: Team | None = None, name: str = "") -> User:
    user = User.objects.create_user(email, name=name or email.partition("@")[0].capitalize(), team=team)
    for role in roles:
        UserRole.objects.create(user=user, role=role)
    return user


@dataclass(frozen=True)
class Cast:
    """An owner, a team mate, somebody of another team, and an administrator."""

    owner: User
    mate: User
    outsider: User
    administrator: User

    def actor(self, name: str, origin: str = "page") -> Actor:
        return actor_for(getattr(self, name), origin)


def make_cast() -> Cast:
    """The cast, in a Rapport whose set-up is done."""
    SetUp.objects.update(done_at=timezone.now())
    seller = make_role("Seller", SELLER)
    rule = make_role("Administrator", {}, administrator=True)
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    return Cast(
        make_user("owner@ours.example", seller, team=north),
        make_user("mate@ours.example", seller, team=north),
        make_user("outsider@ours.example", seller, team=south),
        make_user("administrator@ours.example", rule),
    )
