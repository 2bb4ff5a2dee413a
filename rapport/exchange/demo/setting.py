"""What all blocks of a demonstration share: the colleagues, kinds of relationship, tags and the moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from rapport.exchange.demo.cultures import CULTURES, WEIGHTS
from rapport.exchange.demo.firms import TAGS
from rapport.exchange.demo.sizes import Size
from rapport.interactions.filing.audiences import AudienceBook, circles
from rapport.interactions.models import AudienceKind, Detail, OurAddress, OurOrganization, Target
from rapport.parties.models import RelationshipKind, Stage
from rapport.platform.access.house import furnish
from rapport.platform.access.models import Role, Team, User, UserRole
from rapport.platform.access.people import member_role
from rapport.platform.fields.models import Tag

OUR_NAME = "Nordlys Instruments"
OUR_DOMAIN = "nordlys.example"
TEAMS = {
    "Sales": "",
    "Sales North": "Sales",
    "Sales South": "Sales",
    "Support": "",
    "Finance": "",
    "Marketing": "",
}
WORKING = (
    "Sales North",
    "Sales South",
    "Support",
    "Sales North",
    "Sales South",
    "Support",
    "Finance",
    "Marketing",
)
"""The teams that colleagues are in, in turn."""
TRAINEE = "Trainee"
TRAINEE_GRANTS = {"*": {"view": "own", "create": "all", "edit": "own", "delete": "none", "export": "none"}}
HOUR = 3_600
TARGETS = {"customer": 4 * HOUR, "press": 2 * HOUR, "vendor": 16 * HOUR}


@dataclass(frozen=True, slots=True)
class Colleague:
    id: UUID
    name: str
    email: str
    team: UUID | None
    open_audience: int
    """Everyone may see it."""
    own_audience: int
    """Only they may."""


@dataclass(frozen=True, slots=True)
class Kind:
    id: UUID
    name: str
    position: int
    stages: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    size: Size
    seed: int
    now: datetime
    colleagues: tuple[Colleague, ...]
    kinds: dict[str, Kind]
    """By which standard kind they are; those that somebody has added, by name."""
    tags: tuple[UUID, ...]

    def chance(self, block: int) -> Random:
        return Random(f"{self.seed}:{block}")  # noqa: S311 - to be repeated, not to be secret


def prepare(size: Size, seed: int, now: datetime) -> Setting:
    """Makes what the blocks share, as far as it isn't there. Whoever can sign in already works along."""
    _name_ourselves()
    users = [
        *User.objects.filter(is_active=True, deleted_at=None).order_by("pk"),
        *_colleagues(size.colleagues),
    ]
    distinct = {user.pk: user for user in users}
    _targets()
    return Setting(size, seed, now, tuple(_with_audiences(distinct.values())), _kinds(), _tags())


def _name_ourselves() -> None:
    if OurOrganization.objects.filter(name="").update(name=OUR_NAME, country="GB"):
        furnish(name=OUR_NAME)
    OurAddress.objects.get_or_create(address=f"@{OUR_DOMAIN}")


def _colleagues(count: int) -> list[User]:
    """Users who can't sign in: they have no password, and there is no way for them to get one."""
    chance = Random(count)  # noqa: S311 - to be repeated, not to be secret
    teams, member = _teams(), member_role()
    trainee, _new = Role.objects.get_or_create(name=TRAINEE, defaults={"grants": TRAINEE_GRANTS})
    return [
        _colleague(chance, number, teams[WORKING[number % len(WORKING)]], trainee if number == count - 1 else member)
        for number in range(count)
    ]


def _teams() -> dict[str, Team]:
    made: dict[str, Team] = {}
    for name, parent in TEAMS.items():
        made[name], _new = Team.objects.get_or_create(name=name, defaults={"parent": made.get(parent)})
    return made


def _colleague(chance: Random, number: int, team: Team, role: Role) -> User:
    culture = chance.choices(CULTURES[:8], WEIGHTS[:8])[0]
    given, family = chance.choice(culture.given), chance.choice(culture.family)
    address = f"colleague{number + 1}@{OUR_DOMAIN}"
    found: User | None = User.objects.filter(email=address).first()
    if found is None:
        found = User.objects.create_user(address, None, name=f"{given.text} {family.text}", team=team)
        UserRole.objects.create(user=found, role=role)
        OurAddress.objects.get_or_create(address=address, defaults={"user": found})
    return found


def _with_audiences(users: Iterable[User]) -> Iterable[Colleague]:
    book = AudienceBook()
    for user in users:
        opened = circles(AudienceKind.EVERYONE, Detail.EVERYTHING, None, [user.pk])
        own = circles(AudienceKind.PARTICIPANTS, Detail.EVERYTHING, None, [user.pk])
        yield Colleague(user.pk, str(user), user.email, user.team_id, book.id_of(opened), book.id_of(own))


def _kinds() -> dict[str, Kind]:
    stages: dict[UUID, list[UUID]] = {}
    for stage, kind in Stage.objects.filter(deleted_at=None).order_by("position").values_list("pk", "kind_id"):
        stages.setdefault(kind, []).append(stage)
    rows = RelationshipKind.objects.filter(deleted_at=None).values_list("pk", "standard", "name", "position")
    return {
        standard or name: Kind(pk, name, position, tuple(stages.get(pk, ()))) for pk, standard, name, position in rows
    }


def _tags() -> tuple[UUID, ...]:
    return tuple(Tag.objects.get_or_create(name=name)[0].pk for name in TAGS)


def _targets() -> None:
    for name, seconds in TARGETS.items():
        kind = RelationshipKind.objects.filter(standard=name).first()
        if kind:
            Target.objects.get_or_create(relationship_kind=kind, channel="", defaults={"seconds": seconds})
