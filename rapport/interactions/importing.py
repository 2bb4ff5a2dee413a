"""Imports of mail archives: resumable, batch by batch, with a report whose totals reconcile.

read = stored + already_there + kept_apart + excluded + quarantined. The place reached is written in the transaction of
the batch that reached it, so that an import which is killed goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions import refiling, uploads
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import ParsedItem, parse_archive
from rapport.interactions.filing.messages import Filed, file_messages
from rapport.interactions.filing.ours import claimed_names
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Archive, Import, Quarantined
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.errors import Conflict
from rapport.platform.events.bus import emit
from rapport.platform.files import store

BATCH = 500
FIRST_BATCH = 50
"""Batches grow from this size, so that whoever waits soon sees something."""
COUNTS = ("read", "stored", "already_there", "kept_apart", "excluded", "quarantined")
State = Import.State

Progress = Callable[[Import], None]


def begin(archive: Archive, paths: Iterable[Path], actor: Actor) -> Import:
    """Notes an import that is to be run. Earlier ones of this archive that were killed are noted as failed."""
    for earlier in archive.imports.filter(state=State.RUNNING):
        _give_up_if_dead(earlier)
    listed = [str(path.absolute()) for path in paths]
    made: Import = Import.objects.create(archive=archive, paths=listed, user_id=actor.user_id)
    return made


def _give_up_if_dead(work: Import) -> None:
    """An import at which no process is, and which no job takes up again, since its files were not uploaded."""
    if uploads.folder_of(work.pk).exists():
        return
    try:
        with Alone(work.pk):
            ended = {"state": State.FAILED, "ended_at": timezone.now(), "error": "It was killed."}
            Import.objects.filter(pk=work.pk, state=State.RUNNING).update(**ended)
    except Conflict:
        pass  # another process is at it: it is alive


def run(run_id: UUID, *, processes: int = 2, progress: Progress | None = None) -> Import:
    """Runs an import, or goes on with it, to its end; one that is over, or not yet to be run, stays as it is.

    Raises Conflict when another process is at it.
    """
    mine = Import.objects.filter(pk=run_id)
    with Alone(run_id):
        waiting = mine.filter(state__in=(State.WAITING, State.RUNNING))
        if _start(waiting):
            work = mine.select_related("archive", "user").get()
            actor = actor_of(work)
            _file_all(work, actor, processes, progress)
            if mine.filter(state=State.RUNNING).update(state=State.DONE, ended_at=timezone.now(), error=""):
                emit("imports.done", [run_id], actor=actor)
    found: Import = mine.get()
    if found.state in Import.OVER:
        uploads.remove(run_id)
    return found


def _start(waiting: QuerySet[Import]) -> bool:
    """Begins, or goes on; who its importer says we are holds from now on for all of the archive.

    What others have filed in it is filed again; where none has begun there is nothing yet.
    """
    with transaction.atomic():
        archive = waiting.values_list("archive", flat=True).first()
        if archive is None:
            return False
        # Of two that begin at once, one sees the other.
        Archive.objects.select_for_update(no_key=True).get(pk=archive)
        begun = Import.objects.filter(archive=archive, started_at__isnull=False)
        has_mail = begun.exclude(pk__in=waiting.values("pk")).exists()
        before = claimed_names(archive)
        waiting.update(state=State.RUNNING, started_at=Coalesce(F("started_at"), Now()))
        if has_mail and (changed := before ^ claimed_names(archive)):
            refiling.note_change(changed, archive)
            refiling.refile_later()
        return True


def actor_of(work: Import) -> Actor:
    return actor_for(work.user, "import") if work.user else Actor.system("import")


class Alone:
    """Holds an advisory lock for the length of an import: two processes never run the same one."""

    def __init__(self, run_id: UUID) -> None:
        self.key = f"rapport.import.{run_id}"

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [self.key])
            if not cursor.fetchone()[0]:
                raise Conflict(_("This import is running already."))

    def __exit__(self, *_fault: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [self.key])


def _file_all(work: Import, actor: Actor, processes: int, progress: Progress | None) -> None:
    place = work.options.get("place", {})
    work.options.pop("faults", None)  # the first batch that is filed forgets them
    paths, done = [Path(each) for each in work.paths], int(place.get("path", 0))
    for number, path in enumerate(paths[done:], start=done):
        after = place.get("token") if number == done else None
        for batch in _batches(parse_archive([path], processes=processes, after=after, finish=prepare)):
            _file_batch(work, batch, actor, {"path": number, "token": batch[-1].token})
            if progress:
                work.refresh_from_db(fields=COUNTS)
                progress(work)
            if not Import.objects.filter(pk=work.pk, state=State.RUNNING).exists():
                return
        Import.objects.filter(pk=work.pk).update(options=work.options | {"place": {"path": number + 1}})


def _batches(items: Iterator[ParsedItem]) -> Iterator[list[ParsedItem]]:
    batch: list[ParsedItem] = []
    size = FIRST_BATCH
    for item in items:
        batch.append(item)
        if len(batch) >= min(size, BATCH):
            yield batch
            batch, size = [], 2 * size
    if batch:
        yield batch


def _file_batch(work: Import, batch: Sequence[ParsedItem], actor: Actor, place: dict[str, Any]) -> None:
    bad = [item for item in batch if not isinstance(item.parsed, ParsedMessage)]
    with transaction.atomic():
        filed = file_good(work, batch, actor)
        _quarantine(work, bad)
        Import.objects.filter(pk=work.pk).update(
            read=F("read") + len(batch),
            quarantined=F("quarantined") + len(bad),
            options=work.options | {"place": place},
            **counted(filed),
        )


def file_good(work: Import, items: Iterable[ParsedItem], actor: Actor) -> Filed:
    """Files those that could be understood, within the caller's transaction."""
    good = [(item.parsed, item.raw, item.finished) for item in items if isinstance(item.parsed, ParsedMessage)]
    return file_messages(good, work.archive, actor=actor) if good else Filed()


def counted(filed: Filed) -> dict[str, Any]:
    return {name: F(name) + getattr(filed, name) for name in ("stored", "already_there", "kept_apart", "excluded")}


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
