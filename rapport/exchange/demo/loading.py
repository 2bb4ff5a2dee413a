"""Loads a demonstration, block by block, by COPY; the large one on two processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

import django
from django.db import connections, transaction
from django.utils import timezone

from rapport.exchange.demo import attachments
from rapport.exchange.demo.block import Block
from rapport.exchange.demo.conversations import Ledger, make_conversations
from rapport.exchange.demo.parties import make_parties
from rapport.exchange.demo.plans import plan
from rapport.exchange.demo.setting import Setting, prepare
from rapport.exchange.demo.sizes import Size
from rapport.interactions.ledger.days import sum_up
from rapport.interactions.ledger.targets import Targets
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Conflict
from rapport.platform.history.context import assume
from rapport.platform.search.indexing import index_all

Progress = Callable[[int, int], None]
"""Called with the blocks that are written and how many there are."""


def load(
    size: Size,
    *,
    seed: int = 1,
    now: datetime | None = None,
    add: bool = False,
    processes: int = 1,
    progress: Progress = lambda _done, _of: None,
) -> Setting:
    """Writes the organisation. The same seed and moment give the same, identifiers included.

    Raises Conflict where there are parties already, unless `add` says that they are known of. Blocks are
    transactions of their own; no event is written for them, as search is filled at the end and nothing else
    is to follow from a demonstration.
    """
    if not add and Party.objects.exists():
        raise Conflict("There are people here already; --add puts a demonstration beside them.")
    with transaction.atomic():
        assume(Actor.system("command"))
        setting = prepare(size, seed, now or timezone.now())
    attachments.keep()
    for done, _number in enumerate(_written(setting, min(processes, size.blocks)), start=1):
        progress(done, size.blocks)
    plan(setting)
    with transaction.atomic():
        index_all()
    sum_up()
    return setting


def _written(setting: Setting, processes: int) -> Iterator[int]:
    """The numbers of the blocks, as they are written."""
    numbers = range(setting.size.blocks)
    if processes <= 1:
        for number in numbers:
            yield write_block(setting, number)
        return
    connections.close_all()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        yield from pool.map(write_block, [setting] * len(numbers), numbers, chunksize=4)


def write_block(setting: Setting, number: int) -> int:
    """Makes one block and writes it, in one transaction; says which it was."""
    size, block = setting.size, Block.begin(setting, number)
    contacts = make_parties(block)
    ledger = Ledger(Targets.load())
    if number == 0 and size.longest_timeline:
        make_conversations(block, contacts[:1], size.longest_timeline, ledger)
    make_conversations(block, contacts, size.share(size.interactions, number), ledger)
    with transaction.atomic():
        assume(Actor.system("command"))
        block.rows.write()
    return number
