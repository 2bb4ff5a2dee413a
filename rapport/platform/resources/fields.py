"""A field of a resource: one declaration for lists, forms, filters, sorts, the API, search and exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Combinable

from rapport.platform.resources.kinds import KINDS, Kind

KIND_OF_COLUMN: list[tuple[type[models.Field[Any, Any]], str]] = [
    (models.EmailField, "email"),
    (models.URLField, "url"),
    (models.ForeignKey, "link"),
    (models.BooleanField, "boolean"),
    (models.DecimalField, "number"),
    (models.IntegerField, "integer"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.TimeField, "time"),
    (ArrayField, "json"),
    (models.JSONField, "json"),
    (models.Field, "text"),
]


class Computed(Protocol):
    """The value of a field that stands in other rows, without a path of the ORM that leads there."""

    def value(self) -> Combinable: ...

    def condition(self, operator: str, value: Any) -> Q: ...


@dataclass(frozen=True, eq=False)
class Field:
    """`source` is the ORM path of the value, `sort` that of its order, `display` that of what a list shows.

    With `elsewhere`, the value lives in other rows (a person's e-mail address is a contact point) and is
    stored by the resource's `write_elsewhere`. `search` is the weight, A to D, under which it is found.
    """

    name: str
    label: Any = ""
    kind_name: str = ""
    source: str = ""
    sort: str = ""
    display: str = ""
    required: bool = False
    read_only: bool = False
    create_only: bool = False
    unique: bool = False
    indexed: bool = False
    """Whether a custom field has an index; a built-in one is indexed by its model."""
    why: Any = ""
    help: Any = ""
    search: str = ""
    target: str = ""
    choices: tuple[tuple[str, Any], ...] = ()
    default: Any = None
    """A value, or a function of the actor who creates the record."""
    nullable: bool = True
    elsewhere: bool = False
    mask: Callable[[Any], Q] | None = None
    """The rows on which an actor may see the value, where that depends on the row; it is null on others."""
    custom: bool = False
    computed: Computed | None = None

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_name]

    @property
    def is_column(self) -> bool:
        """Whether the value is a column of the record's own table."""
        return not self.custom and "__" not in self.source and not self.elsewhere

    @property
    def order_path(self) -> str:
        return self.sort or self.source

    def bound(self, model: type[models.Model], target_of: Callable[[type[models.Model]], str]) -> Field:
        """The field with everything filled in that the model's column says."""
        source = self.source or self.name
        column = None if self.custom else _column(model, source)
        if column is None:
            return replace(
                self, source=source, label=self.label or _words(self.name), kind_name=self.kind_name or "text"
            )
        kind = "choice" if column.choices else next(k for c, k in KIND_OF_COLUMN if isinstance(column, c))
        return replace(
            self,
            source=source,
            label=self.label or _words(self.name),
            kind_name=self.kind_name or kind,
            choices=self.choices or tuple(column.flatchoices or ()),
            target=self.target or (target_of(column.related_model) if isinstance(column, models.ForeignKey) else ""),
            nullable=column.null,
            unique=self.unique or column.unique,
            read_only=self.read_only or not (column.editable or self.elsewhere),
        )


def _column(model: type[models.Model], path: str) -> models.Field[Any, Any] | None:
    first, _, rest = path.partition("__")
    column = model._meta.get_field(first) if first in {f.name for f in model._meta.get_fields()} else None
    if not isinstance(column, models.Field):
        return None
    if rest:
        return _column(column.related_model, rest) if isinstance(column, models.ForeignKey) else None
    return column


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
