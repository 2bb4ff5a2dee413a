"""What stored mail means, worked out anew: which way it went, whom it makes known, where it belongs, who sees it.

The same as filing it afresh would find; what persons have put where it is stays there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import connection

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.correspondents import Book
from rapport.interactions.filing.deliveries import note_reports
from rapport.interactions.filing.meeting import meet
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.rearranging import rearrange
from rapport.interactions.filing.showing import Words
from rapport.interactions.filing.stored import StoredMail, load_mail
from rapport.interactions.locking import take
from rapport.interactions.models import Interaction
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit


def derive(ids: Collection[UUID], us: Us, book: AudienceBook, actor: Actor) -> set[UUID]:
    """Brings stored mail up to date, in the current transaction, under the lock of filing.

    Says which conversations it touches: they are to be settled again.
    """
    mails = load_mail(ids, us)
    if not mails:
        return set()
    take(mail.conversation for mail in mails)
    people, touched = meet(mails, actor, recalling=True)
    changed = _write_people(mails, people) | _write_ways(mails, people)
    touched |= {mail.conversation for mail in mails if mail.id in changed}
    touched |= _move(mails, us)
    shown = _show(mails, book)
    touched |= {mail.conversation for mail in mails if mail.id in shown}
    if changed:
        touched |= note_reports(changed, actor)
    if changed | shown:
        emit("interactions.updated", sorted(changed | shown), actor=actor)
    return touched


PEOPLE = """
    UPDATE interactions_participation p SET party_id = d.party_id, user_id = d.user_id
    FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[]) AS d (id, party_id, user_id) WHERE p.id = d.id
"""


def _write_people(mails: Iterable[StoredMail], people: Book) -> set[UUID]:
    rows, changed = [], set()
    for mail in mails:
        for each in mail.people:
            party, user = _party(mail, each.address, people), mail.envelope.ours.users.get(each.address)
            if (party, user) != (each.party, each.user):
                rows.append((each.id, party, user))
                changed.add(mail.id)
    _update(PEOPLE, rows)
    return changed


WAYS = """
    UPDATE interactions_interaction i SET direction = d.direction, sender_id = d.sender_id, user_id = d.user_id
    FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[]) AS d (id, direction, sender_id, user_id)
    WHERE i.id = d.id
"""


def _write_ways(mails: Iterable[StoredMail], people: Book) -> set[UUID]:
    rows = []
    for mail in mails:
        direction = mail.envelope.direction
        sender = _party(mail, mail.envelope.addresses.sender or "", people) if direction == "in" else None
        if (direction, sender, mail.envelope.user) != (mail.direction, mail.sender, mail.user):
            rows.append((mail.id, direction, sender, mail.envelope.user))
    _update(WAYS, rows)
    return {row[0] for row in rows}


def _party(mail: StoredMail, address: str, people: Book) -> UUID | None:
    return None if mail.envelope.ours.has(address) else people.parties.get(address)


def _update(statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _move(mails: Iterable[StoredMail], us: Us) -> set[UUID]:
    """Divides the conversations of these messages anew; the conversations from or to which one was moved."""
    there = Interaction.objects.filter(conversation__in={mail.conversation for mail in mails}, channel="email")
    homes, touched = rearrange((), list(there.values_list("pk", flat=True)), us)
    for mail in mails:
        mail.conversation = homes[str(mail.id)]
    return touched


def _show(mails: Sequence[StoredMail], book: AudienceBook) -> set[UUID]:
    words = Words.about(mail.conversation for mail in mails)
    wanted: dict[int, list[UUID]] = defaultdict(list)
    for mail in mails:
        if not mail.lying:
            continue  # what lies in no archive is shown as it was when it was written
        audience = book.id_of(words.circles(mail.conversation, mail.lying))
        if audience != mail.audience:
            wanted[audience].append(mail.id)
    for audience, ids in wanted.items():
        Interaction.objects.filter(pk__in=ids).update(audience=audience)
    return {each for ids in wanted.values() for each in ids}
