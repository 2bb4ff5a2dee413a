"""Events are written with the change that caused them; what follows from them runs as jobs, after commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from rapport.platform.access.actors import Actor
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import JobSpec, enqueue_many

Handler = Callable[[Event], None]
CHANNEL = "rapport_events"
"""Where the ids of new events are announced, separated by commas, for pages that are open."""
ANNOUNCED = 400
"""Ids in one announcement: PostgreSQL takes up to 8,000 bytes."""


@dataclass(frozen=True, slots=True)
class Subscription:
    name: str
    pattern: str
    handler: Handler


SUBSCRIPTIONS: dict[str, Subscription] = {}


def subscribe(pattern: str) -> Callable[[Handler], Handler]:
    """Runs the function as a job for each event whose name fits `pattern` (`people.*`), at least once."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        SUBSCRIPTIONS[name] = Subscription(name, pattern, handler)
        return handler

    return register


def emit(name: str, record_ids: Iterable[UUID], *, actor: Actor, data: dict[str, Any] | None = None) -> None:
    """Writes the event, in pieces of up to 1,000 records, and queues its subscribers in this transaction."""
    ids, written = iter(record_ids), []
    while piece := list(islice(ids, Event.BATCH)):
        event = Event.objects.create(
            name=name, record_ids=piece, data=data or {}, actor_id=actor.user_id, origin=actor.origin
        )
        enqueue_many(
            JobSpec("events.deliver", {"event": event.pk, "to": each.name}, key=f"{each.name}:{event.pk}")
            for each in SUBSCRIPTIONS.values()
            if fnmatchcase(name, each.pattern)
        )
        written.append(event.pk)
    if written:
        transaction.on_commit(partial(announce, written), robust=True)


def announce(events: list[int]) -> None:
    """Tells whoever listens that these events are there.

    After the commit, in a transaction of its own: NOTIFY holds a lock over the whole commit, which would make
    all writers wait for each other's disk. An announcement that is lost costs an open page its hint, no more.
    """
    with connection.cursor() as cursor:
        for place in range(0, len(events), ANNOUNCED):
            told = ",".join(map(str, events[place : place + ANNOUNCED]))
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, told])


def deliver(event: int, to: str) -> None:
    """The job that brings one event to one subscriber."""
    SUBSCRIPTIONS[to].handler(Event.objects.get(pk=event))
