"""Installations of earlier versions are upgraded in one step, keep every row, and go on answering meanwhile.

For every commit of this repository's main line that added a migration (since there has been a demonstration), for the
one before it, for every released version, and for some between: the old code makes an installation with demonstration
data, an administrator and a token, and a backup of it. The new code upgrades the one and restores the other. Both must
hold every row, value for value; `rapport doctor` is content, the old password and token open pages and API.

Then the old code serves a copy while the new one migrates it: all that was asked meanwhile is answered, reading and
writing, as long as no migration in between is one that `script/migrations.py` accepts as an exception.

upgrades.py COMMIT… looks at these commits alone.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "script")]

from migrations import ACCEPTED  # noqa: E402

from rapport.config import embedded  # noqa: E402
from tests.installation import COMMAND, free_port, surroundings  # noqa: E402
from tests.proving import fail  # noqa: E402
from tests.visiting import Load, Visitor  # noqa: E402

SPREAD = 4
EMAIL, PASSWORD = "proof@ours.example", "a long enough sentence"
PAGES = ("/", "/inbox/", "/people/", "/people/?order=-updated_at", "/organizations/", "/ledger/", "/search?q=an",
         "/settings/users", "/settings/imports")  # fmt: skip
RESOURCES = ("people", "organizations", "conversations", "interactions", "relationships", "contact_points", "tags")
CHANGED = {
    "fields_savedview.pinned": "gone: pins are each person's own since",
    "search_entry.is_whole": "gone: search alone used it; names have words of their own",
    "parties_relationshipkind.updated_at": "the kinds that come with Rapport were marked as such",
    "parties_relationshipkind.version": "the same",
    "interactions_line.party_id": "derived: with whom one interaction is, no more with whom its conversation is",
    "interactions_line.relationship_kind_id": "the same",
}
"""What an upgrade takes away or writes anew, and why nothing is lost by it."""
MOVES = {"auth_permission", "django_content_type", "django_migrations", "jobs_heartbeat", "rapport_prepared"}
"""Tables that are filled anew with every start, or from the code."""
PREPARE = """
from rapport.config.database import running
from rapport.config.environment import load
from rapport.config.preparation import prepare_if_needed
with running(load()) as database:
    prepare_if_needed(database)
"""
Rows = dict[str, dict[str, int | None]]
"""Key → column → hash of the value."""
Snapshot = dict[str, Rows]
"""Of each table."""


def git(*arguments: str | Path) -> str:
    return subprocess.run(["git", "-C", ROOT, *arguments], check=True, capture_output=True, text=True).stdout


def migrations_of(commit: str) -> set[str]:
    """`app.name` of Rapport's own."""
    listed = git("ls-tree", "-r", "--name-only", commit, "rapport")
    found = re.findall(r"rapport/(?:\w+/)*(\w+)/migrations/(\d{4}_\w+)\.py", listed)
    return {f"{app}.{name}" for app, name in found}


