"""Refuse migrations that stop the running version, or hold a large table's lock for as long as it is large.

While a migration is applied, the version before may go on answering on other machines: it must find all that it uses,
and be able to write rows without knowing what is new. Only tables that the same migration creates are free of this.
"""

import os
import re
import sys
from collections.abc import Iterator

import django
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED

ACCEPTED = {
    "fields.0003_pinned_views": "before the first release",
    "history.0003_gone": "before the first release",
    "interactions.0003_by_hand": "before the first release",
    "interactions.0004_uploads": "before the first release",
    "interactions.0006_ledger_lines": "before the first release",
    "parties.0004_standard_kinds": "before the first release",
    "search.0002_words": "before the first release",
    "search.0003_numbers": "before the first release",
}
"""Migration → why it may be what is refused here. The version before doesn't go on answering while it is applied."""

LOCKED = "looks through the table, or builds an index, under a lock"
GONE = "takes away what the version before uses, or rewrites the table"
ALTER = r"ALTER\s+TABLE\s+(IF\s+EXISTS\s+)?(ONLY\s+)?(?P<table>\w+)[^;]*\b"
STATEMENTS = {
    r"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)(.*?\s)?ON\s+(ONLY\s+)?(?P<table>\w+)": LOCKED,
    r"REINDEX\s+(?!.*CONCURRENTLY)": LOCKED,
    ALTER + r"SET\s+NOT\s+NULL": LOCKED,
    ALTER + r"ADD\s+(CONSTRAINT\s+\w+\s+)?(CHECK|FOREIGN|UNIQUE|PRIMARY)(?![^;]*(NOT\s+VALID|USING\s+INDEX))": LOCKED,
    ALTER + r"ADD\s+COLUMN(?![^;,]*DEFAULT)[^;,]*NOT\s+NULL": "leaves the version before unable to write rows",
    ALTER + r"(ALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE|DROP\s+COLUMN|RENAME)": GONE,
    r"DROP\s+TABLE\s+(IF\s+EXISTS\s+)?(?P<table>\w+)": GONE,
    r"\b(VACUUM\s+FULL|CLUSTER|LOCK\s+TABLE)\b": "locks a table",
}
"""What SQL of our own may not do to a table that was there before."""


def faults(migration: Migration, before: ProjectState) -> Iterator[str]:
    """What is wrong with a migration, given the state that it starts from."""
    created = {each.name_lower for each in migration.operations if isinstance(each, operations.CreateModel)}
    tables = {f"{migration.app_label}_{name}" for name in created}
    state = before.clone()
    for operation in _database_operations(migration.operations):
        if isinstance(operation, operations.RunSQL):
            yield from sql_faults(_text(operation), tables)
        elif getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")) not in created:
            fault = _fault(operation, migration.app_label, state)
            if fault:
                yield f"{operation.describe()}: {fault}"
        operation.state_forwards(migration.app_label, state)


def _database_operations(listed: list[Operation]) -> Iterator[Operation]:
    for operation in listed:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _database_operations(operation.database_operations)
        else:
            yield operation


def _fault(operation: Operation, app: str, state: ProjectState) -> str | None:
    match operation:
        case operations.AddField():
            return _of_new_field(operation.field)
        case operations.AlterField():
            old = state.models[app, operation.model_name_lower].fields[operation.name]
            return _of_changed_field(old, operation.field)
        case AddIndexConcurrently() | AddConstraintNotValid():
            return None
        case operations.AddIndex() | operations.AddConstraint():
            return f"{LOCKED}: use AddIndexConcurrently, AddConstraintNotValid"
        case operations.RemoveField() | operations.DeleteModel():
            return "the version before uses it: take it out of the state alone, and out of the database a version later"
        case operations.RenameField() | operations.RenameModel() | operations.AlterModelTable():
            return "the version before knows it by its old name"
    return None


def _of_new_field(field: models.Field) -> str | None:
    if field.many_to_many:
        return None
    if not field.null and field.db_default is NOT_PROVIDED:
        return "the version before can't write rows without it: give it a db_default, or let it be null"
    if field.unique or field.db_index:
        return "builds an index under a lock: db_index=False, and AddIndexConcurrently in a migration of its own"
    return None


def _of_changed_field(old: models.Field, new: models.Field) -> str | None:
    if _type(old) != _type(new):
        return "rewrites the table under a lock"
    if old.null and not new.null:
        return "looks through the table under a lock, and the version before may write nulls"
    if (new.unique or new.db_index) and not (old.unique or old.db_index):
        return "builds an index under a lock"
    return None


def _type(field: models.Field) -> str | None:
    """The column's; of a link the model that it leads to, whose key has one type (a state doesn't resolve it)."""
    if not isinstance(field, models.ForeignKey):
        return field.db_type(connection)
    target = field.remote_field.model
    return (target if isinstance(target, str) else target._meta.label).lower()


def _text(operation: operations.RunSQL) -> str:
    sql = operation.sql
    parts = [sql] if isinstance(sql, str) else [part if isinstance(part, str) else part[0] for part in sql]
    return ";\n".join(parts)


def sql_faults(sql: str, created: set[str]) -> Iterator[str]:
    """What statements do to tables that they, or the migration, haven't created."""
    own = created | {name.lower() for name in re.findall(r"CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(\w+)", sql, re.IGNORECASE)}
    for pattern, fault in STATEMENTS.items():
        for found in re.finditer(pattern, sql, re.IGNORECASE):
            if (found.groupdict().get("table") or "").lower() not in own:
                yield f"{' '.join(found[0].split())}: {fault}"


def refused() -> Iterator[tuple[str, str]]:
    """Migration and fault, of all of Rapport's that aren't accepted."""
    loader = MigrationLoader(None)
    for key, migration in sorted(loader.disk_migrations.items()):
        name = ".".join(key)
        if type(migration).__module__.startswith("rapport.") and not name.endswith(".0001_initial"):
            before = loader.project_state([node for node in loader.graph.forwards_plan(key) if node != key])
            yield from ((name, fault) for fault in faults(migration, before))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    found = list(refused())
    unneeded = sorted(ACCEPTED.keys() - {name for name, _fault in found})
    lines = [f"{name}: {fault}" for name, fault in found if name not in ACCEPTED]
    lines += [f"{name}: accepted without need" for name in unneeded]
    sys.exit("\n".join(lines) if lines else 0)


if __name__ == "__main__":
    main()
