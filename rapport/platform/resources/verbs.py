"""The verbs that every resource has: create, update, trash, restore. Over a set, like every verb."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Func, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import admit
from rapport.platform.errors import Conflict, Forbidden, Invalid, Problem, Stale
from rapport.platform.events.bus import emit
from rapport.platform.history.context import assume
from rapport.platform.records.models import Record, Row
from rapport.platform.resources.expressions import condition
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import ValueProblem
from rapport.platform.resources.registry import RESOURCES, Resource

Values = Mapping[str, Any]


def create(resource: Resource, values: Values, *, actor: Actor) -> Row:
    """Creates one record from JSON values. Raises Invalid naming each field, Forbidden, Conflict."""
    return create_many(resource, [values], actor=actor)[0]


def create_many(resource: Resource, rows: Sequence[Values], *, actor: Actor) -> list[Row]:
    """Creates records, all or none, with one event."""
    if not resource.may(actor, "create"):
        raise Forbidden()
    with transaction.atomic():
        assume(actor)
        read = [_read(resource, values, actor, creating=True) for values in rows]
        made = [_build(resource, each) for each in read]
        for record in made:
            resource.own(record, actor)
        _check_parents(resource, made, actor)
        with _constraints(resource):
            resource.model._default_manager.bulk_create(made)
        _write_elsewhere(resource, list(zip(made, read, strict=True)), actor)
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
        rows = admit(resource.model, list(ids), actor, "edit")  # type: ignore[type-var]
        if version is not None and any(getattr(row, "version", version) != version for row in rows):
            raise Stale(_("You saw version %(version)s.") % {"version": version})
        read = _read(resource, values, actor, creating=False)
        selected = resource.model._default_manager.filter(pk__in=[row.pk for row in rows])
        if changes := _changes(resource, read):
            with _constraints(resource):
                selected.update(**changes)
        _write_elsewhere(resource, [(row, read) for row in rows], actor)
        emit(
            f"{resource.name}.updated", [row.pk for row in rows], actor=actor, data={"fields": sorted(values)}
        )
    return rows


def trash(resource: Resource, ids: Iterable[UUID], *, actor: Actor) -> int:
    """Puts records into the trash, from which `restore` brings them back; rows that know no trash are deleted."""
    with transaction.atomic():
        assume(actor)
        rows = admit(resource.model, list(ids), actor, "delete")  # type: ignore[type-var]
        selected = resource.model._default_manager.filter(pk__in=[row.pk for row in rows])
        if issubclass(resource.model, Record):
            selected.update(deleted_at=timezone.now())
        else:
            selected.delete()
        emit(f"{resource.name}.trashed", [row.pk for row in rows], actor=actor)
    return len(rows)


def restore(resource: Resource, ids: Iterable[UUID], *, actor: Actor) -> int:
    """Brings records back from the trash."""
    with transaction.atomic():
        assume(actor)
        manager = resource.model._default_manager
        rows = manager.trash_of(actor).filter(pk__in=list(ids))  # type: ignore[attr-defined]
        found = list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        with _constraints(resource):
            manager.filter(pk__in=found).update(deleted_at=None)
        emit(f"{resource.name}.restored", found, actor=actor)
    return len(found)


def _read(resource: Resource, values: Values, actor: Actor, *, creating: bool) -> dict[Field, Any]:
    """Values by field, each read by its kind. Unknown, hidden and read-only fields are errors, never ignored."""
    editable, problems = resource.editable(actor), {}
    read: dict[Field, Any] = {}
    for name, value in values.items():
        field = editable.get(name)
        if field is None or (field.create_only and not creating):
            readable = name in resource.readable(actor)
            problems[name] = _("You can't change this.") if readable else _("There is no such field.")
            continue
        try:
            read[field] = _read_value(field, value, actor)
        except ValueProblem as problem:
            problems[name] = str(problem)
    if creating:
        problems |= _complete(editable, values, read, actor)
    problems |= _taken(resource, read)
    if problems:
        raise Invalid(fields=problems)
    return read


def _complete(
    editable: Mapping[str, Field], values: Values, read: dict[Field, Any], actor: Actor
) -> dict[str, str]:
    """Fills in defaults, and says what is missing."""
    problems = {}
    for name, field in editable.items():
        if name in values:
            continue
        if callable(field.default):
            read[field] = field.default(actor)
        elif field.default is not None:
            read[field] = field.kind.read(field.default) if field.custom else field.default
        elif field.required:
            problems[name] = _("This is needed.")
    return problems


def _read_value(field: Field, value: Any, actor: Actor) -> Any:
    if value is None or (value == "" and field.kind_name not in ("boolean",)):
        if field.required:
            raise ValueProblem(_("This is needed."))
        return None if field.custom or field.nullable else ""
    read = field.kind.read(value)
    if field.choices and (
        bad := set(read if isinstance(read, list) else [read]) - {c for c, _l in field.choices}
    ):
        raise ValueProblem(_("“%(value)s” is not one of the choices.") % {"value": str(min(bad))[:60]})
    if field.target and not RESOURCES[field.target].rows(actor).filter(pk=read).exists():
        raise ValueProblem(_("There is nothing here that you may see."))
    return read


def _taken(resource: Resource, read: Mapping[Field, Any]) -> dict[str, str]:
    """Custom fields that are unique: checked here for the words, held by their index once it is built."""
    problems = {}
    for field, value in read.items():
        if field.custom and field.unique and value is not None:
            _lock(f"{resource.name}.{field.name}")
            if resource.model._default_manager.filter(condition(field, "eq", value)).exists():
                problems[field.name] = _("Another record has this value already.")
    return problems


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _build(resource: Resource, read: Mapping[Field, Any]) -> Row:
    record: Any = resource.model(**_columns(resource, read))
    if custom := {f.name: _stored(v) for f, v in read.items() if f.custom and v is not None}:
        record.custom = custom
    _validate_record(record)
    return record  # type: ignore[no-any-return]


def _validate_record(record: Any) -> None:
    try:
        record.clean()
    except ValidationError as problem:
        raise Invalid(
            fields={name: " ".join(texts) for name, texts in problem.message_dict.items()}
        ) from None


def _columns(resource: Resource, read: Mapping[Field, Any]) -> dict[str, Any]:
    columns = {f"{f.source}_id" if f.target else f.source: v for f, v in read.items() if f.is_column}
    return columns | resource.derive(columns)


def _changes(resource: Resource, read: Mapping[Field, Any]) -> dict[str, Any]:
    changes = _columns(resource, read)
    patch = {field.name: _stored(value) for field, value in read.items() if field.custom}
    if patch:
        # `custom || patch`, so that two people who change different fields never undo each other.
        merged = Func(
            F("custom"), Value(patch, models.JSONField()), template="jsonb_strip_nulls(%(expressions)s)",
            arg_joiner=" || ", output_field=models.JSONField(),
        )  # fmt: skip
        changes["custom"] = merged
    return changes


def _stored(value: Any) -> Any:
    """A custom value as JSON."""
    if value is None or isinstance(value, (bool, int, str, list, dict)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _write_elsewhere(
    resource: Resource, pairs: Sequence[tuple[Row, Mapping[Field, Any]]], actor: Actor
) -> None:
    """Hands the resource what stands in other rows, by field name."""
    elsewhere = [(row, {f.name: v for f, v in read.items() if f.elsewhere}) for row, read in pairs]
    if given := [(row, values) for row, values in elsewhere if values]:
        resource.write_elsewhere(given, actor)


def _check_parents(resource: Resource, made: Sequence[Any], actor: Actor) -> None:
    """A child is made only under a parent that the actor may edit."""
    if not resource.parent:
        return
    parents = {getattr(row, f"{resource.parent}_id") for row in made}
    parent = resource.model._meta.get_field(resource.parent).related_model
    editable = parent._default_manager.visible_to(actor, "edit").filter(pk__in=parents).count()  # type: ignore[union-attr]
    if editable < len(parents):
        raise Forbidden()


class _constraints:
    """Turns the database's refusal into the words of the field that it names."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __enter__(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> None:
        self.savepoint.__exit__(kind, fault, trace)
        if isinstance(fault, IntegrityError):
            raise self._problem(fault) from fault

    def _problem(self, fault: IntegrityError) -> Problem:
        detail = getattr(fault.__cause__, "diag", None)
        name = (detail and detail.constraint_name) or ""
        column = (detail and detail.column_name) or ""
        text = _("Another record has this value already.") if "unique" in name or "key" in name else ""
        for field in self.resource.built_in.values():
            if column == field.source or (name and field.source in name):
                return Conflict(fields={field.name: text or _("This value can't be stored.")})
        return Conflict(text or _("This value can't be stored."))
