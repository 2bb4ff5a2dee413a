"""The verbs that every resource has: create, update, trash, restore. Over a set, like every verb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import admit
from rapport.platform.errors import Forbidden, Invalid, Stale
from rapport.platform.events.bus import emit
from rapport.platform.history.context import assume
from rapport.platform.records.bulk import insert
from rapport.platform.records.models import Record, Row
from rapport.platform.resources.constraints import constraints
from rapport.platform.resources.fields import Field
from rapport.platform.resources.reading import Values, read_rows
from rapport.platform.resources.registry import Resource
from rapport.platform.resources.rules import check_rules
from rapport.platform.resources.showing import parents_shown


def create(resource: Resource, values: Values, *, actor: Actor) -> Row:
    """Creates one record from JSON values. Raises Invalid naming each field, Forbidden, Conflict."""
    return create_many(resource, [values], actor=actor)[0]


def create_many(resource: Resource, rows: Sequence[Values], *, actor: Actor) -> list[Row]:
    """Creates records, all or none, with one event."""
    if not resource.may(actor, "create"):
        raise Forbidden()
    with transaction.atomic():
        assume(actor)
        read = read_rows(resource, rows, actor)
        made = [_build(resource, each) for each in read]
        for record in made:
            resource.own(record, actor)
        _check_parents(resource, made, actor)
        with constraints(resource, actor):
            if elsewhere := _elsewhere(zip(made, read, strict=True)):
                resource.make_elsewhere(elsewhere, actor)
            insert(made)
        check_rules(resource, made, actor)
        emit(f"{resource.name}.created", [each.pk for each in made], actor=actor)
    return made


def update(
    resource: Resource, ids: Iterable[UUID], values: Values, *, actor: Actor, version: int | None = None
) -> list[Row]:
    """Gives every named record these values. Raises NotFound, Forbidden, Invalid, Stale, Conflict.

    `version` is the one that the caller saw; it is compared before anything is written.
    """
    with transaction.atomic():
        assume(actor)
        rows = _admit(resource, ids, actor, "edit", version)
        read = read_rows(resource, [values], actor, changing=[row.pk for row in rows])[0]
        columns = _columns(resource, read)
        for row in rows:
            _validate(resource, row, columns)
        changes = columns | _custom(read)
        if not changes and read and issubclass(resource.model, Record):
            # What stands elsewhere is part of the record, so that its version rises with it.
            changes = {"updated_at": timezone.now()}
        with constraints(resource, actor):
            if changes:
                resource.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**changes)
            if elsewhere := _elsewhere((row, read) for row in rows):
                resource.write_elsewhere(elsewhere, actor)
        resource.check_after()
        check_rules(resource, rows, actor)
        emit(f"{resource.name}.updated", [row.pk for row in rows], actor=actor, data={"fields": sorted(values)})
    return rows


def _admit(resource: Resource, ids: Iterable[UUID], actor: Actor, verb: str, version: int | None) -> list[Row]:
    rows: list[Any] = admit(resource.model, list(ids), actor, verb)
    if version is not None and any(getattr(row, "version", version) != version for row in rows):
        raise Stale(_("You saw version %(version)s.") % {"version": version})
    return rows


def trash(resource: Resource, ids: Iterable[UUID], *, actor: Actor, version: int | None = None) -> int:
    """Puts records into the trash, from which `restore` brings them back.

    Rows that know no trash are deleted. Raises NotFound, Forbidden, Stale, Conflict.
    """
    with transaction.atomic():
        assume(actor)
        rows = _admit(resource, ids, actor, "delete", version)
        selected = resource.model._default_manager.filter(pk__in=[row.pk for row in rows])
        about = {"shown_by": parents_shown(resource, selected)} if resource.shown_by else None
        if issubclass(resource.model, Record):
            selected.update(deleted_at=timezone.now())
        else:
            with constraints(resource, actor):
                selected.delete()
        resource.check_after()
        emit(f"{resource.name}.trashed", [row.pk for row in rows], actor=actor, data=about)
    return len(rows)


def restore(resource: Resource, ids: Iterable[UUID], *, actor: Actor) -> int:
    """Brings records back from the trash. Raises Conflict."""
    if not issubclass(resource.model, Record):
        return 0
    with transaction.atomic():
        assume(actor)
        manager = resource.model._default_manager
        rows = manager.trash_of(actor).filter(pk__in=list(ids))
        found = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        resource.check_restored(found)
        with constraints(resource, actor):
            manager.filter(pk__in=found).update(deleted_at=None)
        emit(f"{resource.name}.restored", found, actor=actor)
    return len(found)


def _build(resource: Resource, read: Mapping[Field, Any]) -> Row:
    record: Any = resource.model()
    if custom := {f.name: _stored(v) for f, v in read.items() if f.custom and v is not None}:
        record.custom = custom
    _validate(resource, record, _columns(resource, read))
    return record  # type: ignore[no-any-return]


def _validate(resource: Resource, record: Any, columns: Mapping[str, Any]) -> None:
    """Gives the record its new columns, in memory, and asks whether it is whole."""
    for name, value in columns.items():
        setattr(record, name, value)
    resource.check(record)
    try:
        record.clean()
    except ValidationError as problem:
        raise Invalid(fields={name: " ".join(texts) for name, texts in problem.message_dict.items()}) from None


def _columns(resource: Resource, read: Mapping[Field, Any]) -> dict[str, Any]:
    columns = {f"{f.source}_id" if f.target else f.source: v for f, v in read.items() if f.is_column}
    return columns | resource.derive(columns)


def _custom(read: Mapping[Field, Any]) -> dict[str, Any]:
    """`custom || patch`, so that two people who change different fields never undo each other."""
    patch = {field.name: _stored(value) for field, value in read.items() if field.custom}
    if not patch:
        return {}
    merged = Func(
        F("custom"), Value(patch, models.JSONField()), template="jsonb_strip_nulls(%(expressions)s)",
        arg_joiner=" || ", output_field=models.JSONField(),
    )  # fmt: skip
    return {"custom": merged}


def _stored(value: Any) -> Any:
    """A custom value as JSON."""
    if value is None or isinstance(value, (bool, int, str, list, dict)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _elsewhere(pairs: Iterable[tuple[Row, Mapping[Field, Any]]]) -> list[tuple[Row, dict[str, Any]]]:
    """What stands in other rows, by field name; records without any such value are left out."""
    found = ((row, {f.name: v for f, v in read.items() if f.elsewhere}) for row, read in pairs)
    return [(row, values) for row, values in found if values]


def _check_parents(resource: Resource, made: Sequence[Any], actor: Actor) -> None:
    """A child is made only under a parent that the actor may edit."""
    if not resource.parent:
        return
    parents = {getattr(row, f"{resource.parent}_id") for row in made}
    parent = resource.model._meta.get_field(resource.parent).related_model
    editable = parent._default_manager.visible_to(actor, "edit").filter(pk__in=parents).count()  # type: ignore[union-attr]
    if editable < len(parents):
        raise Forbidden()
