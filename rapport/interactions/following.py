"""What happens elsewhere and means something for conversations: those that it concerns are settled again.

A merge moves whom they are with; what a party is to us decides which target holds; targets and working hours
decide what is due and what was in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport.interactions.ledger.settling import resettle
from rapport.interactions.ledger.targets import Targets
from rapport.interactions.locking import take
from rapport.interactions.models import Conversation, Interaction, Line, Mark, Participation, Response, Standing
from rapport.parties.actions.moving import AFTER_MOVE, BEFORE_MOVE, DERIVED, FILING
from rapport.parties.models import Relationship
from rapport.platform.actions.registry import lock
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import enqueue, is_queued, job

PIECE = 200
SECONDS = 20.0
"""After which a job hands what is left to the next one, so that one that is killed repeats little."""


def settle_again(parties: Iterable[UUID]) -> None:
    """Brings all conversations of these parties up to date, in the current transaction."""
    for piece in _pieces(parties):
        resettle(piece)


def _settle_in_pieces(parties: Iterable[UUID]) -> None:
    """The same, each piece in a transaction of its own, which nobody waits for long."""
    for piece in _pieces(parties):
        _settle(piece)


def _pieces(parties: Iterable[UUID]) -> Iterator[list[UUID]]:
    conversations = iter(sorted(_conversations(parties)))
    while piece := list(islice(conversations, PIECE)):
        yield piece


def _settle(piece: list[UUID]) -> None:
    with transaction.atomic():
        lock(FILING)  # filing joins conversations, and takes them in another order
        resettle(piece)


def _conversations(parties: Iterable[UUID]) -> set[UUID]:
    listed = set(parties)
    found: set[UUID] = set()
    for rows, column in (
        (Participation.objects.filter(party__in=listed), "interaction__conversation_id"),
        (Interaction.objects.filter(sender__in=listed), "conversation_id"),
        (Standing.objects.filter(party__in=listed), "conversation_id"),
        (Mark.objects.filter(party__in=listed), "conversation_id"),
    ):
        found.update(rows.values_list(column, flat=True))
    return found


def take_all(parties: Iterable[UUID]) -> None:
    """Locks all conversations of these parties, before anything in them changes."""
    take(_conversations(parties))


DERIVED.update({(Line, "party"), (Standing, "party"), (Response, "party"), (Conversation, "party")})
BEFORE_MOVE.append(take_all)
AFTER_MOVE.append(settle_again)


@subscribe("relationships.*")
def follow_relationships(event: Event) -> None:
    _settle_in_pieces(Relationship.objects.filter(pk__in=event.record_ids).values_list("party_id", flat=True))


@subscribe("people.updated", "organizations.updated")
def follow_parties(event: Event) -> None:
    """A party's page writes its main relationship without an event of the relationship's own."""
    if {"relationship", "stage"} & set(event.data.get("fields", ())):
        _settle_in_pieces(event.record_ids)


@subscribe("targets.*")
def follow_targets(event: Event) -> None:
    enqueue_all()


def enqueue_all() -> None:
    """Queues that all conversations are settled again: by other targets, other working hours."""
    enqueue("interactions.settle_all")


@job("interactions.settle_all", concurrency=1)
def settle_all(after: str | None = None) -> None:
    """Settles the conversations with ids above `after`, in their order; repeatable.

    Gives way to one that waits to begin: it sees all that has led to this one.
    """
    stop = monotonic() + SECONDS
    place = UUID(after) if after else UUID(int=0)
    while ids := list(Conversation.objects.filter(pk__gt=place).order_by("pk").values_list("pk", flat=True)[:PIECE]):
        if is_queued("interactions.settle_all"):
            return
        _settle(ids)
        place = ids[-1]
        if monotonic() > stop:
            enqueue("interactions.settle_all", after=str(place))
            return


def lapse_silent() -> int:
    """Lets imported conversations lapse that have been silent for long enough; a day's job. Says how many."""
    silent_since = timezone.now() - timedelta(days=Targets.load().lapse_days)
    rows = Conversation.objects.filter(lapsed_at=None, last_at__lt=silent_since, awaiting__in=("us", "them"))
    silent = rows.exclude(interactions__archive=None).order_by("pk")
    count, place = 0, UUID(int=0)
    # On from each, whatever became of it: so this ends.
    while ids := list(silent.filter(pk__gt=place).values_list("pk", flat=True)[:PIECE]):
        _settle(ids)
        count, place = count + len(ids), ids[-1]
    return count
