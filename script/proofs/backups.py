"""Backups made while mail is imported, killed with SIGKILL, on full disks, and between versions of PostgreSQL.

- Each backup that is taken while an import writes comes back whole: every file that its database names is there with
  the content that its name says, and importing the archive again ends with the same as if nobody had been backing up.
- A backup that is killed leaves the one before it untouched, and the next one begins anew.
- A restore that is killed leaves a folder that nothing but another restore will use, and that one ends well.
- A full disk is said in a sentence, and nothing is left in the way of the next attempt. (Mounts a tmpfs: as root.)
- What the embedded PostgreSQL backed up, Debian's PostgreSQL 15 takes back, and the other way round.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
os.environ["PYTHONPATH"] = str(ROOT)

from postgresql15 import addresses, cluster, own_database  # noqa: E402

from rapport.config import embedded  # noqa: E402
from rapport.config.archive.unpacking import unpack  # noqa: E402
from tests.factories.mail import write_mbox  # noqa: E402
from tests.installation import add_user, rapport, start  # noqa: E402
from tests.proving import fail  # noqa: E402

MESSAGES = 3_000
KILLS = 6
PATIENCE = 600
NAMED = """
SELECT digest FROM interactions_attachment
UNION SELECT raw_digest FROM interactions_body WHERE raw_digest IS NOT NULL
UNION SELECT raw_digest FROM interactions_quarantined WHERE raw_digest IS NOT NULL
UNION SELECT raw_digest FROM interactions_keptapart
"""
HELD = "SELECT (SELECT count(*) FROM interactions_interaction), (SELECT count(*) FROM parties_party)"


def succeed(*arguments: str | Path, **variables: str) -> str:
    """What a command answers that must succeed."""
    done = rapport(*arguments, patience=PATIENCE, **variables)
    if done.returncode != 0:
        fail(arguments, done.stdout, done.stderr)
    return done.stdout


def refused(*arguments: str | Path, **variables: str) -> str:
    """The sentence of a command that must fail in order."""
    done = rapport(*arguments, patience=PATIENCE, **variables)
    if done.returncode != 1 or "Traceback" in done.stderr or not done.stderr.strip():
        fail(arguments, "ended with", done.returncode, done.stdout, done.stderr)
    return done.stderr.strip()


def held(data: Path) -> tuple[int, ...]:
    with embedded.running(data) as server, psycopg.connect(server.owner_database_url) as connection:
        found = connection.execute(HELD).fetchone()
        named = [bytes(digest).hex() for (digest,) in connection.execute(NAMED)]
    assert found
    files = [data / "attachments" / name[:2] / name for name in named]
    wrong = [path.name for path in files if not path.exists() or sha256(path.read_bytes()).hexdigest() != path.name]
    if wrong:
        fail(len(wrong), "files are missing or wrong, the first is", wrong[0])
    return (*found, len(named))


def importing(data: Path, mail: Path) -> tuple[str | Path, ...]:
    return ("import", "mailbox", mail, "--our-domain", "lindqvist-tools.example", "--data", data, "--json")


def while_importing(place: Path, mail: Path) -> Path:
    """The last of the backups that were taken, which is one of the middle."""
    data, taken = place / "source", list[Path]()
    add_user(data, "proof@ours.example", "--admin")
    running = start(*importing(data, mail))
    while running.poll() is None:
        taken.append(place / f"{len(taken)}.tar")
        succeed("backup", "--data", data, taken[-1])
    whole = held(data)
    found = []
    for number, archive in enumerate(taken):
        target = place / f"restored-{number}"
        target.mkdir(mode=0o700)
        (target / "secret-key").write_text((data / "secret-key").read_text())
        succeed("restore", "--data", target, archive)
        succeed("doctor", "--data", target)
        found.append(held(target))
    print(f"{len(taken)} backups while {MESSAGES} messages were filed: {found}")
    middle = min(range(len(taken)), key=lambda number: abs(found[number][0] - whole[0] / 2))
    report = json.loads(succeed(*importing(place / f"restored-{middle}", mail)).splitlines()[-1])
    after = held(place / f"restored-{middle}")
    print(f"the archive again into the one with {found[middle][0]}: {report['already_there']} were there; then {after}")
    if after != whole:
        fail("importing again gave", after, "and not", whole)
    return data


def killed(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Whether it still ran when it was killed."""
    time.sleep(seconds)
    is_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return is_running


