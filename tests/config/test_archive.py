"""Backups come back exactly, or are refused."""

import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from rapport.config import embedded
from rapport.config.archive.manifest import ArchiveRefused, Manifest
from rapport.config.archive.unpacking import unpack
from rapport.config.embedded.locks import try_exclusive
from tests.installation import add_user, rapport, started_before

CONTENTS = (b"one" * 1000, b"two" * 1000)


def stored(content: bytes) -> str:
    """The name of an attachment with this content."""
    digest = sha256(content).hexdigest()
    return f"attachments/{digest[:2]}/{digest}"


ONE, TWO = map(stored, CONTENTS)
EARLY = f"attachments/{TWO[15:17]}/{TWO[17:19]}/{TWO[15:]}"
"""Where early versions stored the second."""
ADDED = stored(b"")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a table that the migrations don't know, two attachments, and one that is being written."""
    data = started_before(tmp_path_factory.mktemp("archive") / "data")
    add_user(data, "ada@ours.example")
    with embedded.running(data) as cluster, psycopg.connect(cluster.owner_database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('Größe')")
    for name, content in zip((ONE, EARLY), CONTENTS, strict=True):
        path = data / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    (data / ONE).with_name("tmpx1y2z3").write_bytes(b"half of someth")
    return data


@pytest.fixture(scope="module")
def archive(source: Path) -> Path:
    target = source.parent / "backup.tar"
    made = rapport("backup", "--json", "--with-key", "--data", source, target)
    assert made.returncode == 0
    assert {name: json.loads(made.stdout)[name] for name in ("files", "damaged")} == {"files": 4, "damaged": []}
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in target.parent.iterdir()) == ["backup.tar", "data"]
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


def written(target: Path, *added: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for about, content in added:
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return target


def rewritten(archive: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    contents = {**dict(members(archive)), **changes}
    kept = [(tarfile.TarInfo(name), content) for name, content in contents.items() if content is not None]
    return written(target, *kept)


def refused(target: Path, archive: Path, *options: str) -> str:
    """Why a restore is refused, which leaves nothing."""
    answer = rapport("restore", "--data", target, archive, *options)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert [path.name for path in target.iterdir()] == ["serve.lock"]
    return answer.stderr


def test_restored_folder_is_the_same(source: Path, archive: Path, target: Path) -> None:
    restored = rapport("restore", "--data", target, archive)
    assert (restored.returncode, restored.stderr) == (0, "")
    for path in (ONE, EARLY, "secret-key"):
        assert (target / path).read_bytes() == (source / path).read_bytes()
        assert (target / path).stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in target.iterdir()) == ["attachments", "postgresql", "secret-key", "serve.lock"]
    with embedded.running(target) as cluster, psycopg.connect(cluster.database_url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("Größe",)]
    again = rapport("restore", "--data", target, archive)
    assert again.returncode == 1
    assert again.stderr == f"{target} already holds data. Restore into an empty folder.\n"
    assert (target / ONE).exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({ONE: b"other"}, f"is damaged: {ONE} differ"),
        ({EARLY: None}, f"is damaged: {EARLY} differ"),
        ({ADDED: b""}, f"is damaged: {ADDED} differ"),
        ({"database.dump": b"PGDMP"}, "is damaged: database.dump differ"),
        ({"secret-key": b"another"}, "is damaged: secret-key differ"),
        ({"manifest.json": None}, "is incomplete: its end is missing."),
    ],
)
def test_a_changed_archive_is_refused_before_anything_is_written(
    archive: Path, target: Path, tmp_path: Path, changes: dict[str, bytes | None], message: str
) -> None:
    assert message in refused(target, rewritten(archive, tmp_path / "changed.tar", changes))


FOREIGN_NAMES = (
    "../outside", "attachments/../../outside", "/etc/outside", "attachments", f"attachments/./{ONE[12:]}", f"{ONE}/x",
    "attachments/zz/" + "z" * 64, f"attachments/00/{'ab' * 32}", f"attachments/ab/cd/{'ab' * 32}",
    "database.dump/x", "manifest.json\n", "\x1b[31mred",
    "", f"./{ONE}", "x" * 300, "secret-key\0",
)  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN_NAMES)
def test_a_name_that_no_backup_has_is_refused(tmp_path: Path, name: str) -> None:
    about = tarfile.TarInfo("x")
    about.pax_headers = {"path": name}
    assert_strange(tmp_path, written(tmp_path / "strange.tar", (about, b"content")))


