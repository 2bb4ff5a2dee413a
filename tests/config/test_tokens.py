"""`rapport token add`: a key to the API, as less than its user and for a while where that is said."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rapport.config import embedded
from tests.installation import COMMAND, rapport, started_before, surroundings

ADA = "ada@ours.example"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, psycopg.Connection[Any]]]:
    """A data folder with Ada, an administrator who lives in Auckland, and a connection to its database."""
    data = started_before(tmp_path_factory.mktemp("tokens") / "data")
    with embedded.running(data) as cluster:
        added = subprocess.run(
            [*COMMAND, "user", "add", ADA, "--admin", "--password-stdin", "--data", str(data)],
            env=surroundings(), input="nobody guesses this one\n", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        with psycopg.connect(cluster.database_url, autocommit=True) as connection:
            connection.execute("UPDATE access_user SET time_zone = 'Pacific/Auckland'")
            yield data, connection


def add(data: Path, *options: str) -> tuple[int, dict[str, Any]]:
    done = rapport("token", "add", "script", "--user", ADA, *options, "--json", "--data", data)
    return done.returncode, json.loads(done.stdout)


def stored(connection: psycopg.Connection[Any]) -> tuple[list[str], datetime | None]:
    row: tuple[list[str], datetime | None] | None = connection.execute(
        "SELECT array(SELECT name FROM access_role WHERE id = ANY (role_ids)), expires_at FROM access_token"
        " ORDER BY created_at DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    return row


def test_without_more_it_is_as_its_user_and_never_ends(database: Any) -> None:
    data, connection = database
    code, answer = add(data)
    assert (code, answer["token"][:8], answer["expires_at"]) == (0, "rapport_", None)
    assert stored(connection) == ([], None)


def test_it_can_be_narrowed_to_a_role_and_end_after_days(database: Any) -> None:
    data, connection = database
    now = datetime.now(UTC)
    code, answer = add(data, "--role", "administrator", "--expires", "30")
    roles, ends = stored(connection)
    assert (code, roles) == (0, ["Administrator"])
    assert ends is not None
    assert timedelta(0) <= ends - now - timedelta(days=30) < timedelta(minutes=2)
    assert datetime.fromisoformat(answer["expires_at"]) == ends


def test_a_date_is_its_last_day_where_the_user_lives(database: Any) -> None:
    data, connection = database
    assert add(data, "--expires", "2100-06-30")[0] == 0
    assert stored(connection) == ([], datetime(2100, 6, 30, 12, tzinfo=UTC))


def test_what_can_not_be_is_refused_in_words_and_makes_nothing(database: Any) -> None:
    data, connection = database
    before = connection.execute("SELECT count(*) FROM access_token").fetchone()
    yesterday = (date.today() - timedelta(days=2)).isoformat()  # noqa: DTZ011  (a day off is still over)
    assert add(data, "--role", "Seller") == (1, {"error": "Ada has no role “Seller”; theirs: Administrator."})
    assert add(data, "--expires", yesterday) == (1, {"error": f"{yesterday} is over already."})
    wrong = rapport("token", "add", "script", "--user", ADA, "--expires", "soon", "--data", data)
    assert wrong.returncode == 2
    assert "“soon” is neither a number of days nor a date" in wrong.stderr
    assert connection.execute("SELECT count(*) FROM access_token").fetchone() == before