def backups_killed(place: Path, data: Path) -> Path:
    folder = place / "backups"
    folder.mkdir()
    target, times = folder / "b.tar", 0
    succeed("backup", "--with-key", "--data", data, target)
    before = sha256(target.read_bytes()).hexdigest()
    for _ in range(KILLS):
        times += killed(start("backup", "--with-key", "--data", data, target), random.uniform(0.5, 3))
        if times and sha256(target.read_bytes()).hexdigest() != before:
            with tempfile.TemporaryDirectory() as unpacked:
                unpack(target, Path(unpacked))  # one that was complete just before the kill
    succeed("backup", "--with-key", "--data", data, target)
    if [path.name for path in folder.iterdir()] != ["b.tar"]:
        fail("killed backups left", list(folder.iterdir()))
    print(f"backup killed {times} times: what was there stayed whole, and nothing is left")
    return target


def restores_killed(place: Path, data: Path, archive: Path) -> None:
    began, whole, refusals = time.monotonic(), held(data), 0
    succeed("restore", "--data", place / "timed", archive)
    longest = time.monotonic() - began
    target, times = place / "killed", 0
    for number in range(KILLS):
        times += killed(start("restore", "--data", target, archive), longest * (number + 1) / (KILLS + 1))
        if (target / "restore-unfinished").exists():
            refusals += "was cut short" in refused("serve", "--port", "1", "--data", target)
            refusals += "was cut short" in refused("backup", "--data", target, place / "none.tar")
        elif (target / "attachments").exists():
            break  # it had been done, but for the last words
    if not (target / "attachments").exists() or (target / "restore-unfinished").exists():
        succeed("restore", "--data", target, archive)
    if held(target) != whole:
        fail("after killed restores there is", held(target), "and not", whole)
    print(f"restore killed {times} times, {refusals} commands refused meanwhile; the last one brought all back")


@contextmanager
def disk(place: Path, megabytes: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=place, prefix="disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def full_disks(place: Path, data: Path, archive: Path) -> None:
    megabytes = archive.stat().st_size // 2**20
    for size in (2, megabytes // 4, megabytes - 4):
        with disk(place, size) as folder:
            said = refused("backup", "--data", data, folder / "b.tar")
            if list(folder.iterdir()):
                fail("a backup on a full disk left", list(folder.iterdir()))
            print(f"backup on {size} MB: {said.splitlines()[-1]}")
    for size in (2, *range(megabytes + 10, megabytes + 110, 10), megabytes + 500):
        with disk(place, size) as folder:
            print(f"restore on {size} MB: {restored_or_refused(folder / 'data', archive)}")
    if restored_or_refused(place / "enough", archive) != "restored":
        fail("a restore with room enough")


def restored_or_refused(data: Path, archive: Path) -> str:
    done = rapport("restore", "--data", data, archive, patience=PATIENCE)
    if done.returncode == 0:
        return "restored"
    left = {path.name for path in data.iterdir()} - {"serve.lock", "postgresql"}
    if left or (data / "postgresql" / "cluster").exists() or "Traceback" in done.stderr or not done.stderr:
        fail("a restore on a full disk left", left, done.stderr)
    said = done.stderr.strip().splitlines()
    return said[0] if len(said) == 1 else f"{said[0]} … {said[-1]}"


def between_versions(place: Path, data: Path, archive: Path) -> None:
    whole = held(data)
    with cluster() as socket:
        addressed = addresses(own_database(socket, "restored"), socket)
        succeed("restore", "--data", place / "fifteen", archive, **addressed)
        succeed("backup", "--with-key", "--data", place / "fifteen", place / "fifteen.tar", **addressed)
        again = refused("restore", "--data", place / "fifteen-again", archive, **addressed)
    succeed("restore", "--data", place / "back", place / "fifteen.tar")
    if held(place / "back") != whole or "already holds tables" not in again:
        fail("there and back is", held(place / "back"), "and not", whole, again)
    print("from the embedded PostgreSQL to 15 and back: the same; a database that holds tables is refused")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="rapport-backups-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        mail = place / "mail.mbox"
        write_mbox(mail, MESSAGES)
        data = while_importing(place, mail)
        archive = backups_killed(place, data)
        restores_killed(place, data, archive)
        full_disks(place, data, archive)
        between_versions(place, data, archive)
    print("proved")


if __name__ == "__main__":
    main()
