"""What was done with a conversation, between what was said in it: given to somebody, moved, put off, closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, OuterRef, Subquery, TextField, UUIDField, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from rapport.interactions.models import ArrivalRun, Conversation
from rapport.interactions.queries.timeline import Entry
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Team, User
from rapport.platform.history.models import Change
from rapport.platform.resources.registry import RESOURCES

MOST = 50
COLUMNS = {"team_id": "team", "owner_id": "owner", "status": "status", "snoozed_until": "snoozed_until"}
"""The columns of whose changes is told, and their fields."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One change of one field. Of an owner and a department, `old` and `new` are names, empty for none."""

    id: str
    at: datetime
    who: str
    """Empty for Rapport itself."""
    origin: str
    rule: str
    """The name of the rule that did it."""
    field: str
    old: str
    new: str


def happenings(actor: Actor, conversation: UUID) -> list[Happening]:
    """The newest, oldest first, of a conversation that the actor may see all of, in the fields that they may read.

    One query.
    """
    readable = RESOURCES["conversations"].readable(actor)
    told = {column: field for column, field in COLUMNS.items() if field in readable}
    rows = Change.objects.filter(
        record_id=conversation, record_table=Conversation._meta.db_table, verb="update", changed__has_any_keys=[*told]
    )
    linked = {f"{column}_{end}": _linked(column, end) for column in LINKS for end in (0, 1)}
    names = {f"name_{key}": _name(LINKS[key[:-2]], key) for key in linked} | {
        "who": _name(User, "actor_id"),
        "rule": _rule(conversation),
    }
    newest: Any = rows.alias(**linked).annotate(**names).order_by("-pk").values()[:MOST]
    return [each for row in reversed(newest) for each in _of(row, told)]


LINKS: dict[str, Any] = {"team_id": Team, "owner_id": User}


def _linked(column: str, end: int) -> Combinable:
    return Cast(KeyTextTransform(end, KeyTransform(column, "changed")), UUIDField())


def _name(model: Any, key: str) -> Subquery:
    return Subquery(model._default_manager.filter(pk=OuterRef(key)).values("name")[:1])


def _rule(conversation: UUID) -> Any:
    """A rule's changes are of the moment of its run: one transaction."""
    runs = ArrivalRun.objects.filter(interaction__conversation=conversation, at=OuterRef("at"), is_match=True)
    name = Subquery(runs.order_by("pk").values("rule__name")[:1])
    return Case(When(origin=RULES, then=name), default=None, output_field=TextField())


RULES = "rule"
"""The origin of what rules do."""


def _of(row: dict[str, Any], told: dict[str, str]) -> Iterator[Happening]:
    for column, field in told.items():
        if column in row["changed"]:
            old, new = (_said(row, column, end) for end in (0, 1))
            yield Happening(
                f"{row['id']}-{field}", row["at"], row["who"] or "", row["origin"], row["rule"] or "", field, old, new
            )


def _said(row: dict[str, Any], column: str, end: int) -> str:
    value = row[f"name_{column}_{end}"] if column in LINKS else row["changed"][column][end]
    return value or ""


def between(entries: Sequence[Entry], happened: Sequence[Happening]) -> dict[UUID | None, list[Happening]]:
    """Each under the first entry that was said after it; under None what came last."""
    found: dict[UUID | None, list[Happening]] = defaultdict(list)
    for each in happened:
        found[next((entry.id for entry in entries if entry.at > each.at), None)].append(each)
    return dict(found)
