"""The database's refusals, in the words of the field that they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import DataError, IntegrityError, models
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import Conflict, Problem
from rapport.platform.resources.registry import Resource


def index_name(resource: str, field: str) -> str:
    """The name of the index of a custom field; 39 characters."""
    return f"custom_{sha256(f'{resource}.{field}'.encode()).hexdigest()[:32]}"


@contextmanager
def constraints(resource: Resource, actor: Actor) -> Iterator[None]:
    """Turns what the database refuses inside into a Conflict, which undoes the transaction that it leaves."""
    try:
        yield
    except (IntegrityError, DataError) as fault:
        raise _problem(resource, actor, fault) from fault
    except (models.ProtectedError, models.RestrictedError) as fault:
        raise Conflict(_("Other records need this one.")) from fault


def _problem(resource: Resource, actor: Actor, fault: IntegrityError | DataError) -> Problem:
    diagnosis = getattr(fault.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    column = getattr(diagnosis, "column_name", None) or ""
    is_taken = getattr(diagnosis, "sqlstate", "") == "23505"
    text = _("Another record has this value already.") if is_taken else _("This value can't be stored.")
    found = _field(resource, actor, name, column)
    return Conflict(fields={found: text}) if found else Conflict(text)


def _field(resource: Resource, actor: Actor, constraint: str, column: str) -> str:
    """The readable field that a constraint is about; empty when there is none."""
    columns = {column, *_constrained(resource.model, constraint)[-1:]}
    for name, field in resource.readable(actor).items():
        if field.custom and constraint == index_name(resource.name, name):
            return name
        if not field.custom and field.source in columns:
            return name
    return ""


def _flat(expression: Any) -> list[Any]:
    return list(expression.flatten())


def _constrained(model: type[models.Model], constraint: str) -> list[str]:
    for each in model._meta.constraints:
        if isinstance(each, models.UniqueConstraint) and each.name == constraint:
            names = (getattr(part, "name", "") for expression in each.expressions for part in _flat(expression))
            return [*each.fields, *filter(None, names)]
    return [f.name for f in model._meta.fields if f.unique and f"_{f.column}_" in constraint]
