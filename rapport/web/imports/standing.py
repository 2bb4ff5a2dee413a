"""How an import stands: how far it has come, how fast, how long still."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from rapport.interactions.models import Import

TONES = {
    Import.State.DONE: "done",
    Import.State.FAILED: "bad",
    Import.State.CONFIRM: "us",
    Import.State.RUNNING: "them",
    Import.State.RETRYING: "them",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """`seconds` is how long it has been filing, `per_second` and `seconds_left` are None before anything is known."""

    is_busy: bool
    tone: str
    most: int
    seconds: float | None
    per_second: float | None
    seconds_left: float | None


def standing_of(work: Import) -> Standing:
    seconds = ((work.ended_at or timezone.now()) - work.started_at).total_seconds() if work.started_at else None
    per_second = work.read / seconds if seconds and work.read else None
    # The estimate may have been too low; while it runs, the bar never says that it is done.
    most = max(work.expected or 0, work.read + 1)
    return Standing(
        is_busy=work.state in Import.BUSY,
        tone=TONES.get(Import.State(work.state), ""),
        most=most,
        seconds=seconds,
        per_second=per_second,
        seconds_left=(most - work.read) / per_second if per_second else None,
    )
