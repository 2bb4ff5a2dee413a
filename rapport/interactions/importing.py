"""Imports of mail archives: resumable, batch by batch, with a report whose totals reconcile.

read = stored + already_there + excluded + quarantined. The place reached is written in the transaction of
the batch that reached it, so that an import which is killed goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import ParsedItem, parse_archive
from rapport.interactions.filing.messages import Filed, Ours, file_messages
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Archive, Import, Quarantined
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.errors import Conflict
from rapport.platform.files import store
from rapport.platform.jobs.queue import enqueue, job

BATCH = 500
COUNTS = ("read", "stored", "already_there", "excluded", "quarantined")

Progress = Callable[[Import], None]


def begin(archive: Archive, paths: Iterable[Path], actor: Actor) -> Import:
    """Notes an import that is to be run."""
    listed = [str(path.absolute()) for path in paths]
    made: Import = Import.objects.create(archive=archive, paths=listed, user_id=actor.user_id)
    return made


def run(run_id: UUID, *, processes: int = 2, progress: Progress | None = None) -> Import:
    """Runs an import, or goes on with it, to its end. Raises Conflict when another process is at it."""
    work: Import = Import.objects.select_related("archive", "user").get(pk=run_id)
    with _Alone(run_id):
        Import.objects.filter(pk=run_id).update(state="running", started_at=work.started_at or timezone.now())
        _file_all(work, processes, progress)
        state = "cancelled" if _is_cancelled(run_id) else "done"
        Import.objects.filter(pk=run_id).update(state=state, ended_at=timezone.now())
    work.refresh_from_db()
    return work


class _Alone:
    """Holds an advisory lock for the length of an import: two processes never run the same one."""

    def __init__(self, run_id: UUID) -> None:
        self.key = f"rapport.import.{run_id}"

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [self.key])
            if not cursor.fetchone()[0]:
                raise Conflict("This import is running already.")

    def __exit__(self, *_fault: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [self.key])


def _file_all(work: Import, processes: int, progress: Progress | None) -> None:
    actor = actor_for(work.user, "import") if work.user else Actor.system("import")
    place = work.options.get("place", {})
    paths, done = [Path(each) for each in work.paths], int(place.get("path", 0))
    for number, path in enumerate(paths[done:], start=done):
        after = place.get("token") if number == done else None
        for batch in _batches(parse_archive([path], processes=processes, after=after, finish=prepare)):
            _file_batch(work, batch, actor, {"path": number, "token": batch[-1].token})
            if progress:
                work.refresh_from_db(fields=COUNTS)
                progress(work)
            if _is_cancelled(work.pk):
                return
        Import.objects.filter(pk=work.pk).update(options=work.options | {"place": {"path": number + 1}})


def _batches(items: Iterator[ParsedItem]) -> Iterator[list[ParsedItem]]:
    batch: list[ParsedItem] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _file_batch(work: Import, batch: Sequence[ParsedItem], actor: Actor, place: dict[str, Any]) -> None:
    good = [(item.parsed, item.raw, item.finished) for item in batch if isinstance(item.parsed, ParsedMessage)]
    bad = [item for item in batch if not isinstance(item.parsed, ParsedMessage)]
    with transaction.atomic():
        filed = file_messages(good, work.archive, Ours.load(), actor=actor) if good else Filed()
        _quarantine(work, bad)
        Import.objects.filter(pk=work.pk).update(
            read=F("read") + len(batch),
            stored=F("stored") + filed.stored,
            already_there=F("already_there") + filed.already_there,
            excluded=F("excluded") + filed.excluded,
            quarantined=F("quarantined") + len(bad),
            options=work.options | {"place": place},
        )


def _quarantine(work: Import, bad: Sequence[ParsedItem]) -> None:
    """Keeps what could not be understood, raw, with its reason."""
    rows = [
        Quarantined(
            import_run=work,
            source=clean_line(item.source, 1_000),
            position=clean_line(item.position, 1_000),
            reason=clean_line(str(item.parsed), 1_000),
            raw_digest=store.put(item.raw) if item.raw else None,
        )
        for item in bad
    ]
    store.flush(bytes(row.raw_digest) for row in rows if row.raw_digest)
    Quarantined.objects.bulk_create(rows)


def _is_cancelled(run_id: UUID) -> bool:
    return Import.objects.filter(pk=run_id, state="cancelled").exists()


def start(work: Import) -> None:
    """Leaves an import to the worker."""
    enqueue("interactions.import", key=f"import:{work.pk}", import_id=str(work.pk))


@job("interactions.import", tries=20, concurrency=1)
def import_job(import_id: str) -> None:
    run(UUID(import_id))
