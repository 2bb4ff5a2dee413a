"""Who may read a conversation, by name, and why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rapport.interactions.access import LEVELS, seen_by
from rapport.interactions.models import Audience, Conversation, Interaction
from rapport.platform.access.actors import EVERYONE, Actor
from rapport.platform.access.models import Team, User


@dataclass(frozen=True, slots=True)
class Reader:
    id: UUID
    name: str
    is_team: bool
    is_invited: bool
    """Somebody has shared the conversation with them by hand."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Who may read all of at least one message. `everyone` says what all the others get to know."""

    everyone: str
    """everything, subject, happened, or nothing."""
    named: list[Reader]
    is_set: bool
    """A person has said so; otherwise it is as the archive says."""
    shown_to: str

    @property
    def invited(self) -> list[Reader]:
        return [each for each in self.named if each.is_invited]

    @property
    def are_participants(self) -> bool:
        """Nobody but those who took part."""
        return self.everyone == "" and not any(each.is_team or each.is_invited for each in self.named)


def readers_of(row: Conversation, actor: Actor) -> Readers:
    """Of a conversation that the actor may see: of as much of it as they see themselves. Three queries."""
    seen = Interaction.objects.filter(seen_by(actor), conversation=row, deleted_at=None)
    audiences = list(Audience.objects.filter(pk__in=seen.values("audience")))
    told = (level for level in reversed(LEVELS) if any(EVERYONE in getattr(each, level) for each in audiences))
    readers = {principal for audience in audiences for principal in audience.everything}
    named = _named(readers | set(row.shared_with), set(row.shared_with), actor)
    return Readers(next(told, ""), named, row.is_visibility_set, row.shown_to)


def _named(principals: set[UUID], invited: set[UUID], actor: Actor) -> list[Reader]:
    users = User.objects.visible_to(actor).filter(pk__in=principals).order_by("name", "email")
    teams = Team.objects.visible_to(actor).filter(pk__in=principals).order_by("name")
    found = [Reader(team.pk, team.name, True, team.pk in invited) for team in teams]
    return found + [Reader(user.pk, str(user), False, user.pk in invited) for user in users]
