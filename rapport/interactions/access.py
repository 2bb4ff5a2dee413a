"""Which interactions an actor may see, and how much of them: by audience, whatever the roles say beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from rapport.platform.records.models import Rows

if TYPE_CHECKING:
    from rapport.platform.access.actors import Actor


def seen_by(actor: Actor, detail: str = "happened", *, column: str = "audience") -> Q:
    """The audiences that include the actor, as a condition on rows with an `audience`.

    `detail` says how much they must let the actor see: happened, subject, everything.
    """
    if actor.is_system:
        return Q()
    # Asked in SQL, since audiences are many and principals few.
    from rapport.interactions.models import Audience

    audiences = Audience.objects.filter(**{f"{detail}__overlap": list(actor.principals)})
    return Q(**{f"{column}__in": audiences.values("pk")})


class ConversationRows(Rows):
    def subject_visible_to(self, actor: Actor) -> Self:
        return self.filter(seen_by(actor, "subject"))


class InteractionRows(Rows):
    def body_visible_to(self, actor: Actor) -> Self:
        """The rows of which the actor may read everything."""
        return self.visible_to(actor).filter(seen_by(actor, "everything"))

    def subject_visible_to(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(seen_by(actor, "subject"))
