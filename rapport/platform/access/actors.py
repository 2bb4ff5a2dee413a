"""Who acts: a user with compiled rights, or the system itself."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from rapport.platform.access.grants import Grants, Level, Scope
from rapport.platform.access.models import AccessEpoch, Role, Team, User

EVERYONE = UUID(int=0)
EPOCH_FOLLOWERS: list[Callable[[int], None]] = []
"""What a process brings in line with the definitions in the database, as soon as it learns that these have changed."""
_FOLLOWING = Lock()
_followed = 0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class Actor:
    """Somebody doing something. `origin` says through which door: page, api, import, job, command.

    For as long as nobody's rights and no definition change, somebody with the same roles is the same object at the
    same door: what follows from an actor can be remembered by them.
    """

    user_id: UUID | None
    name: str
    origin: str
    grants: Grants
    team_ids: frozenset[UUID] = frozenset()
    """My team and those below it."""
    principals: tuple[UUID, ...] = (EVERYONE,)
    """What others may have shared with: me, my team and those above it, everyone."""
    time_zone: str = "UTC"
    epoch: int = 0
    """The state of all definitions (rights, custom fields, kinds and stages) that this actor was made under; 0: look
    it up."""
    looker_id: UUID | None = None
    """The administrator who looks at what `user_id` sees: who reads, and what nothing may be written as."""
    shared_with: tuple[UUID, ...] = ()
    """Principals whose shares count besides, while somebody is being looked as."""
    _memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def remembered(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` finds, asked once for as long as no definition changes: of what follows from them alone."""
        if not self.epoch:
            return find()
        if key not in self._memory:
            self._memory[key] = find()
        return self._memory[key]  # type: ignore[no-any-return]

    @classmethod
    def system(cls, origin: str) -> Actor:
        """Rapport itself: may do everything, is nobody."""
        return cls(None, "Rapport", origin, Grants(is_administrator=True))

    @property
    def reader_id(self) -> UUID | None:
        """Who sees what this actor is shown."""
        return self.looker_id or self.user_id

    @property
    def is_administrator(self) -> bool:
        return self.grants.is_administrator

    @property
    def is_system(self) -> bool:
        return self.user_id is None

    def scope(self, resource: str, verb: str) -> Scope:
        return self.grants.scope(resource, verb)

    def level(self, resource: str, field: str) -> Level:
        return self.grants.level(resource, field)

    def colleagues(self) -> Q:
        """The users of my team and below, myself included, as a condition on users."""
        return Q(pk=self.user_id) | Q(team_id__in=self.team_ids)


def actor_for(user: User, origin: str, *, epoch: int | None = None, role_ids: Iterable[UUID] = ()) -> Actor:
    """The actor that `user` is now; rights are compiled once per change of any user, team or role."""
    if epoch is None:
        epoch = epoch_now()
    else:
        follow(epoch)
    return _compiled(user.pk, origin, epoch, tuple(sorted(role_ids)))


def epoch_now() -> int:
    """The state of all definitions, which this process follows from here on."""
    epoch = AccessEpoch.objects.values_list("epoch", flat=True).get()
    follow(epoch)
    return epoch


def follow(epoch: int) -> None:
    """An epoch is never used twice: where it is the one that was followed last, nothing has changed."""
    global _followed  # noqa: PLW0603  one state of the registry per process
    if epoch == _followed:
        return
    with _FOLLOWING:
        for each in EPOCH_FOLLOWERS:
            each(epoch)
        _followed = epoch


@lru_cache(maxsize=2_000)
def _compiled(user_id: UUID, origin: str, epoch: int, role_ids: tuple[UUID, ...]) -> Actor:
    # `epoch` is part of the key, so that a process never uses rights that have since changed.
    user = User.objects.get(pk=user_id)
    roles = Role.objects.filter(users=user, deleted_at=None)
    if role_ids:
        roles = roles.filter(pk__in=role_ids)
    grants = Grants.unite(roles.values_list("is_administrator", "grants"))
    above, below = _around(user.team_id)
    return Actor(
        user.pk,
        str(user),
        origin,
        grants,
        frozenset(below),
        (user.pk, *above, EVERYONE),
        user.time_zone,
        epoch,
    )


def _around(team_id: UUID | None) -> tuple[list[UUID], list[UUID]]:
    """The teams from this one to the root, and this one with all below it."""
    if team_id is None:
        return [], []
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    above = _line(team_id, parents)
    return above, [each for each in parents if team_id in _line(each, parents)]


def _line(team_id: UUID | None, parents: Mapping[UUID, UUID | None]) -> list[UUID]:
    line: list[UUID] = []
    while team_id is not None and team_id not in line:
        line.append(team_id)
        team_id = parents.get(team_id)
    return line