def versions() -> list[str]:
    """The commits to upgrade from, oldest first."""
    line = git("log", "--first-parent", "--reverse", "--format=%h", "HEAD").split()[:-1]
    line = [commit for commit in line if git("ls-tree", commit, "rapport/config/cli/demo.py")]
    if not line:
        fail("there is no earlier commit; fetch the whole history")
    known = [migrations_of(commit) for commit in line]
    steps = [number for number in range(1, len(line)) if known[number] != known[number - 1]]
    chosen = {0, len(line) - 1, *steps, *(step - 1 for step in steps), *range(0, len(line), len(line) // SPREAD + 1)}
    released = [git("rev-parse", "--short", tag).strip() for tag in git("tag", "--list", "v*").split()]
    return [commit for number, commit in enumerate(line) if number in chosen or commit in released]


@dataclass
class Version:
    """One version's code."""

    code: Path

    def run(self, *arguments: str | Path, given: str = "") -> str:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)], env=self._variables(), cwd="/", input=given, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            fail(arguments, done.stdout, done.stderr)
        return done.stdout

    def migrate(self, data: Path) -> None:
        command = [sys.executable, "-c", PREPARE]
        subprocess.run(command, env=self._variables() | {"RAPPORT_DATA": str(data)}, cwd="/", check=True)

    @contextmanager
    def serving(self, data: Path) -> Iterator[str]:
        port = free_port()
        command = [*COMMAND, "serve", "--json", "--data", str(data), "--port", str(port), "--workers", "1"]
        process = subprocess.Popen(
            command, env=self._variables(), cwd="/", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        try:
            if not process.stdout.readline():
                fail(self.code, "doesn't serve", data)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.communicate(timeout=30)

    def _variables(self) -> dict[str, str]:
        return surroundings() | {"PYTHONPATH": str(self.code)}


NEW = Version(ROOT)


@contextmanager
def checked_out(commit: str) -> Iterator[Version]:
    with tempfile.TemporaryDirectory(prefix="rapport-version-") as place:
        code = Path(place) / "code"
        Path(place).chmod(0o755)
        git("worktree", "add", "--detach", "--force", code, commit)
        try:
            (code / "rapport/web/static").mkdir(parents=True, exist_ok=True)
            (code / "rapport/web/static/dist").symlink_to(ROOT / "rapport/web/static/dist")
            yield Version(code)
        finally:
            git("worktree", "remove", "--force", code)


@contextmanager
def database(data: Path) -> Iterator[psycopg.Connection]:
    with embedded.running(data) as server, psycopg.connect(server.owner_database_url) as connection:
        yield connection


def snapshot(data: Path) -> Snapshot:
    with database(data) as connection:
        tables = connection.execute(
            "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attname), array_agg(a.attname::text)"
            " FILTER (WHERE a.attnum = ANY (i.indkey)) FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY 1"
        ).fetchall()
        return {name: _rows(connection, name, columns, sorted(keys or columns)) for name, columns, keys in tables}


def _rows(connection: psycopg.Connection, table: str, columns: list[str], keys: list[str]) -> Rows:
    key = sql.SQL(", ").join(map(sql.Identifier, keys))
    hashes = sql.SQL(", ").join(
        sql.SQL("hashtextextended({}::text, 0)").format(sql.Identifier(each)) for each in columns
    )
    query = sql.SQL("SELECT ROW({})::text, {} FROM {}").format(key, hashes, sql.Identifier(table))
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in connection.execute(query)}


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Rows that are gone, and columns of which a value is another. New rows and columns are none."""
    found = Counter[str]()
    for table in before.keys() - MOVES:
        for key, values in before[table].items():
            row = after.get(table, {}).get(key)
            changed = [column for column in values if row is not None and row.get(column) != values[column]]
            found.update([f"{table} (rows)"] if row is None else [f"{table}.{column}" for column in changed])
    return sorted(f"{name}: {times}" for name, times in found.items() if name not in CHANGED)


def look_around(base: str, token: str, people: int, attachments: dict[str, list[str]]) -> None:
    """`attachments`: the ids of those that have a SHA-256; some may lie in conversations of others."""
    visitor = Visitor(base, token)
    visitor.sign_in(EMAIL, PASSWORD)
    status, answer = visitor.ask("/api/v1/people?count=true&limit=3")
    found = json.loads(answer)
    if (status, found.get("count")) != (200, people):
        fail("the API answers", status, answer[:300], "and not", people, "people")
    addresses = [*PAGES, *(f"/people/{person['id']}/" for person in found["results"]),
                 *(f"/api/v1/{name}?limit=5" for name in RESOURCES)]  # fmt: skip
    wrong = {address: status for address in addresses if (status := visitor.ask(address)[0]) != 200}
    status, answer = visitor.ask("/api/v1/people", {"name": "Ada New"}, "POST")
    for digest, ids in attachments.items():
        found = [visitor.ask(f"/attachments/{each}") for each in ids]
        if digest not in [sha256(content).hexdigest() for given, content in found if given == 200]:
            wrong[f"attachment {digest}"] = found[0][0]
    if wrong or status != 201:
        fail("after the upgrade", wrong, status, answer[:300])


def while_migrating(old: Version, data: Path, token: str) -> Load:
    """What the old version answered while, and for a moment after, the new one migrated beneath it."""
    with old.serving(data) as base:
        visitor = Visitor(base, token)
        visitor.sign_in(EMAIL, PASSWORD)
        load = Load(visitor)
        load.thread.start()
        try:
            time.sleep(2)
            NEW.migrate(data)
            time.sleep(2)
        finally:
            load.stop.set()
            load.thread.join()
    return load


def install(old: Version, data: Path) -> str:
    """An installation with an administrator, whose token it gives, and people."""
    old.run("user", "add", EMAIL, "--admin", "--password-stdin", "--data", data, given=f"{PASSWORD}\n")
    old.run("demo", "--data", data)
    return old.run("token", "add", "proof", "--user", EMAIL, "--data", data).strip()


def upgraded(data: Path, before: Snapshot, token: str, what: str) -> None:
    """The data folder, brought up to date, is as it was, and works."""
    lost = differences(before, snapshot(data))
    if lost:
        fail(what, "changed", lost)
    with database(data) as connection:
        people = connection.execute(
            "SELECT count(*) FROM parties_party WHERE kind = 'person' AND deleted_at IS NULL"
        ).fetchone()
        attachments = connection.execute(
            "SELECT encode(digest, 'hex'), array_agg(id::text) FROM interactions_attachment GROUP BY 1"
        ).fetchall()
    with NEW.serving(data) as base:
        look_around(base, token, people[0] if people else 0, dict(attachments))
        time.sleep(3)  # for the worker's first report
        NEW.run("doctor", "--data", data)


def prove(commit: str, place: Path) -> None:
    began = time.monotonic()
    unsafe = sorted((migrations_of("HEAD") - migrations_of(commit)) & ACCEPTED.keys())
    with checked_out(commit) as old:
        token = install(old, place / "old")
        old.run("backup", "--with-key", "--data", place / "old", place / "old.tar")
        before = snapshot(place / "old")
        shutil.copytree(place / "old", place / "copy", ignore=shutil.ignore_patterns("socket"))
        _own_as(place / "old", place / "copy")
        load = while_migrating(old, place / "copy", token)
    NEW.migrate(place / "old")
    upgraded(place / "old", before, token, "the upgrade")
    NEW.run("restore", "--data", place / "restored", place / "old.tar")
    upgraded(place / "restored", before, token, "restoring the old backup")
    rows = sum(map(len, before.values()))
    meanwhile = f"{load.answered} answered meanwhile, the slowest in {load.longest:.1f} s, {len(load.wrong)} wrong"
    print(f"{commit}: {rows} rows kept in {len(before)} tables; {meanwhile} ({time.monotonic() - began:.0f} s)")
    if load.wrong and not unsafe:
        fail("the old version answered", load.wrong[:5])
    if load.wrong:
        print(f"  as expected of {', '.join(unsafe)}: {load.wrong[0]}")


def _own_as(original: Path, copied: Path) -> None:
    """The copy's files belong to whom the original's do: the server has an account of its own where root serves."""
    for path in copied.rglob("*"):
        about = (original / path.relative_to(copied)).lstat()
        os.chown(path, about.st_uid, about.st_gid, follow_symlinks=False)


def main() -> None:
    chosen = sys.argv[1:] or versions()
    print(f"{len(chosen)} versions to come from: {' '.join(chosen)}", flush=True)
    for commit in chosen:
        with tempfile.TemporaryDirectory(prefix="rapport-upgrade-") as folder:
            Path(folder).chmod(0o755)
            prove(commit, Path(folder))
            sys.stdout.flush()
    print("proved")


if __name__ == "__main__":
    main()
