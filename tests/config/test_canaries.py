"""Keys and passwords of the installation itself are in no backup, output or command line."""

import subprocess
from pathlib import Path

import psycopg
import pytest

from rapport.config import embedded
from rapport.config.archive.unpacking import unpack
from rapport.config.embedded.binaries import find_binaries
from tests.installation import Served, add_user, rapport, started_before

SESSION = "canaryofasession0123456789abcdef"
PASSWORD = "a long enough canary"
UNREACHABLE = "postgresql://rapport:canary@127.0.0.1:9/rapport"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = started_before(tmp_path_factory.mktemp("canaries") / "data")
    add_user(place, "ada@ours.example", password=PASSWORD)
    with embedded.running(place) as cluster, psycopg.connect(cluster.owner_database_url) as owner:
        owner.execute("INSERT INTO django_session VALUES (%s, 'x', now() + interval '1 day')", [SESSION])
    return place


def secrets_of(data: Path) -> dict[str, bytes]:
    files = {
        name: data / name for name in ("secret-key", "postgresql/owner-password", "postgresql/application-password")
    }
    kept = {name: path.read_bytes().strip() for name, path in files.items()}
    return kept | {"session": SESSION.encode(), "password": PASSWORD.encode()}


def test_no_secret_is_in_a_backup(data: Path, tmp_path: Path) -> None:
    archive, unpacked = tmp_path / "b.tar", tmp_path / "unpacked"
    unpacked.mkdir()
    said = rapport("backup", "--data", data, archive)
    unpack(archive, unpacked)
    restore = [find_binaries().program("pg_restore"), "--file=-", str(unpacked / "database.dump")]
    script = subprocess.run(restore, check=True, capture_output=True).stdout
    searched = archive.read_bytes() + script + said.stdout.encode()
    assert b"ada@ours.example" in searched
    assert [name for name, secret in secrets_of(data).items() if secret in searched] == []


def test_nobody_is_signed_in_by_a_backup(data: Path, tmp_path: Path) -> None:
    assert rapport("backup", "--with-key", "--data", data, tmp_path / "b.tar").returncode == 0
    assert rapport("restore", "--data", tmp_path / "restored", tmp_path / "b.tar").returncode == 0
    with embedded.running(tmp_path / "restored") as cluster, psycopg.connect(cluster.owner_database_url) as owner:
        assert owner.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
        assert owner.execute("SELECT count(*) FROM access_user").fetchone() == (1,)


COMMANDS = [("doctor",), ("backup", "b.tar"), ("demo",), ("serve", "--port", "1"), ("token", "add", "x", "--user", "y")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_password_to_a_database_that_is_out_of_reach_is_not_repeated(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    failed = rapport(*command, "--data", tmp_path / "data", DATABASE_URL=UNREACHABLE)
    assert failed.returncode == 1
    said = failed.stdout + failed.stderr
    assert "127.0.0.1" in said or "port 1" in said
    assert "canary" not in said
    assert "Traceback" not in said


def test_no_secret_is_on_a_command_line(served: Served) -> None:
    lines = " ".join(served.descendants().values()).encode()
    assert b"rapport.config.serve.web" in lines
    assert [name for name, secret in secrets_of(served.data).items() if secret in lines] == []
