"""`rapport import mailbox`: who we are in an archive, told, forgotten, and told later."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from rapport.config import embedded
from tests.factories.letters import letter
from tests.installation import rapport, started_before

MARA, TOM = "mara@ours.example", "tom@elsewhere.example"
"""Mara's are the first messages that come in; Tom's those that nobody tells of."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("mailbox")


def mailbox(folder: Path, owner: str) -> Path:
    """Four questions that were delivered to `owner`, and an answer."""
    target = folder / owner
    target.mkdir(exist_ok=True)
    for number in range(4):
        asked = letter(f"p{number}@firm.example", owner, "When?", hours_ago=9 + number, id_=f"{owner}.{number}",
                       subject=f"Order {number}", Delivered_To=owner)  # fmt: skip
        (target / f"{number}.eml").write_bytes(asked)
    answer = letter(owner, "p0@firm.example", "Now?", hours_ago=8, id_=f"{owner}.a", answers=f"{owner}.0")
    (target / "answer.eml").write_bytes(answer)
    return target


def imported(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    done = rapport("import", "mailbox", "--json", "--processes", "1", "--data", folder / "data", *arguments)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def directions(folder: Path, owner: str) -> list[str]:
    with embedded.running(folder / "data") as cluster, psycopg.connect(cluster.database_url) as connection:
        query = "SELECT direction FROM interactions_interaction WHERE message_id LIKE %s ORDER BY 1"
        return [row[0] for row in connection.execute(query, [f"{owner}%"])]


def test_an_archive_of_somebody_who_is_not_known_is_warned_of_until_they_are(folder: Path) -> None:
    first = imported(folder, mailbox(folder, MARA))
    assert (first["stored"], first["warnings"], first["refiled"]) == (5, [], 0)
    assert first["inferred"] == [
        f"{MARA}: 4 messages were delivered to it",
        "ours.example: 1 of our addresses is there",
    ]
    theirs = mailbox(folder, TOM)
    second = imported(folder, theirs)
    (warning,) = second["warnings"]
    assert f"{TOM}: 4 messages were delivered to it" in warning
    assert f"--me {TOM}" in warning
    assert (second["stored"], second["inferred"]) == (5, [])
    assert directions(folder, TOM) == ["observed"] * 5
    shown = rapport("import", "mailbox", "--processes", "1", "--data", folder / "data", theirs)
    assert f"Warning: {warning}" in shown.stdout
    third = imported(folder, theirs, "--me", TOM)
    assert (third["already_there"], third["warnings"], third["refiled"]) == (5, [], 5)
    assert directions(folder, TOM) == ["in"] * 4 + ["out"]
    wrong = imported(folder, theirs, "--me", "tim@elsewhere.example")
    assert (wrong["warnings"], directions(folder, TOM)) == ([], ["in"] * 4 + ["out"])


def test_a_name_that_isnt_in_the_archive_is_warned_of(tmp_path: Path) -> None:
    started_before(tmp_path / "data")
    told = imported(tmp_path, mailbox(tmp_path, TOM), "--me", "tim@elsewhere.example")
    assert f"--me {TOM}" in told["warnings"][0]
