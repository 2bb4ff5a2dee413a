"""The embedded database server: real processes, ended in every way there is."""

import multiprocessing
import os
import pwd
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from rapport.config import embedded
from rapport.config.embedded.folder import Folder
from rapport.config.embedded.locks import is_locked
from rapport.config.embedded.processes import cluster_processes, postmaster_pid
from rapport.config.embedded.socket_folder import LONGEST_PATH, SOCKET_NAME
from tests.config.killing import kill

JOIN = """
import sys
from pathlib import Path
from rapport.config import embedded
with embedded.running(Path(sys.argv[1])) as cluster:
    print(cluster.database_url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a long path, closed to others."""
    return tmp_path_factory.mktemp("embedded") / ("long-" * 30) / "data"


@pytest.fixture
def cluster(data: Path) -> Iterator[embedded.Cluster]:
    with embedded.running(data) as cluster:
        yield cluster


def socket_folder(folder: Folder) -> Path:
    assert folder.socket_folder is not None
    return folder.socket_folder


def value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def joined(data: Path) -> "subprocess.Popen[str]":
    """Another process that uses the server until its input is closed."""
    command = [sys.executable, "-c", JOIN, str(data)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def left(process: "subprocess.Popen[str]") -> int:
    process.communicate(timeout=20)
    return process.returncode


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("data_checksums", "on"), ("fsync", "on"), ("synchronous_commit", "on"), ("listen_addresses", "")],
)
def test_server_settings(cluster: embedded.Cluster, setting: str, expected: str) -> None:
    assert value(cluster.database_url, f"SHOW {setting}") == expected


def test_database_is_utf8_in_c_locale(cluster: embedded.Cluster) -> None:
    query = "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = 'rapport'"
    assert value(cluster.database_url, query) == "UTF8 C"


def test_application_role_uses_what_the_owner_made_and_owns_nothing(cluster: embedded.Cluster) -> None:
    with psycopg.connect(cluster.owner_database_url) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (id bigint GENERATED ALWAYS AS IDENTITY, word text)")
    with psycopg.connect(cluster.database_url) as application:
        application.execute("INSERT INTO kept (word) VALUES ('a'), ('b')")
        application.execute("UPDATE kept SET word = 'c' WHERE word = 'b'")
        assert application.execute("SELECT count(*) FROM kept WHERE word = 'c'").fetchone() == (1,)
        application.execute("DELETE FROM kept")


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE public.own ()", "ALTER TABLE kept ADD own int", "CREATE DATABASE own", "CREATE ROLE own"],
)
def test_application_role_may_not(cluster: embedded.Cluster, statement: str) -> None:
    with psycopg.connect(cluster.owner_database_url) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
    application = psycopg.connect(cluster.database_url, autocommit=True)
    with application, pytest.raises(errors.InsufficientPrivilege):
        application.execute(statement.encode())


def test_defaults_hold_in_databases_made_later(cluster: embedded.Cluster) -> None:
    with psycopg.connect(cluster.owner_database_url, autocommit=True) as owner:
        owner.execute("CREATE DATABASE later")
    with psycopg.connect(cluster.owner_database_url, dbname="later") as owner:
        owner.execute("CREATE TABLE kept ()")
    with psycopg.connect(cluster.database_url, dbname="later") as application:
        assert application.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    with psycopg.connect(cluster.owner_database_url, autocommit=True) as owner:
        owner.execute("DROP DATABASE later")


@pytest.mark.parametrize("role", ["rapport", "rapport_owner"])
def test_wrong_password_is_refused(cluster: embedded.Cluster, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.database_url, user=role, password="guess")


