"""Whom messages make known to us: found or made as parties, and linked to the mail that only named them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection

from rapport.interactions.filing.correspondents import Book, Newcomer
from rapport.interactions.filing.envelopes import Envelope
from rapport.interactions.locking import take
from rapport.interactions.models import Participation
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit


class Mail(Protocol):
    """A message, new or stored."""

    @property
    def at(self) -> datetime: ...
    @property
    def envelope(self) -> Envelope: ...
    @property
    def owner_id(self) -> UUID | None:
        """Whose archive it came from: they look after whom it makes known."""

    def names(self) -> Iterable[tuple[str, str]]: ...


def meet(mails: Sequence[Mail], actor: Actor, *, recalling: bool = False) -> tuple[Book, set[UUID]]:
    """Finds or makes the parties in these messages; says which conversations earlier mail is linked in by it.

    With `recalling`, parties that were forgotten when their mail meant nobody come back as they were.
    """
    people = Book.of({address for mail in mails for address in mail.envelope.outside})
    newcomers = _newcomers(mails)
    back = people.recall(newcomers, actor) if recalling else set()
    made = people.welcome(newcomers)
    for name, ids in people.made.items():
        emit(f"{name}.created", ids, actor=actor)
    return people, _link_earlier({address: people.parties[address] for address in made | back})


def _newcomers(mails: Iterable[Mail]) -> dict[str, Newcomer]:
    names: dict[str, str] = {}
    newcomers: dict[str, Newcomer] = {}
    for mail in sorted(mails, key=lambda each: each.at):
        for address, name in mail.names():
            names.setdefault(address, name)
        for known in mail.envelope.correspondents:
            newcomers.setdefault(known.address, Newcomer(known.address, first_seen=mail.at, owner_id=mail.owner_id))
    for address, newcomer in newcomers.items():
        newcomer.name = names.get(address, "")
    return newcomers


LINK = """
    UPDATE interactions_participation p SET party_id = d.party_id
    FROM unnest(%s::text[], %s::uuid[]) AS d (address, party_id)
    WHERE p.address = d.address AND p.party_id IS NULL RETURNING p.interaction_id
"""
LINK_SENDERS = """
    UPDATE interactions_interaction i SET sender_id = p.party_id FROM interactions_participation p
    WHERE p.interaction_id = i.id AND i.id = ANY (%s) AND p.role = 'from' AND i.direction = 'in'
      AND i.sender_id IS NULL AND p.party_id IS NOT NULL
"""


def _link_earlier(made: dict[str, UUID]) -> set[UUID]:
    if not made:
        return set()
    named = Participation.objects.filter(address__in=made, party=None)
    conversations = set(named.values_list("interaction__conversation", flat=True).distinct())
    if conversations:
        take(conversations)
        with connection.cursor() as cursor:
            cursor.execute(LINK, [list(made), list(made.values())])
            cursor.execute(LINK_SENDERS, [[row[0] for row in cursor.fetchall()]])
    return conversations
