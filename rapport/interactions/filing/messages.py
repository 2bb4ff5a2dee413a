"""Files parsed e-mail: each message becomes an interaction in its conversation, once, whatever comes twice.

A batch is one transaction. What it means for parties, conversations and the ledger is worked out over the
whole batch, so that a message costs a fixed share of a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import transaction

from rapport.interactions.filing.apart import keep_apart, sort_out
from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.conversations import place
from rapport.interactions.filing.copies import note_copies
from rapport.interactions.filing.deliveries import note_reports, trust_writers
from rapport.interactions.filing.invitations import plan_meetings
from rapport.interactions.filing.known import Again, Known
from rapport.interactions.filing.letters import Item, Letter
from rapport.interactions.filing.meeting import meet
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.rows import keep_files, write_rows
from rapport.interactions.filing.showing import show_letters
from rapport.interactions.filing.waking import wake_by
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Archive, ExcludedAddress
from rapport.parties.actions.moving import FILING
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import lock
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.history.context import assume


@dataclass(slots=True)
class Filed:
    """What became of a batch: read = stored + already_there + kept_apart + excluded."""

    stored: int = 0
    already_there: int = 0
    kept_apart: int = 0
    excluded: int = 0
    interactions: list[UUID | None] = field(default_factory=list)
    """What became of each, in the order in which they were given; None for what isn't filed."""


def file_messages(
    items: Sequence[Item], archive: Archive, *, actor: Actor, is_junk: bool = False, is_released: bool = False
) -> Filed:
    """Files one batch in one transaction. Filing runs one batch at a time over the whole installation.

    `is_junk`: it lay in a folder for junk, and is kept apart unless its sender is let in. `is_released`: somebody
    has looked at it, and nothing keeps it apart.
    """
    with transaction.atomic():
        assume(actor)
        lock(FILING)
        return _file(items, archive, actor, _let_in if is_released else partial(sort_out, is_junk=is_junk))


Sorted = tuple[list[Letter], list[tuple[Letter, str]]]
"""What is filed, and what is kept apart with the reason."""


def _let_in(fresh: list[Letter]) -> Sorted:
    return fresh, []


def _file(items: Sequence[Item], archive: Archive, actor: Actor, sorting: Callable[[list[Letter]], Sorted]) -> Filed:
    filed, book, us = Filed(), AudienceBook(), Us.load()
    excluded = frozenset(ExcludedAddress.objects.filter(deleted_at=None).values_list("address", flat=True))
    letters = [Letter.of(item, archive, us.of(archive.pk)) for item in items]
    admitted = [letter for letter in letters if not _is_excluded(letter, excluded)]
    filed.excluded = len(letters) - len(admitted)
    new, again = Known.of(admitted).sort(admitted)
    fresh, apart = sorting(new)
    # A further copy of what is kept apart is kept apart with it.
    again = [(there, letter) for there, letter in again if there not in {each.id for each, _reason in apart}]
    filed.kept_apart, filed.stored = keep_apart(apart, book), len(fresh)
    filed.already_there = len(admitted) - filed.kept_apart - filed.stored
    touched: set[UUID] = set()
    if fresh:
        touched |= _store(fresh, us, book, actor)
        emit("interactions.created", [letter.id for letter in fresh], actor=actor)
    if again:
        touched |= note_copies(again, us, book, actor)
    resettle(touched, book)
    filed.interactions = _in_order(letters, fresh, again)
    if fresh:
        wake_by([letter.id for letter in fresh])
    return filed


def _in_order(letters: Sequence[Letter], fresh: Sequence[Letter], again: Again) -> list[UUID | None]:
    found = {id(letter): letter.id for letter in fresh} | {id(letter): there for there, letter in again}
    return [found.get(id(letter)) for letter in letters]


def _is_excluded(letter: Letter, excluded: frozenset[str]) -> bool:
    named = letter.envelope.named() if excluded else ()
    return any(each in excluded or f"@{each.rpartition('@')[2]}" in excluded for each in named)


def _store(fresh: list[Letter], us: Us, book: AudienceBook, actor: Actor) -> set[UUID]:
    """Writes the messages; says which conversations they touch."""
    with ThreadPoolExecutor(1) as beside:  # the disk and the database work at the same time
        kept = beside.submit(keep_files, fresh)
        people, linked = meet(fresh, actor)
        show_letters(fresh, book)  # before they have a place: a new conversation is shown to whom its first letter is
        touched = place(fresh, us)
        show_letters(fresh, book)
        write_rows(fresh, people)
        store.flush(kept.result())
    trust_writers(fresh, actor)
    touched |= note_reports([letter.id for letter in fresh], actor)
    return touched | linked | plan_meetings(fresh, us, actor)
