"""Bringing a database up to date: patiently, within limits, and beside whoever uses it."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rapport.config import embedded
from rapport.config.database import running
from rapport.config.environment import load
from rapport.config.preparation import Prepared, prepare_if_needed, prepared
from tests.installation import add_user, rapport, start, started_before, surroundings

COLUMN = "SELECT count(*) FROM information_schema.columns WHERE column_name = 'status_by'"
BEFORE = "0009_us_changed"
"""The migration of interactions after which that column is added."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = started_before(tmp_path_factory.mktemp("prepared") / "data")
    add_user(place, "ada@ours.example")
    return place


@pytest.fixture
def owner(data: Path) -> Iterator[psycopg.Connection]:
    """The owner's way into a database that is some migrations behind."""
    with embedded.running(data) as cluster, psycopg.connect(cluster.owner_database_url, autocommit=True) as connection:
        migrate_back(data, cluster.owner_database_url)
        connection.execute("UPDATE rapport_prepared SET digest = 'of an older version'")
        yield connection


def migrate_back(data: Path, owner_url: str) -> None:
    variables = {"RAPPORT_DATA": str(data), "DATABASE_URL": owner_url}
    command = [sys.executable, "-m", "django", "migrate", "interactions", BEFORE, "--verbosity", "0"]
    settings = {"DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
    subprocess.run(command, env=surroundings() | settings | variables, check=True)


def test_a_migration_waits_until_a_table_is_free(data: Path, owner: psycopg.Connection) -> None:
    with embedded.running(data) as cluster, psycopg.connect(cluster.database_url) as reader:
        reader.execute("SELECT count(*) FROM interactions_conversation")  # and its transaction stays open
        release = threading.Timer(4, reader.rollback)
        release.start()
        done = rapport("token", "add", "one", "--user", "ada@ours.example", "--data", data)
        release.join()
    assert (done.returncode, done.stderr) == (0, "")
    assert owner.execute(COLUMN).fetchone() == (1,)


def test_readers_go_on_while_a_migration_waits(data: Path, owner: psycopg.Connection) -> None:
    """As it gives its place in the queue up again and again."""
    waits: list[float] = []
    with embedded.running(data) as cluster, psycopg.connect(cluster.database_url) as reader:
        reader.execute("SELECT count(*) FROM interactions_conversation")
        migrating = start("token", "add", "two", "--user", "ada@ours.example", "--data", data)
        with migrating, psycopg.connect(cluster.database_url, autocommit=True) as other:
            deadline = time.monotonic() + 60
            while sum(each > 0.1 for each in waits) < 3 and time.monotonic() < deadline:
                began = time.monotonic()
                other.execute("SELECT count(*) FROM interactions_conversation")
                waits.append(time.monotonic() - began)
                time.sleep(0.05)
            reader.rollback()
        assert migrating.returncode == 0
    assert sum(each > 0.1 for each in waits) >= 3
    assert max(waits) < 4


def test_a_migration_that_takes_too_long_is_taken_back_and_says_how_to_give_it_longer(
    data: Path, owner: psycopg.Connection
) -> None:
    command = ("token", "add", "three", "--user", "ada@ours.example", "--data", data)
    refused = rapport(*command, RAPPORT_MIGRATION_TIMEOUT="1ms")
    assert refused.returncode == 1
    said = refused.stderr.splitlines()
    assert said[0] == "A migration took longer than 1ms. To give it longer, set RAPPORT_MIGRATION_TIMEOUT, say to 2h."
    assert said[-1].startswith("The database could not be brought up to date")
    assert owner.execute(COLUMN).fetchone() == (0,)
    assert rapport(*command).returncode == 0
    assert owner.execute(COLUMN).fetchone() == (1,)


def test_an_index_that_an_interrupted_migration_left_is_removed_and_a_custom_fields_is_not(
    data: Path, owner: psycopg.Connection
) -> None:
    names = ("left_behind", f"custom_{'0a' * 16}")
    for name in names:
        owner.execute(f"CREATE INDEX {name} ON parties_party (created_at)".encode())
    owner.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text = ANY (%s)", [list(names)])
    assert rapport("token", "add", "four", "--user", "ada@ours.example", "--data", data).returncode == 0
    kept = owner.execute("SELECT relname FROM pg_class WHERE relname = ANY (%s)", [list(names)]).fetchall()
    assert kept == [(names[1],)]


def test_what_a_database_knows_by_an_earlier_name_is_not_applied_again(data: Path, owner: psycopg.Connection) -> None:
    owner.execute("UPDATE django_migrations SET name = '0003_uploads' WHERE name = '0004_uploads'")
    assert rapport("token", "add", "five", "--user", "ada@ours.example", "--data", data).returncode == 0
    found = owner.execute("SELECT name FROM django_migrations WHERE name LIKE '%uploads'").fetchall()
    assert found == [("0004_uploads",)]


def test_what_is_current_is_left_alone(data: Path) -> None:
    with running(load({"RAPPORT_DATA": str(data)})) as database:
        assert prepared(database.database_url).is_current
        assert not prepared(database.database_url).has_administrator


def test_an_administrator_who_was_made_since_needs_no_other_preparation(data: Path) -> None:
    add_user(data, "eve@ours.example", "--admin")
    with running(load({"RAPPORT_DATA": str(data)})) as database:
        assert prepared(database.database_url) == Prepared(is_current=True, has_administrator=True)
        assert prepare_if_needed(database, give_link=True) == {}
