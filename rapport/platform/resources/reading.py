"""Values from outside become values of fields: each read by its kind, and checked against what is there.

Unknown, hidden and read-only fields are errors, never ignored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import lock
from rapport.platform.errors import Invalid
from rapport.platform.resources.expressions import condition
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import ValueProblem
from rapport.platform.resources.registry import RESOURCES, Resource

Values = Mapping[str, Any]
Read = dict[Field, Any]


@dataclass(slots=True)
class Draft:
    """What has been understood of one record's values, and what is wrong with them."""

    read: Read = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    links: dict[Field, UUID] = field(default_factory=dict)
    """The links among the values that the caller gave."""


def read_rows(
    resource: Resource, rows: Sequence[Values], actor: Actor, *, changing: Collection[UUID] | None = None
) -> list[Read]:
    """Reads each row. `changing` names the records to be changed; None when the rows are to be made.

    Raises Invalid for the first row that has something wrong, naming each of its fields. The number of
    queries depends on the fields, never on the number of rows.
    """
    drawn = Drawn(resource, actor, resource.editable(actor), resource.all_fields(actor), changing is None)
    drafts = [_draft(drawn, values) for values in rows]
    _check_links(drafts, actor)
    _check_unique(resource, drafts, changing or ())
    for draft in drafts:
        if draft.problems:
            raise Invalid(fields=draft.problems)
    return [draft.read for draft in drafts]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What all rows are read by: worked out once."""

    resource: Resource
    actor: Actor
    editable: Mapping[str, Field]
    fields: Mapping[str, Field]
    creating: bool


def _draft(drawn: Drawn, values: Values) -> Draft:
    draft = Draft()
    for name, value in values.items():
        target = drawn.editable.get(name)
        if target is None or (target.create_only and not drawn.creating):
            is_readable = name in drawn.resource.readable(drawn.actor)
            draft.problems[name] = _("You can't change this.") if is_readable else _("There is no such field.")
            continue
        try:
            draft.read[target] = read = read_value(target, value)
        except ValueProblem as problem:
            draft.problems[name] = str(problem)
            continue
        if target.target and read is not None:
            draft.links[target] = read
    if drawn.creating:
        _complete(draft, drawn, values)
    return draft


def _complete(draft: Draft, drawn: Drawn, values: Values) -> None:
    """Fills in defaults, whoever may see them, and says what is missing."""
    for name, each in drawn.fields.items():
        if name in values:
            continue
        if callable(each.default):
            draft.read[each] = each.default(drawn.actor)
        elif each.default is not None:
            draft.read[each] = each.kind.read(each.default) if each.custom else each.default
        elif each.required and name in drawn.editable:
            draft.problems[name] = _("This is needed.")


def read_value(field: Field, value: Any) -> Any:
    """The value of one field; None, or an empty text, when there is none. Raises ValueProblem."""
    if value is None or (value == "" and field.kind_name != "boolean"):
        return _nothing(field)
    read = field.kind.read(value)
    if read == "" and field.required:
        raise ValueProblem(_("This is needed."))
    if field.choices and (bad := _strange(field, read)):
        raise ValueProblem(_("“%(value)s” is not one of the choices.") % {"value": min(bad)[:60]})
    return read


def _nothing(field: Field) -> Any:
    if field.required:
        raise ValueProblem(_("This is needed."))
    if field.custom or field.nullable:
        return None
    if field.kind.column is not models.TextField or _strange(field, ""):
        raise ValueProblem(_("This can't be empty."))
    return ""


def _strange(field: Field, read: Any) -> set[str]:
    known = {str(choice) for choice, _label in field.choices}
    return set(read if isinstance(read, list) else [read]) - known if field.choices else set()


def _check_links(drafts: Iterable[Draft], actor: Actor) -> None:
    """A record is linked only to what the actor may see."""
    wanted: dict[str, set[UUID]] = {}
    for draft in drafts:
        for link, record in draft.links.items():
            wanted.setdefault(link.target, set()).add(record)
    visible = {
        target: set(RESOURCES[target].rows(actor).filter(pk__in=ids).values_list("pk", flat=True))
        for target, ids in wanted.items()
    }
    for draft in drafts:
        for link, record in draft.links.items():
            if record not in visible[link.target]:
                draft.problems[link.name] = _("There is nothing here that you may see.")


def _check_unique(resource: Resource, drafts: Sequence[Draft], changing: Collection[UUID]) -> None:
    """Custom fields that are unique: checked here for the words, held by their index once it is built."""
    fields = {each for draft in drafts for each, value in draft.read.items() if value is not None}
    for each in sorted((f for f in fields if f.custom and f.unique), key=lambda f: f.name):
        lock(f"{resource.name}.{each.name}")
        values = Counter(draft.read[each] for draft in drafts if draft.read.get(each) is not None)
        others = resource.model._default_manager.kept().exclude(pk__in=changing)  # type: ignore[attr-defined]
        is_repeated = len(changing) > 1 or max(values.values()) > 1
        if is_repeated or others.filter(condition(each, "in", list(values))).exists():
            for draft in drafts:
                if each in draft.read:
                    draft.problems[each.name] = _("Another record has this value already.")
