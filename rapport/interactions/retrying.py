"""Quarantined messages tried once more, for after Rapport has learned to read what it could not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F

from rapport.interactions.channels.email.archive import RawMessage
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import ParsedItem, parse_one
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.importing import Alone, actor_of, counted, file_good
from rapport.interactions.models import Import, Quarantined
from rapport.kit.text import clean_line
from rapport.platform.files import store

BATCH = 20
"""Each may be large."""


def retry(run_id: UUID) -> None:
    """Parses what was kept raw again; what can be read now is filed and leaves the quarantine. Repeatable."""
    mine = Import.objects.filter(pk=run_id, state=Import.State.RETRYING)
    with Alone(run_id):
        work = mine.select_related("archive", "user").first()
        if work is None:
            return
        for rows in _batches(work):
            _retry(work, rows)
        mine.update(state=Import.State.DONE)


def _batches(work: Import) -> Iterator[list[Quarantined]]:
    """In the order of their ids, so that what stays in quarantine is not met again."""
    kept = work.problems.filter(raw_digest__isnull=False).order_by("pk")
    rows = list(kept[:BATCH])
    while rows:
        yield rows
        rows = list(kept.filter(pk__gt=rows[-1].pk)[:BATCH])


def _retry(work: Import, rows: Sequence[Quarantined]) -> None:
    items = [_parsed(row) for row in rows]
    read, unread = [], []
    for row, item in zip(rows, items, strict=True):
        if isinstance(item.parsed, ParsedMessage):
            read.append(row.pk)
        else:
            row.reason = clean_line(item.parsed, 1_000)
            unread.append(row)
    with transaction.atomic():
        filed = file_good(work, items, actor_of(work))
        Quarantined.objects.filter(pk__in=read).delete()
        Import.objects.filter(pk=work.pk).update(quarantined=F("quarantined") - len(read), **counted(filed))
        Quarantined.objects.bulk_update(unread, ["reason"])


def _parsed(row: Quarantined) -> ParsedItem:
    with store.open_file(bytes(row.raw_digest or b"")) as file:
        raw = file.read()
    outcome = parse_one(RawMessage(row.source, row.position, raw))
    finished = prepare(outcome, raw) if isinstance(outcome, ParsedMessage) else None
    return ParsedItem(row.source, row.position, raw, outcome, finished)
