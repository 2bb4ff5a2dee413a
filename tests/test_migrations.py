"""What `script/check` refuses in migrations."""

import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

sys.path.append(str(Path(__file__).parents[1] / "script"))

from migrations import faults, sql_faults  # type: ignore[import-not-found]

COLUMNS: list[tuple[str, models.Field[Any, Any]]] = [
    ("id", models.BigAutoField(primary_key=True)),
    ("name", models.TextField(null=True)),
]
INDEX = models.Index(fields=["name"], name="by_name")
CHECK = models.CheckConstraint(condition=models.Q(name__gt=""), name="named")

REFUSED = [
    migrations.AddField("deal", "size", models.IntegerField(default=0)),
    migrations.AddField("deal", "code", models.TextField(null=True, unique=True)),
    migrations.AddField("deal", "code", models.TextField(null=True, db_index=True)),
    migrations.AddField("deal", "parent", models.ForeignKey("sales.deal", models.CASCADE, null=True)),
    migrations.AlterField("deal", "name", models.IntegerField(null=True)),
    migrations.AlterField("deal", "name", models.TextField(default="")),
    migrations.AlterField("deal", "name", models.TextField(null=True, unique=True)),
    migrations.AddIndex("deal", INDEX),
    migrations.AddConstraint("deal", CHECK),
    migrations.AddConstraint("deal", models.UniqueConstraint(fields=["name"], name="one_name")),
    migrations.RemoveField("deal", "name"),
    migrations.RenameField("deal", "name", "title"),
    migrations.RenameModel("deal", "opportunity"),
    migrations.AlterModelTable("deal", "deals"),
    migrations.DeleteModel("deal"),
    migrations.SeparateDatabaseAndState([migrations.RemoveField("deal", "name")], []),
    migrations.RunSQL("CREATE INDEX x ON sales_deal (name)"),
]
ACCEPTED = [
    migrations.AddField("deal", "size", models.IntegerField(default=0, db_default=0)),
    migrations.AddField("deal", "size", models.IntegerField(null=True)),
    migrations.AddField("deal", "parent", models.ForeignKey("sales.deal", models.CASCADE, null=True, db_index=False)),
    migrations.AddField("deal", "others", models.ManyToManyField("sales.deal")),
    migrations.AlterField("deal", "name", models.TextField(null=True, help_text="what it is called")),
    AddIndexConcurrently("deal", INDEX),
    AddConstraintNotValid("deal", CHECK),
    migrations.RemoveIndex("deal", "by_name"),
    migrations.SeparateDatabaseAndState([], [migrations.RemoveField("deal", "name")]),
    migrations.RunSQL("CREATE INDEX CONCURRENTLY x ON sales_deal (name)"),
]


def found(*operations: Operation) -> list[str]:
    class Proposed(migrations.Migration):
        pass

    Proposed.operations = list(operations)
    state = ProjectState()
    state.add_model(ModelState("sales", "Deal", COLUMNS, {"indexes": [INDEX]}))
    return list(faults(Proposed("0002_proposed", "sales"), state))


@pytest.mark.parametrize("operation", REFUSED, ids=repr)
def test_what_holds_a_table_or_stops_the_version_before_is_refused(operation: Operation) -> None:
    assert len(found(operation)) == 1


@pytest.mark.parametrize("operation", ACCEPTED, ids=repr)
def test_what_does_not_is_accepted(operation: Operation) -> None:
    if isinstance(operation, migrations.RemoveIndex | AddIndexConcurrently):
        assert found() == []
    assert found(operation) == []


def test_a_table_of_ones_own_may_be_given_anything() -> None:
    created = migrations.CreateModel("Quote", COLUMNS)
    index = migrations.AddIndex("quote", models.Index(fields=["name"], name="quote_by_name"))
    assert found(created, index, migrations.RunSQL("CREATE INDEX x ON sales_quote (name)")) == []


@pytest.mark.parametrize(
    ("sql", "is_refused"),
    [
        ("CREATE UNIQUE INDEX x ON parties_party (name)", True),
        ("create index x on only parties_party using gin (name)", True),
        ("CREATE UNIQUE INDEX CONCURRENTLY x ON parties_party (name)", False),
        ("CREATE UNLOGGED TABLE t (a int); CREATE INDEX x ON t (a)", False),
        ("ALTER TABLE parties_party ALTER COLUMN name SET NOT NULL", True),
        ("ALTER TABLE parties_party ADD COLUMN size int NOT NULL", True),
        ("ALTER TABLE parties_party ADD COLUMN size int NOT NULL DEFAULT 0", False),
        ("ALTER TABLE parties_party ALTER name TYPE varchar(3)", True),
        ("ALTER TABLE parties_party DROP COLUMN name", True),
        ("ALTER TABLE parties_party RENAME name TO title", True),
        ("ALTER TABLE parties_party ADD CONSTRAINT x CHECK (name > '')", True),
        ("ALTER TABLE parties_party ADD CONSTRAINT x CHECK (name > '') NOT VALID", False),
        ("ALTER TABLE parties_party ADD UNIQUE (name)", True),
        ("DROP TABLE parties_party", True),
        ("REINDEX TABLE parties_party", True),
        ("VACUUM FULL parties_party", True),
        ("UPDATE parties_party SET name = ''; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", False),
    ],
)
def test_statements_of_our_own(sql: str, is_refused: bool) -> None:
    assert bool(list(sql_faults(sql, set()))) is is_refused