def test_only_we_and_the_servers_account_reach_the_files(cluster: embedded.Cluster) -> None:
    folder = cluster.folder
    for path in (folder.root, folder.cluster, socket_folder(folder)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for name in ("owner-password", "application-password"):
        assert stat.S_IMODE((folder.root / name).stat().st_mode) == 0o600
    assert folder.cluster.stat().st_uid != 0


def test_socket_path_is_short_for_a_long_data_path(cluster: embedded.Cluster) -> None:
    assert len(os.fsencode(cluster.folder.cluster)) > LONGEST_PATH
    assert len(os.fsencode(socket_folder(cluster.folder) / SOCKET_NAME)) <= LONGEST_PATH


def test_second_user_joins_and_the_last_one_stops_the_server(data: Path) -> None:
    folder = Folder(data / "postgresql")
    with embedded.running(data) as cluster:
        pid = postmaster_pid(folder.cluster)
        other = joined(data)
        assert first_line(other) == cluster.database_url
        assert postmaster_pid(folder.cluster) == pid
    assert is_locked(folder.alive)
    assert left(other) == 0
    assert not is_locked(folder.alive)
    assert cluster_processes(folder.cluster) == []


def test_two_that_start_at_once_share_one_server(tmp_path: Path) -> None:
    both = [joined(tmp_path) for _ in range(2)]
    first, second = (first_line(process) for process in both)
    assert first == second != ""
    assert [left(process) for process in both] == [0, 0]


def postmaster_alone(cluster: Path) -> list[int]:
    return [pid for pid in [postmaster_pid(cluster)] if pid]


@pytest.mark.parametrize("victims", [postmaster_alone, cluster_processes], ids=["postmaster", "all"])
def test_killed_server_is_brought_back_with_all_that_was_written(
    cluster: embedded.Cluster, victims: Callable[[Path], list[int]]
) -> None:
    with psycopg.connect(cluster.owner_database_url) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS survivors (word text)")
        owner.execute("INSERT INTO survivors VALUES (%s)", [victims.__name__])
    for pid in victims(cluster.folder.cluster):
        kill(pid)
    assert cluster.ensure() is True
    found = f"SELECT count(*) FROM survivors WHERE word = '{victims.__name__}'"
    assert value(cluster.database_url, found) == 1
    assert cluster.ensure() is False


def test_user_killed_leaves_a_server_that_the_next_one_joins_and_stops(data: Path) -> None:
    folder = Folder(data / "postgresql")
    other = joined(data)
    url = first_line(other)
    pid = postmaster_pid(folder.cluster)
    other.kill()
    left(other)
    with embedded.running(data) as cluster:
        assert cluster.database_url == url
        assert postmaster_pid(folder.cluster) == pid
    assert not is_locked(folder.alive)


def test_everything_killed_and_its_process_id_reused(data: Path) -> None:
    folder = Folder(data / "postgresql")
    other = joined(data)
    assert first_line(other)
    for pid in [other.pid, *cluster_processes(folder.cluster)]:
        kill(pid)
    left(other)
    for pid_file in (folder.cluster / "postmaster.pid", socket_folder(folder) / f"{SOCKET_NAME}.lock"):
        lines = pid_file.read_text().split("\n")
        pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with embedded.running(data) as cluster:
        assert value(cluster.database_url, "SELECT 1") == 1


def test_socket_folder_is_removed_and_made_again_at_the_same_place(data: Path) -> None:
    with embedded.running(data) as cluster:
        place = socket_folder(cluster.folder)
    assert not place.exists()
    with embedded.running(data) as cluster:
        assert socket_folder(cluster.folder) == place


def test_socket_folder_open_to_others_is_not_used_nor_emptied(data: Path) -> None:
    place = socket_folder(Folder(data / "postgresql"))
    place.mkdir()
    place.chmod(0o777)
    (place / "theirs").touch()
    with embedded.running(data) as cluster:
        assert socket_folder(cluster.folder) != place
    (place / "theirs").unlink()
    place.rmdir()


def test_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "postgresql" / "cluster.new" / "cluster").mkdir(parents=True)
    with embedded.running(tmp_path) as cluster:
        assert value(cluster.database_url, "SELECT 1") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"precious": ""}, "not a complete PostgreSQL database"),
        ({"PG_VERSION": "99\n"}, "made by PostgreSQL 99"),
    ],
)
def test_folder_of_others_is_refused_and_nothing_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: dict[str, str], message: str
) -> None:
    cluster = tmp_path / "data" / "postgresql" / "cluster"
    cluster.mkdir(parents=True)
    for name, text in content.items():
        (cluster / name).write_text(text)
    working = tmp_path / "working"
    working.mkdir()
    (working / "precious").touch()
    monkeypatch.chdir(working)
    with pytest.raises(embedded.ClusterUnusable, match=message), embedded.running(tmp_path / "data"):
        pass
    assert {path.name: path.read_text() for path in cluster.iterdir()} == content
    assert (working / "precious").exists()


def test_damaged_cluster_is_reported_with_the_servers_words(tmp_path: Path) -> None:
    with embedded.running(tmp_path) as cluster:
        control = cluster.folder.cluster / "global" / "pg_control"
    control.unlink()
    with pytest.raises(embedded.StartFailed, match="pg_control"), embedded.running(tmp_path):
        pass
    assert not socket_folder(cluster.folder).exists()


def test_administrators_settings_win(tmp_path: Path) -> None:
    with embedded.running(tmp_path) as cluster:
        custom = cluster.folder.cluster / "custom.conf"
    custom.write_text("work_mem = '11MB'\n")
    custom.chmod(0o644)
    with embedded.running(tmp_path) as cluster:
        assert value(cluster.database_url, "SHOW work_mem") == "11MB"


def _use_as(user: int, data: Path, found: "multiprocessing.SimpleQueue[object]") -> None:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    with embedded.running(data) as cluster:
        found.put(value(cluster.database_url, "SELECT current_user::text"))
        found.put(cluster.folder.cluster.stat().st_uid)
    found.put(is_locked(cluster.folder.alive))


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test here runs as an ordinary user already")
def test_ordinary_user() -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    context = multiprocessing.get_context("fork")
    found: multiprocessing.SimpleQueue[object] = context.SimpleQueue()
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders are closed to others
        os.chown(place, nobody, nobody)
        process = context.Process(target=_use_as, args=(nobody, Path(place) / "data", found))
        process.start()
        process.join(30)
    assert process.exitcode == 0
    assert [found.get() for _ in range(3)] == ["rapport", nobody, False]
