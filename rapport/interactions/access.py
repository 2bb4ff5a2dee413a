"""Which interactions an actor may see, and how much of them: by audience, whatever the roles say beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q

from rapport.platform.records.models import Rows
from rapport.platform.resources.statements import is_kept

if TYPE_CHECKING:
    from rapport.platform.access.actors import Actor

LEVELS = ("happened", "subject", "everything")
MOST_LISTED = 500
"""How many audiences are named in a query one by one; more than that are asked for inside it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The audiences that include an actor: the level of each, and their ids by what they let the actor see."""

    levels: dict[int, int]
    ids: dict[str, list[int]]
    is_whole: bool
    """False: there are more than `MOST_LISTED`, and these are some of them."""


_READING: ContextVar[dict[tuple[UUID, ...], Heard] | None] = ContextVar("reading", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """While a page is read (not written), the audiences that include its reader are asked for once.

    Audiences never change (what gets another visibility gets another audience), so that a list of them never
    lets anybody see more; what gets a new audience meanwhile is not in the page.
    """
    token = _READING.set({})
    try:
        yield
    finally:
        _READING.reset(token)


def _heard(actor: Actor) -> Heard | None:
    """None where nothing says that audiences may be remembered."""
    known = _READING.get()
    if known is None or is_kept():
        return None
    if actor.principals not in known:
        known[actor.principals] = _read_audiences(actor)
    return known[actor.principals]


def _read_audiences(actor: Actor) -> Heard:
    from rapport.interactions.models import Audience  # whose rows stand above this module

    mine = list(actor.principals)
    columns = [ExpressionWrapper(Q(**{f"{level}__overlap": mine}), BooleanField()) for level in LEVELS[1:]]
    rows = list(Audience.objects.filter(happened__overlap=mine).values_list("pk", *columns)[: MOST_LISTED + 1])
    levels = {pk: 2 if everything else 1 if subject else 0 for pk, subject, everything in rows}
    ids = {
        "happened": list(levels),
        "subject": [row[0] for row in rows if row[1]],
        "everything": [row[0] for row in rows if row[2]],
    }
    return Heard(levels, ids, len(rows) <= MOST_LISTED)


def seen_by(actor: Actor, detail: str = "happened", *, column: str = "audience") -> Q:
    """The audiences that include the actor, as a condition on rows with an `audience`.

    `detail` says how much they must let the actor see: happened, subject, everything.
    """
    if actor.is_system:
        return Q()
    heard = _heard(actor)
    if heard and heard.is_whole:
        return Q(**{f"{column}__in": heard.ids[detail]})
    # Asked in SQL, since audiences are many and principals few.
    from rapport.interactions.models import Audience

    audiences = Audience.objects.filter(**{f"{detail}__overlap": list(actor.principals)})
    return Q(**{f"{column}__in": audiences.values("pk")})


def levels(actor: Actor, audience_ids: Iterable[int]) -> dict[int, int]:
    """How much of what has each audience the actor sees: 0 that it happened, 1 the subject, 2 everything."""
    ids = set(audience_ids)
    if actor.is_system:
        return dict.fromkeys(ids, 2)
    heard = _heard(actor)
    if heard and heard.is_whole:
        return {each: heard.levels[each] for each in ids if each in heard.levels}
    from rapport.interactions.models import Audience

    mine = set(actor.principals)
    rows = Audience.objects.filter(pk__in=ids).values_list("pk", "subject", "everything")
    return {pk: 2 if mine & set(everything) else 1 if mine & set(subject) else 0 for pk, subject, everything in rows}


class InteractionRows(Rows):
    def body_visible_to(self, actor: Actor) -> Self:
        """The rows of which the actor may read everything."""
        return self.visible_to(actor).filter(seen_by(actor, "everything"))
