"""The columns of a board: the values of a choice, and of days those to which something can be put off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, TextField, Value, When
from django.utils.translation import gettext as _

from rapport.interactions.actions.tasks import today_of
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.tree import Comparison, Node, Not, Operand
from rapport.platform.resources.grouping import key_of, text_of
from rapport.platform.resources.query import Query
from rapport.platform.resources.registry import Resource
from rapport.web.forms import options_of
from rapport.web.lists.narrowing import having, narrowed, without

MOST_EMPTY = 12
"""Up to how many values a choice also shows those that nothing has."""
BEFORE, TODAY, TOMORROW, LATER = "before", "today", "tomorrow", "later"
DONE = "done"


@dataclass(frozen=True, slots=True)
class Lane:
    """`key` is empty for what has no value; `condition` says in words what is in it."""

    key: str
    label: Any
    condition: Node

    def where(self, query: Query, actor: Actor) -> str:
        """The list's condition in words, narrowed to this."""
        return narrowed(query, self.condition, actor)


def is_end(resource: Resource, field: Field) -> bool:
    """Whether the field says when something was done, so that columns are what is open, and what is done."""
    return field.kind_name == "datetime" and field.name == "done_at" and (resource.name, "complete") in ACTIONS


def key(field: Field, actor: Actor) -> Any:
    """The expression that says in which column a row is."""
    if field.kind_name == "datetime":
        return Case(
            When(**{f"{field.source}__isnull": False}, then=Value(DONE)), default=Value(""), output_field=TextField()
        )
    if field.kind_name != "date":
        return key_of(field, actor)
    today, day = today_of(actor), field.source
    return Case(
        When(**{f"{day}__lt": today}, then=Value(BEFORE)),
        When(**{day: today}, then=Value(TODAY)),
        When(**{day: today + timedelta(days=1)}, then=Value(TOMORROW)),
        When(**{f"{day}__isnull": False}, then=Value(LATER)),
        default=Value(""),
        output_field=TextField(),
    )


def is_open(field: Field, lane: Lane) -> bool:
    """Whether a card can be put there: *later* says no day, and nothing becomes overdue by being put there."""
    if field.kind_name == "date":
        return lane.key in ("", TODAY, TOMORROW)
    if field.kind_name == "datetime":
        return True
    return bool(lane.key) or not field.required


def seen_in(field: Field, row: Mapping[str, Any]) -> str:
    """The value of the field as a form sends it: what a card says of where it was."""
    value = row.get(field.name)
    return text_of(value["id"] if isinstance(value, dict) else value)


def value_at(field: Field, key: str, actor: Actor) -> str | None:
    """What a field becomes where a card is put."""
    if field.kind_name != "date" or not key:
        return key or None
    return {TODAY: today_of(actor), TOMORROW: today_of(actor) + timedelta(days=1)}[key].isoformat()


def lanes(query: Query, field: Field, counts: Mapping[str, int], actor: Actor) -> list[Lane]:
    """In the order in which somebody would look for them; what has no value comes last."""
    if field.kind_name == "date":
        return list(_days(field, actor))
    if field.kind_name == "datetime":
        return [Lane("", _("Open"), having(field, "")), Lane(DONE, field.label, Not(having(field, "")))]
    known = _known(query, field, actor)
    shown = known if len(known) <= MOST_EMPTY else [(key, label) for key, label in known if key in counts]
    strange = sorted(set(counts) - {key for key, _label in known} - {""})
    hidden = _("somebody you may not see")
    listed = [*shown, *((each, hidden if field.target else each) for each in strange)]
    found = [Lane(key, label, having(field, key)) for key, label in listed]
    return [*found, *_without(field)] if "" in counts or field.kind_name != "boolean" else found


def _known(query: Query, field: Field, actor: Actor) -> list[tuple[str, Any]]:
    if field.kind_name == "boolean":
        return [("true", _("Yes")), ("false", _("No"))]
    narrowed = {each.path: each.value for each in query.filters if each.operator == "eq"}
    options = options_of(field, actor, {"relationship": narrowed.get("relationship")}) or []
    return [(str(key), label) for key, label in options if key != ""]


def _without(field: Field) -> Iterator[Lane]:
    if field.nullable or field.custom or not field.required:
        yield Lane("", without(field), having(field, ""))


def _days(field: Field, actor: Actor) -> Iterator[Lane]:
    today = today_of(actor)
    tomorrow = today + timedelta(days=1)
    yield Lane(BEFORE, _("Before today"), _compared(field, "lt", today))
    yield Lane(TODAY, _("Today"), _compared(field, "eq", today))
    yield Lane(TOMORROW, _("Tomorrow"), _compared(field, "eq", tomorrow))
    yield Lane(LATER, _("Later"), _compared(field, "gt", tomorrow))
    yield from _without(field)


def _compared(field: Field, operator: str, day: date) -> Comparison:
    return Comparison((field.name,), operator, (Operand("value", day.isoformat()),))
