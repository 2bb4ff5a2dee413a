"""The streams that are open: whose each is, what it asked about, and what it has yet to be told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from rapport.platform.resources.showing import Shown

NAMED = 50
"""Ids of one resource that are told one by one; of more, it is said that there are many."""
Where = tuple[str, UUID]
"""A record: its resource and its id."""
MOST = 1_000
MOST_OF_ONE_SESSION = 20


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has signed in, by the session that proves it. `proof` changes with their password."""

    user_id: UUID
    session_key: str
    proof: str


@dataclass(frozen=True, slots=True)
class Place:
    """A record's page that somebody has open, as who they are shown."""

    resource: str
    record: UUID
    name: str
    initials: str
    user_id: UUID

    @property
    def where(self) -> Where:
        return self.resource, self.record

    def told(self, *, is_writing: bool) -> dict[str, str]:
        """As other pages of the record are told of it."""
        return {"name": self.name, "initials": self.initials, **({"writing": "true"} if is_writing else {})}


@dataclass(eq=False, slots=True)
class Stream:
    """One open page. What it must be told waits here, merged, however slowly its browser reads."""

    visitor: Visitor
    about: frozenset[str]
    place: Place | None = None
    beside: list[dict[str, str]] = field(default_factory=list)
    """Who else has the same page open."""
    told_beside: list[dict[str, str]] = field(default_factory=list)
    pending: Shown = field(default_factory=dict)
    missed: bool = False
    """Whether news may have been lost, so that the page should look again at all that it shows."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, told: Shown) -> None:
        """Adds what concerns this page, by ids as far as they are few."""
        for name, ids in told.items():
            wanted = ids if name in self.about else {each for each in ids if str(each) in self.about}
            if wanted:
                kept = self.pending.setdefault(name, set())
                kept.update(list(wanted)[: NAMED + 1 - len(kept)] if len(kept) <= NAMED else ())
                self.wake.set()

    def tell_missed(self) -> None:
        self.missed = True
        self.wake.set()

    def tell_beside(self, others: list[dict[str, str]]) -> None:
        self.beside = others
        if others != self.told_beside:
            self.wake.set()

    def end(self) -> None:
        self.over.set()
        self.wake.set()

    def take(self) -> str:
        """What is to be sent now; empty when there is nothing."""
        return self._take_beside() + self._take_news()

    def _take_beside(self) -> str:
        if self.beside == self.told_beside:
            return ""
        self.told_beside = self.beside
        return f"event: beside\ndata: {json.dumps(self.beside)}\n\n"

    def _take_news(self) -> str:
        changed = {
            name: sorted(map(str, ids)) if len(ids) <= NAMED else "many" for name, ids in sorted(self.pending.items())
        }
        missed = self.missed
        self.pending, self.missed = {}, False
        self.wake.clear()
        if missed:
            return "event: missed\ndata: {}\n\n"
        return f"event: changed\ndata: {json.dumps(changed)}\n\n" if changed else ""


class Streams:
    """All of them, by who they are of."""

    def __init__(self) -> None:
        self.all: set[Stream] = set()
        self.writing: dict[Where, dict[UUID, float]] = {}
        """Who is writing at which record, and until when that is believed, by the clock of the loop."""

    def has_room_for(self, visitor: Visitor) -> bool:
        of_session = sum(each.visitor.session_key == visitor.session_key for each in self.all)
        return len(self.all) < MOST and of_session < MOST_OF_ONE_SESSION

    def by_user(self) -> dict[UUID, list[Stream]]:
        """The streams that go on, by whose they are."""
        found: dict[UUID, list[Stream]] = {}
        for each in self.all:
            if not each.over.is_set():
                found.setdefault(each.visitor.user_id, []).append(each)
        return found

    def write(self, where: Where, user_id: UUID, until: float, now: float) -> None:
        """Notes that somebody writes at a record `until` then, or that they have stopped."""
        known = {user: each for user, each in self.writing.get(where, {}).items() if each > now and user != user_id}
        self.writing[where] = known | ({user_id: until} if until > now else {})
        if not self.writing[where]:
            del self.writing[where]
        self.tell_beside(where)

    def stop_writing(self, where: Where, user_id: UUID, until: float) -> None:
        """They have stopped, unless they have said since that they go on."""
        if self.writing.get(where, {}).get(user_id) == until:
            self.write(where, user_id, 0.0, until)

    def tell_beside(self, where: Where | None = None) -> None:
        """Tells the pages of a record, or of all, who else has it open. Nothing of it is kept."""
        places: dict[Where, dict[UUID, Place]] = {}
        staying = [(each, each.place) for each in self.all if each.place and not each.over.is_set()]
        if where:
            staying = [(stream, place) for stream, place in staying if place.where == where]
        for stream, place in staying:
            places.setdefault(place.where, {})[stream.visitor.user_id] = place
        for stream, place in staying:
            others = [each for user, each in places[place.where].items() if user != stream.visitor.user_id]
            named = sorted(others, key=lambda each: each.name)[:NAMED]
            writing = self.writing.get(place.where, {})
            stream.tell_beside([each.told(is_writing=each.user_id in writing) for each in named])

    def tell_missed(self) -> None:
        for each in self.all:
            each.tell_missed()

    def visitors(self) -> set[Visitor]:
        return {each.visitor for each in self.all}

    def keep(self, visitors: Iterable[Visitor]) -> None:
        """Ends the streams of everybody else."""
        kept = set(visitors)
        for each in self.all:
            if each.visitor not in kept:
                each.end()
