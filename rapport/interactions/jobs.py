"""Thin, repeatable jobs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport.interactions import importing, looking, refiling, retrying, uploads
from rapport.interactions.actions.meetings import hold_meetings
from rapport.interactions.following import lapse_silent
from rapport.interactions.ledger import days
from rapport.interactions.mailboxes import following
from rapport.interactions.models import Import
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Conflict
from rapport.platform.events.bus import emit, subscribe
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import GiveUp, TryAgain, job, schedule

log = logging.getLogger(__name__)

MOST_DAYS = 400
"""Days that are summed up at a time: those of an import are many."""
MOST_FAULTS = 5
"""An import that is stopped so often without filing anything in between has failed."""


@job("interactions.look", tries=MOST_FAULTS, concurrency=2)
def look(import_id: str) -> None:
    _guarded(looking.look, UUID(import_id))


@job("interactions.import", tries=100, concurrency=1)
def import_archive(import_id: str) -> None:
    _guarded(importing.run, UUID(import_id))


@job("interactions.try_again", concurrency=1)
def try_again(import_id: str) -> None:
    _guarded(retrying.retry, UUID(import_id))


def _guarded(work: Callable[[UUID], object], run_id: UUID) -> None:
    """Writes on its row what stops an import, and decides whether it is tried again."""
    try:
        work(run_id)
    except Conflict as busy:
        raise TryAgain(str(busy)) from busy
    except Exception as fault:
        # Whatever it is: whoever waits for the import must see that, and why, it doesn't go on.
        log.exception("Import %s was stopped", run_id)
        if _note_fault(run_id, fault) >= MOST_FAULTS:
            raise GiveUp(_named(fault)) from fault
        raise TryAgain(_named(fault)) from fault


def _note_fault(run_id: UUID, fault: Exception) -> int:
    """How often in a row it was stopped."""
    row = Import.objects.get(pk=run_id)
    faults = int(row.options.get("faults", 0)) + 1
    changes: dict[str, object] = {"error": _named(fault), "options": row.options | {"faults": faults}}
    if faults >= MOST_FAULTS:
        changes |= {"state": Import.State.FAILED, "ended_at": timezone.now()}
    with transaction.atomic():
        changed = Import.objects.filter(pk=run_id, state__in=Import.BUSY).update(**changes)
        if changed and faults >= MOST_FAULTS:
            emit("imports.failed", [run_id], actor=Actor.system("job"))
    return faults


def _named(fault: Exception) -> str:
    """What happened, without what may be somebody's mail."""
    reason = fault.strerror if isinstance(fault, OSError) else ""
    return f"{type(fault).__name__}: {reason}" if reason else type(fault).__name__


@job("interactions.refile", tries=100, concurrency=1)
def refile() -> None:
    refiling.refile()


@subscribe("our_addresses.*")
def follow_us(_event: Event) -> None:
    refiling.refile_later()


@subscribe("mailboxes.*", "users.*")
def look_them_up(_event: Event) -> None:
    """Mailboxes came, went or changed, or rest since their owner left."""
    following.wake()


@schedule("interactions.refile_missed", "*/5 * * * *")
def refile_missed() -> None:
    """Addresses of ours that were changed where no event told of it."""
    if refiling.is_missed():
        refiling.refile_later()


@schedule("interactions.lapse", "17 3 * * *")
def lapse() -> None:
    lapse_silent()


@schedule("interactions.hold_meetings", "* * * * *")
def hold() -> None:
    hold_meetings()


@schedule("interactions.sum_up", "* * * * *")
def sum_up() -> None:
    days.sum_up(MOST_DAYS)


@schedule("interactions.sweep_uploads", "41 3 * * *")
def sweep_uploads() -> None:
    uploads.sweep()
