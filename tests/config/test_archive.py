"""Backups come back exactly, or are refused."""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from rapport.config import embedded
from tests.config.conftest import rapport


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a row, a word that the migrations don't know, and two attachments."""
    data = tmp_path_factory.mktemp("archive") / "data"
    assert rapport("restore", "--data", data, "--help").returncode == 0
    with embedded.running(data) as cluster, psycopg.connect(cluster.owner_database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('Größe')")
    for name in ("ab/one", "cd/two"):
        path = data / "attachments" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(name.encode() * 1000)
    return data


@pytest.fixture(scope="module")
def archive(source: Path) -> Path:
    target = source.parent / "backup.tar"
    made = rapport("backup", "--json", "--with-key", "--data", source, target)
    assert made.returncode == 0
    assert json.loads(made.stdout)["files"] == 4
    assert target.stat().st_mode & 0o777 == 0o600
    return target


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "restored"


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member)
            assert content is not None
            yield member.name, content.read()


def rewritten(archive: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    contents = {**dict(members(archive)), **changes}
    with tarfile.open(target, "w") as written:
        for name, content in contents.items():
            if content is not None:
                about = tarfile.TarInfo(name)
                about.size = len(content)
                written.addfile(about, io.BytesIO(content))
    return target


def test_restored_folder_is_the_same(source: Path, archive: Path, target: Path) -> None:
    restored = rapport("restore", "--data", target, archive)
    assert (restored.returncode, restored.stderr) == (0, "")
    for path in ("attachments/ab/one", "attachments/cd/two", "secret-key"):
        assert (target / path).read_bytes() == (source / path).read_bytes()
        assert (target / path).stat().st_mode & 0o777 == 0o600
    with embedded.running(target) as cluster, psycopg.connect(cluster.database_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("Größe",)]
    again = rapport("restore", "--data", target, archive)
    assert again.returncode == 1
    assert "already holds data" in again.stderr


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"attachments/ab/one": b"other"}, "is damaged: attachments/ab/one differ"),
        ({"attachments/cd/two": None}, "is damaged: attachments/cd/two differ"),
        ({"attachments/ef/added": b""}, "is damaged: attachments/ef/added differ"),
        ({"database.dump": b"PGDMP"}, "is damaged: database.dump differ"),
        ({"manifest.json": None}, "is incomplete"),
        ({"manifest.json": b"{"}, "isn't a backup"),
        ({"../outside": b""}, "holds something that no backup holds"),
        ({"attachments/../../outside": b""}, "holds something that no backup holds"),
    ],
)
def test_changed_archive_is_refused_before_anything_is_written(
    archive: Path, target: Path, tmp_path: Path, changes: dict[str, bytes | None], message: str
) -> None:
    refused = rapport("restore", "--data", target, rewritten(archive, tmp_path / "changed.tar", changes))
    assert refused.returncode == 1
    assert message in refused.stderr
    assert [path.name for path in target.iterdir()] == ["serve.lock"]
    assert not (tmp_path / "outside").exists()


def test_cut_archive_is_refused(archive: Path, target: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    shutil.copy(archive, cut)
    with cut.open("rb+") as file:
        file.truncate(archive.stat().st_size // 2)
    refused = rapport("restore", "--data", target, cut)
    assert refused.returncode == 1
    assert "is damaged" in refused.stderr or "is incomplete" in refused.stderr


def test_archive_of_a_newer_version_is_refused(archive: Path, target: Path, tmp_path: Path) -> None:
    manifest = json.loads(dict(members(archive))["manifest.json"])
    manifest |= {"migrations": ["access.9999_future"], "rapport": "99.0"}
    newer = rewritten(archive, tmp_path / "newer.tar", {"manifest.json": json.dumps(manifest).encode()})
    refused = rapport("restore", "--data", target, newer)
    assert refused.returncode == 1
    assert "made by Rapport 99.0, which is newer" in refused.stderr


def test_other_key_is_refused_unless_given_up(source: Path, target: Path, tmp_path: Path) -> None:
    keyless = tmp_path / "keyless.tar"
    assert rapport("backup", "--data", source, keyless).returncode == 0
    assert "secret-key" not in dict(members(keyless))
    refused = rapport("restore", "--data", target, keyless)
    assert refused.returncode == 1
    assert "Put it into" in refused.stderr
    assert rapport("restore", "--without-key", "--data", target, keyless).returncode == 0
