"""Hears of new events by one LISTEN connection, and passes on to each stream what it may be told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

import psycopg
from django.db import DatabaseError

from rapport.config.live import rights
from rapport.config.live.streams import Streams
from rapport.platform.events import writing
from rapport.platform.events.bus import CHANNEL
from rapport.platform.jobs.worker import connection_parameters

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("rapport.live")

GATHER_SECONDS = 0.15
"""How long events are gathered before rights are asked for all of them together."""
CHECK_SECONDS = 10.0
"""How often sessions are looked at when nothing happens; with every event they are, too."""
AGAIN_SECONDS = 1.0
GATHERED = 2_000
"""Events that may wait; beyond, pages are told to look again instead."""


class NewsDesk:
    def __init__(self, streams: Streams, database: ThreadPoolExecutor) -> None:
        self.streams = streams
        self.database = database
        self.events: set[int] = set()
        self.heard = asyncio.Event()
        self.looked_around = 0.0

    async def listen(self) -> None:
        """Listens for ever; after a break, every page is told that it may have missed something."""
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as fault:
                log.warning("listening again in %ss: %s", AGAIN_SECONDS, fault)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as connection:
            await connection.execute(f"LISTEN {writing.CHANNEL}")
            await connection.execute(f"LISTEN {CHANNEL}")
            self.streams.tell_missed()
            async for notification in connection.notifies():
                if notification.channel == writing.CHANNEL:
                    self._hear_of_writing(notification.payload)
                    continue
                self.events.update(int(each) for each in notification.payload.split(",") if each.isdecimal())
                self.heard.set()

    def _hear_of_writing(self, text: str) -> None:
        """Tells the pages of the record at once, and again when it isn't believed any more."""
        if found := writing.Writing.read(text):
            loop = asyncio.get_running_loop()
            where = (found.resource, found.record)
            until = loop.time() + writing.LASTS_SECONDS if found.goes_on else 0.0
            self.streams.write(where, found.user_id, until, loop.time())
            if found.goes_on:
                loop.call_at(until, self.streams.stop_writing, where, found.user_id, until)

    async def pass_on(self) -> None:
        """Passes news on for ever, and ends the streams of those who may no longer listen."""
        while True:
            try:
                await asyncio.wait_for(self.heard.wait(), CHECK_SECONDS)
                await asyncio.sleep(GATHER_SECONDS)
            except TimeoutError:
                pass
            await self._pass_on_now()

    async def _pass_on_now(self) -> None:
        events, self.events = self.events, set()
        self.heard.clear()
        if not self.streams.all:
            return
        try:
            self.streams.keep(await self.ask(rights.still_there, self.streams.visitors()))
            await self._look_around()
            await self._tell(events)
        except DatabaseError as fault:
            log.warning("nobody could be told: %s", fault)
            self.streams.tell_missed()

    async def _look_around(self) -> None:
        """Who may no longer see a record isn't shown there any more, nor told who is."""
        now = asyncio.get_running_loop().time()
        if now - self.looked_around < CHECK_SECONDS:
            return
        self.looked_around = now
        for stream in [each for each in self.streams.all if each.place]:
            if place := stream.place:
                stream.place = await self.ask(rights.place_of, stream.visitor, *place.where)
                if stream.place is None:
                    stream.tell_beside([])
        self.streams.tell_beside()

    async def _tell(self, events: set[int]) -> None:
        by_user = self.streams.by_user()
        if len(events) > GATHERED:
            self.streams.tell_missed()
        elif events and by_user:
            asked = {user: frozenset().union(*(each.about for each in theirs)) for user, theirs in by_user.items()}
            for user, told in (await self.ask(rights.sift, events, asked)).items():
                for stream in by_user[user]:
                    stream.tell(told)

    async def ask(self, question: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Asks the database in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self.database, partial(question, *args, **kwargs))
