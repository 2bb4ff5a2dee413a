"""The response ledger's rule: from the turns of one conversation, who owes whom an answer, and since when.

The same in words, with examples: docs/user/ledger.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

Direction = Literal["out", "in", "internal", "observed"]
Side = Literal["us", "them"]
Awaiting = Literal["us", "them", "nobody"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One interaction, as far as the ledger cares. Parties are outside parties, never colleagues."""

    id: UUID
    at: datetime
    """Aware."""
    channel: str
    direction: Direction
    sender: UUID | None = None
    """The party who wrote an inbound turn."""
    to: frozenset[UUID] = frozenset()
    """Parties who are directly addressed; in a call or meeting, those who took part."""
    cc: frozenset[UUID] = frozenset()
    """Parties in copy."""
    user: UUID | None = None
    """The colleague who wrote or spoke."""
    automatic: bool = False
    thanks: bool = False
    """A mere thanks."""
    synchronous: bool = False
    """Both sides were there: a call that was taken, a meeting."""
    away_until: date | None = None
    """The last day on which the sender of an automatic turn is away."""
    planned: bool = False
    """It is still to come: until it has been held, nobody has said anything in it."""
    undelivered: tuple[tuple[UUID, datetime], ...] = ()
    """Whom it never reached, and when we were told so."""

    @property
    def missed(self) -> frozenset[UUID]:
        return frozenset(party for party, _at in self.undelivered)


@dataclass(frozen=True, slots=True)
class Failure:
    """We were told that a turn of ours never reached a party."""

    at: datetime
    turn: Turn
    party: UUID


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person said about who has to answer: *no reply needed* (nobody), *still waiting* (them, us)."""

    at: datetime
    participant: UUID | None
    """None: everyone who has written in the conversation or has been addressed directly."""
    awaiting: Awaiting


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose answer a party's conversation with us awaits."""

    awaiting: Awaiting
    since: datetime | None = None
    prompt: UUID | None = None
    """The first unanswered turn, or one of ours that didn't reach them; None where nobody owes, or where only a
    person said so."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt and its first answer."""

    prompt: UUID
    reply: UUID
    party: UUID
    by: Side
    """The side that answered."""
    prompt_at: datetime
    reply_at: datetime
    user: UUID | None
    """The colleague in it: who answered, or who had asked them."""


@dataclass(frozen=True, slots=True)
class Settlement:
    standings: dict[UUID, Standing]
    """Of every party in a turn that counts, and of every party whom a mark names."""
    responses: tuple[Pair, ...]
    """In the order of the replies, then of the parties."""


def settle(turns: Iterable[Turn], marks: Iterable[Mark] = ()) -> Settlement:
    """The standing of each party and the responses given, from all turns and marks of one conversation.

    Pure. Turns count in the order of (at, id), whatever order they come in; a mark follows the turns of its
    own instant. Ids of turns are unique.
    """
    ledger = _Ledger()
    for event in _in_order(turns, marks):
        if isinstance(event, Mark):
            ledger.mark(event)
        elif isinstance(event, Failure):
            ledger.miss(event)
        elif _counts(event):
            ledger.take(event)
        elif event.away_until and event.direction == "in" and event.sender:
            ledger.away[event.sender] = back(event.away_until)
    return Settlement({party: ledger.standing(party) for party in ledger.known}, tuple(ledger.responses))


BACK = time(12, tzinfo=UTC)
"""Noon of a day in UTC is that day nearly everywhere."""


def back(away_until: date) -> datetime:
    """From when on an answer is waited for of somebody who is away until the end of that day."""
    return datetime.combine(away_until + timedelta(days=1), BACK)


def _in_order(turns: Iterable[Turn], marks: Iterable[Mark]) -> Iterable[Turn | Failure | Mark]:
    said = sorted(turns, key=lambda turn: (turn.at, turn.id))
    events: list[Turn | Failure | Mark] = [
        *said,
        *(failure for turn in said if _counts(turn) for failure in _failures(turn)),
        *sorted(marks, key=lambda mark: (mark.at, str(mark.participant or ""), mark.awaiting)),
    ]
    events.sort(key=lambda event: event.at)  # stable, so marks stay behind the turns of their instant
    return events


def _counts(turn: Turn) -> bool:
    return turn.direction in ("in", "out") and not turn.automatic and not turn.planned


def _failures(turn: Turn) -> Iterable[Failure]:
    """Of those from whom it wanted something; not before it was written, whatever clocks say."""
    if turn.direction == "out":
        yield from (Failure(max(at, turn.at), turn, party) for party, at in turn.undelivered if party in turn.to)


