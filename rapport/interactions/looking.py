"""Before an uploaded archive is filed: how much is in it, and, unless somebody has said it, who "we" are in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from rapport.interactions import us
from rapport.interactions.channels.email.who import Ground, Inference, Ours
from rapport.interactions.models import Import
from rapport.platform.jobs.queue import enqueue


def look(run_id: UUID) -> None:
    """Looks into an upload; it then waits for somebody to confirm who we are, or its turn. Repeatable."""
    mine = Import.objects.filter(pk=run_id, state=Import.State.LOOKING)
    work = mine.first()
    if work is None:
        return
    ours = work.options.get("ours")
    seen = us.look([Path(each) for each in work.paths], us.FEW if ours else us.SAMPLE)
    state = Import.State.WAITING if ours else Import.State.CONFIRM
    options = work.options | {"found": _kept(seen.found)}
    with transaction.atomic():
        if mine.update(state=state, expected=seen.messages, options=options) and ours:
            file_later(run_id)


def look_later(run_id: UUID) -> None:
    enqueue("interactions.look", key=f"look:{run_id}", import_id=str(run_id))


def file_later(run_id: UUID) -> None:
    """Leaves an import to the worker."""
    enqueue("interactions.import", key=f"import:{run_id}", import_id=str(run_id))


def _kept(found: Inference) -> dict[str, Any]:
    return {"addresses": found.addresses, "domains": found.domains}


def found_in(work: Import) -> Inference:
    """What was inferred, as it was kept."""
    kept = work.options.get("found", {})
    return Inference(*(tuple(map(_ours, kept.get(name, ()))) for name in ("addresses", "domains")))


def _ours(kept: list[Any]) -> Ours:
    name, messages, grounds = kept
    return Ours(name, messages, tuple(Ground(*each) for each in grounds))