KINDS = {
    "symbolic link": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "pipe": tarfile.FIFOTYPE, "device": tarfile.BLKTYPE,
    "folder": tarfile.DIRTYPE, "contiguous": tarfile.CONTTYPE, "sparse": tarfile.GNUTYPE_SPARSE,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_only_plain_files_are_taken(tmp_path: Path, kind: bytes) -> None:
    about = tarfile.TarInfo(ONE)
    about.type, about.linkname = kind, "/etc/passwd"
    assert_strange(tmp_path, written(tmp_path / "strange.tar", (about, b"")))


def test_a_file_that_would_grow_a_million_times_is_refused(tmp_path: Path) -> None:
    about = tarfile.TarInfo(ONE)
    about.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": str(10**13), "GNU.sparse.numblocks": "1"}
    assert_strange(tmp_path, written(tmp_path / "bomb.tar", (about, b"x")))


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    twice = [(tarfile.TarInfo("database.dump"), b"one"), (tarfile.TarInfo("database.dump"), b"two")]
    assert_strange(tmp_path, written(tmp_path / "twice.tar", *twice))


def assert_strange(place: Path, archive: Path) -> None:
    unpacked = place / "deep" / "unpacked"
    unpacked.mkdir(parents=True)
    with pytest.raises(ArchiveRefused, match=r"(holds something that no backup holds)|(is damaged or no backup)"):
        unpack(archive, unpacked)
    assert [path.name for path in unpacked.iterdir()] in ([], ["database.dump"])
    assert {path.name for path in place.iterdir()} == {"deep", archive.name}


MANIFEST = Manifest(
    format=1, rapport="1", made_at="", application_role="rapport", key_fingerprint="", migrations=[], sha256={}
)  # fmt: skip


CHANGES: list[dict[str, object]] = [
    {"format": 2}, {"format": "1"}, {"sha256": []}, {"sha256": {"x": 1}}, {"migrations": "x"}, {"migrations": [1]},
    {"made_at": None}, {"made_at": "later"}, {"seal": 1}, {"more": 1},
]  # fmt: skip
NO_MANIFESTS = [
    b"", b"{", b"{}", b"[]", b"null", b'"text"', b"\xff", b"[" * 100_000,
    *(json.dumps({**json.loads(MANIFEST.to_json()), **change}).encode() for change in CHANGES),
]  # fmt: skip


@pytest.mark.parametrize("content", NO_MANIFESTS)
def test_a_manifest_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(ArchiveRefused):
        Manifest.from_json(content)


def test_an_early_manifest_has_no_seal_and_a_whole_one_is_read() -> None:
    assert Manifest.from_json(MANIFEST.to_json()).sealing() == MANIFEST.sealing()
    early = {name: value for name, value in json.loads(MANIFEST.to_json()).items() if name != "seal"}
    assert Manifest.from_json(json.dumps(early).encode()) == MANIFEST


def test_wherever_it_is_cut_or_a_bit_is_flipped_it_is_refused_or_the_same(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    first = unpack(archive, made(tmp_path / "first"))
    steps = [*range(0, len(whole), max(1, len(whole) // 150)), *range(0, 1024, 7)]
    outcomes = [_outcome(whole[:size], tmp_path, first) for size in steps]
    outcomes += [_outcome(flipped(whole, place), tmp_path, first) for place in steps]
    assert outcomes.count("refused") > len(steps)
    assert outcomes.count("the same") < len(steps)


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _outcome(content: bytes, tmp_path: Path, whole: Manifest) -> str:
    """An archive that isn't refused has the same parts, and so the hashes that its sealed manifest says."""
    damaged, place = tmp_path / "damaged.tar", tmp_path / "place"
    damaged.write_bytes(content)
    try:
        assert unpack(damaged, made(place)) == whole
    except ArchiveRefused:
        return "refused"
    finally:
        shutil.rmtree(place)
    return "the same"


def test_an_archive_of_a_newer_version_is_refused(archive: Path, target: Path, tmp_path: Path) -> None:
    manifest = json.loads(dict(members(archive))["manifest.json"])
    manifest |= {"migrations": ["access.9999_future"], "rapport": "99.0", "seal": ""}
    newer = rewritten(archive, tmp_path / "newer.tar", {"manifest.json": json.dumps(manifest).encode()})
    assert "made by Rapport 99.0, which is newer" in refused(target, newer)


def test_a_database_that_can_not_be_restored_leaves_nothing(archive: Path, target: Path, tmp_path: Path) -> None:
    contents = dict(members(archive))
    broken = contents["database.dump"][:-40]
    manifest = json.loads(contents["manifest.json"])
    manifest["sha256"]["database.dump"] = sha256(broken).hexdigest()
    manifest["seal"] = ""
    changes: dict[str, bytes | None] = {"database.dump": broken, "manifest.json": json.dumps(manifest).encode()}
    answer = rapport("restore", "--data", target, rewritten(archive, tmp_path / "broken.tar", changes))
    assert answer.returncode == 1
    assert answer.stderr.startswith("The database could not be restored, and nothing was:\npg_restore: error:")
    assert not (target / "postgresql" / "cluster").exists()
    assert sorted(path.name for path in target.iterdir()) == ["postgresql", "serve.lock"]
    assert rapport("restore", "--data", target, archive).returncode == 0


def test_another_key_is_refused_unless_given_up(source: Path, target: Path, tmp_path: Path) -> None:
    keyless = tmp_path / "keyless.tar"
    assert rapport("backup", "--data", source, keyless).returncode == 0
    assert "secret-key" not in dict(members(keyless))
    assert "Put it into" in refused(target, keyless)
    assert rapport("restore", "--without-key", "--data", target, keyless).returncode == 0
    assert (target / "secret-key").read_text() != (source / "secret-key").read_text()


def test_restoring_leaves_no_key_anywhere_else(archive: Path, target: Path, tmp_path: Path) -> None:
    """As the folder that the environment names isn't the one that is restored into."""
    assert rapport("restore", "--data", target, archive, RAPPORT_DATA=str(tmp_path / "named")).returncode == 0
    assert not (tmp_path / "named").exists()


def test_a_damaged_attachment_is_told_and_backed_up_as_it_is(archive: Path, target: Path, tmp_path: Path) -> None:
    assert rapport("restore", "--data", target, archive).returncode == 0
    (target / ONE).write_bytes(b"nobody knows")
    again = tmp_path / "again.tar"
    told = rapport("backup", "--data", target, again)
    assert told.returncode == 0
    assert told.stdout.splitlines()[1] == f"1 attachments had been damaged before, the first is {ONE}."
    assert dict(members(again))[ONE] == b"nobody knows"


def test_a_backup_that_was_killed_is_in_nobodys_way_but_a_running_one_is(source: Path, tmp_path: Path) -> None:
    left = tmp_path / ".b.tar.unfinished"
    left.mkdir(mode=0o700)
    (left / "database.dump").write_bytes(b"PGDMP")
    assert rapport("backup", "--data", source, tmp_path / "b.tar").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]
    left.mkdir(mode=0o700)
    held = os.open(left, os.O_RDONLY)
    assert try_exclusive(held)
    again = rapport("backup", "--data", source, tmp_path / "b.tar")
    os.close(held)
    assert (again.returncode, again.stderr) == (1, f"Another backup is being written to {tmp_path / 'b.tar'}.\n")


@pytest.mark.parametrize("name", ["missing/b.tar", "data/secret-key/b.tar"])
def test_a_place_that_can_not_be_written_is_said(source: Path, name: str) -> None:
    answer = rapport("backup", "--data", source, source.parent / name)
    assert answer.returncode == 1
    assert re.fullmatch(r"\S+ can't be written: (No such file or directory|Not a directory)\.\n", answer.stderr)