@dataclass(slots=True)
class _Ledger:
    """The state of a conversation between two events."""

    known: dict[UUID, None] = field(default_factory=dict)
    """Every party, in order of appearance."""
    active: set[UUID] = field(default_factory=set)
    """Those who have written or have been addressed directly."""
    waiting: dict[UUID, Turn] = field(default_factory=dict)
    """Per party who waits for us, their first unanswered turn."""
    asked: dict[UUID, list[Turn]] = field(default_factory=dict)
    """Per party who owes us, our unanswered turns to them."""
    said: dict[UUID, Standing] = field(default_factory=dict)
    """Per party, what a person or a delivery report said that the turns don't."""
    reached: dict[UUID, datetime] = field(default_factory=dict)
    """Per party, when they last wrote, or got what we wrote."""
    away: dict[UUID, datetime] = field(default_factory=dict)
    """Per party who has said so, when they are back."""
    responses: list[Pair] = field(default_factory=list)

    def take(self, turn: Turn) -> None:
        self._meet(turn)
        if turn.synchronous:
            self._talk(turn)
        elif turn.direction == "out":
            self._send(turn)
        elif turn.sender:
            self._receive(turn, turn.sender)

    def mark(self, mark: Mark) -> None:
        parties = sorted(self.active) if mark.participant is None else [mark.participant]
        for party in parties:
            self.known.setdefault(party)
            if self.standing(party).awaiting != mark.awaiting:
                self._overrule(party, Standing(mark.awaiting, mark.at))

    def miss(self, failure: Failure) -> None:
        """We have to find another way, unless one was found by then."""
        party = failure.party
        was_reached = party in self.reached and self.reached[party] >= failure.turn.at
        if not was_reached and party not in self.waiting:
            self.said[party] = Standing("us", failure.at, failure.turn.id)

    def standing(self, party: UUID) -> Standing:
        """Nobody is silent while they are away."""
        found, is_back = self._standing(party), self.away.get(party)
        if is_back and found.awaiting == "them" and found.since and found.since < is_back:
            return replace(found, since=is_back)
        return found

    def _standing(self, party: UUID) -> Standing:
        if party in self.said:
            return self.said[party]
        if first := self.waiting.get(party):
            return Standing("us", first.at, first.id)
        if prompts := self.asked.get(party):
            return Standing("them", prompts[0].at, prompts[0].id)
        return Standing("nobody")

    def _meet(self, turn: Turn) -> None:
        direct = sorted(turn.to | _writer(turn))
        self.active.update(direct)
        self.known.update(dict.fromkeys([*direct, *sorted(turn.cc)]))

    def _send(self, turn: Turn) -> None:
        for party in sorted((turn.to | turn.cc) - turn.missed):
            self.said.pop(party, None)
            self._answer_by_us(party, turn)
            self.reached[party] = turn.at
        if not turn.thanks:
            for party in turn.to - turn.missed:
                self.asked.setdefault(party, []).append(turn)

    def _receive(self, turn: Turn, sender: UUID) -> None:
        self.said.pop(sender, None)
        self._hear_from(sender, turn)
        self._close(self._answer_by_them(sender, turn))
        if not turn.thanks:
            self.waiting.setdefault(sender, turn)

    def _talk(self, turn: Turn) -> None:
        closed: set[UUID] = set()
        for party in sorted(turn.to | turn.cc | _writer(turn)):
            self.said.pop(party, None)
            self._hear_from(party, turn)
            self._answer_by_us(party, turn)
            closed |= self._answer_by_them(party, turn)
        self._close(closed)  # at the end: everyone present who was asked has answered

    def _hear_from(self, party: UUID, turn: Turn) -> None:
        """Who says something is there again."""
        self.reached[party] = turn.at
        self.away.pop(party, None)

    def _answer_by_us(self, party: UUID, reply: Turn) -> None:
        if prompt := self.waiting.pop(party, None):
            self.responses.append(
                Pair(prompt.id, reply.id, party, "us", prompt.at, reply.at, reply.user),
            )

    def _answer_by_them(self, party: UUID, reply: Turn) -> set[UUID]:
        """Pair a party's reply with what they were asked first; the ids of all that it answers."""
        prompts = self.asked.pop(party, [])
        if prompts:
            first = prompts[0]
            self.responses.append(
                Pair(first.id, reply.id, party, "them", first.at, reply.at, first.user),
            )
        return {prompt.id for prompt in prompts}

    def _close(self, answered: set[UUID]) -> None:
        """A question to several is answered by the first answer."""
        if not answered:
            return
        for party, prompts in list(self.asked.items()):
            remaining = [prompt for prompt in prompts if prompt.id not in answered]
            if remaining:
                self.asked[party] = remaining
            else:
                del self.asked[party]

    def _overrule(self, party: UUID, standing: Standing) -> None:
        """What was open with a party is dropped for good: a person said that it isn't."""
        self.said.pop(party, None)
        self.waiting.pop(party, None)
        self.asked.pop(party, None)
        if standing.awaiting != "nobody":
            self.said[party] = standing


def _writer(turn: Turn) -> set[UUID]:
    return {turn.sender} if turn.sender else set()
