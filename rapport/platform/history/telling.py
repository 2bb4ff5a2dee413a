"""What somebody may be told of a change: the fields that they may read, with what each was before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.history.chapters import Chapter
from rapport.platform.history.models import Change
from rapport.platform.records.models import Rows
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: Field
    old: Any
    new: Any


def verb_of(row: Change) -> str:
    """What was done, in the words of resources: into the trash and back are changes of a column."""
    if "deleted_at" not in (row.changed or {}) or row.verb == "delete":
        return row.verb
    return "trash" if (row.changed or {})["deleted_at"][1] else "restore"


class Teller:
    """Tells one actor of the changes of one record and of what hangs on it. A query per field that has a mask."""

    def __init__(
        self, record_id: UUID, resource: Resource, seen: Rows, chapters: Iterable[Chapter], actor: Actor
    ) -> None:
        self.record_id = record_id
        self.resources = {each.table: each.resource for each in chapters} | {_table(resource): resource}
        readable = {table: each.readable(actor) for table, each in self.resources.items()}
        readable[_table(resource)] = {
            n: f for n, f in readable[_table(resource)].items() if f.mask is None or seen.filter(f.mask(actor)).exists()
        }
        self.columns = {table: _columns(self.resources[table], fields) for table, fields in readable.items()}
        self.custom = {
            table: [field for field in fields.values() if field.custom] for table, fields in readable.items()
        }

    def fields(self, row: Change, made: Mapping[str, Any]) -> list[FieldChange]:
        """`made` is what the row was when it was made; of a creation, that is what is told."""
        pairs = {name: (None, value) for name, value in made.items() if not _is_nothing(value)}
        found = self._fields(row.record_table, pairs if row.verb == "create" else row.changed or {})
        return [change for change in found if not self._is_itself(change)]

    def tells(self, row: Change) -> bool:
        """Whether the change is worth telling for what was done alone, with no field to show."""
        may_know = row.record_id == self.record_id or bool(self.columns[row.record_table])
        return may_know and verb_of(row) != "update"

    def _fields(self, table: str, pairs: Mapping[str, Any]) -> Iterator[FieldChange]:
        for column, (old, new) in pairs.items():
            if column == "custom":
                yield from _custom(self.custom[table], old or {}, new or {})
            elif column in self.columns[table]:
                yield FieldChange(self.columns[table][column], old, new)

    def _is_itself(self, change: FieldChange) -> bool:
        """That an address is one of this person is no news on their own page."""
        return bool(change.field.target) and str(self.record_id) in (change.old, change.new)


def _is_nothing(value: Any) -> bool:
    """What a field holds of which nobody has said anything. Nought was said, though it equals False."""
    return value is None or value is False or value in ("", [], {})


def _table(resource: Resource) -> str:
    return resource.model._meta.db_table


def _columns(resource: Resource, readable: Mapping[str, Field]) -> dict[str, Field]:
    """The readable fields by the column of the record's table that holds them."""
    found = {}
    for field in readable.values():
        if field.is_column and field.computed is None:
            column = resource.model._meta.get_field(field.source)
            found[getattr(column, "column", field.source)] = field
    return found


def _custom(fields: Iterable[Field], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[FieldChange]:
    for field in fields:
        if old.get(field.name) != new.get(field.name):
            yield FieldChange(field, old.get(field.name), new.get(field.name))
