"""Events are written with the change that caused them; what follows from them runs as jobs, after commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from rapport.platform.access.actors import Actor
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import QUEUED, WAKE, JobSpec, enqueue_many

log = logging.getLogger(__name__)

Handler = Callable[[Event], None]
CHANNEL = "rapport_events"
"""Where the ids of new events are announced, separated by commas, for pages that are open."""
ANNOUNCED = 400
"""Ids in one announcement: PostgreSQL takes up to 8,000 bytes."""


@dataclass(frozen=True, slots=True)
class Subscription:
    name: str
    patterns: tuple[str, ...]
    handler: Handler
    outside: Any = ""
    """What of it nobody can take back, in words: what somebody was told, or what has left the house."""

    def wants(self, event: str) -> bool:
        """Whether it is for events of this name."""
        return any(fnmatchcase(event, each) for each in self.patterns)


SUBSCRIPTIONS: dict[str, Subscription] = {}


def subscribe(*patterns: str, outside: Any = "") -> Callable[[Handler], Handler]:
    """Runs the function as a job for each event whose name fits one of the patterns (`people.*`), at least once.

    `outside` says in words what of it can't be taken back with the change.
    """

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__}.{handler.__qualname__}"
        SUBSCRIPTIONS[name] = Subscription(name, patterns, handler, outside)
        return handler

    return register


def outside_of(event: str) -> list[Any]:
    """What follows from events of this name that can't be taken back, in words."""
    return [each.outside for each in SUBSCRIPTIONS.values() if each.outside and each.wants(event)]


EMIT = """
    WITH event AS (
        INSERT INTO events_event (name, record_ids, data, actor_id, origin) VALUES (%s, %s::uuid[], %s, %s, %s)
        RETURNING id
    ), job (priority, entrypoint, payload, delay, dedupe_key) AS (
        SELECT 0, 'events.deliver', json_build_object('event', event.id, 'to', subscriber)::text, 0,
            subscriber || ':' || event.id
        FROM event, unnest(%s::text[]) subscriber
    ), %(queued)s SELECT id FROM event
""".replace("%(queued)s", QUEUED)


def emit(name: str, record_ids: Iterable[UUID], *, actor: Actor, data: dict[str, Any] | None = None) -> None:
    """Writes the event, in pieces of up to 1,000 records, and queues its subscribers in this transaction."""
    ids, written = iter(record_ids), []
    subscribers = [each.name for each in SUBSCRIPTIONS.values() if each.wants(name)]
    with connection.cursor() as cursor:
        while piece := list(islice(ids, Event.BATCH)):
            values: list[Any] = [name, piece, Jsonb(data or {}), actor.user_id, actor.origin, subscribers]
            cursor.execute(EMIT, values)
            written.append(cursor.fetchone()[0])
    if written:
        transaction.on_commit(partial(announce, written), robust=True)


def announce(events: list[int]) -> None:
    """Tells whoever listens that these events are there, and the worker that there are jobs.

    After the commit, in a transaction of its own: NOTIFY holds a lock over the whole commit, which would make
    all writers wait for each other's disk. An announcement that is lost costs an open page its hint, and a job the
    moment until the worker looks by itself; no more.
    """
    with connection.cursor() as cursor:
        for place in range(0, len(events), ANNOUNCED):
            told = ",".join(map(str, events[place : place + ANNOUNCED]))
            cursor.execute(f"SELECT pg_notify(%s, %s), {WAKE}", [CHANNEL, told])


def deliver(event: int, to: str) -> None:
    """The job that brings one event to one subscriber."""
    found, subscription = Event.objects.get(pk=event), SUBSCRIPTIONS.get(to)
    if subscription:
        subscription.handler(found)
    else:
        _deliver_anew(found, to)


def _deliver_anew(event: Event, to: str) -> None:
    """Brings an event to all who want it now: another version queued it, and its subscriber has another name since.

    Who had it already hears of it again, and is repeatable.
    """
    log.warning("Event %s was for %s, whom this version does not know; all who want it now get it", event.pk, to)
    names = [each.name for each in SUBSCRIPTIONS.values() if each.wants(event.name)]
    enqueue_many(JobSpec("events.deliver", {"event": event.pk, "to": each}, f"{each}:{event.pk}") for each in names)
