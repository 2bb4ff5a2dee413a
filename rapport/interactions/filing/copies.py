"""Further copies of messages that are here already: what each adds to what is known of its message.

A message is what all of its copies say together, whichever came first: who got it, where it lies, and that a
person wrote it where a mailing list only passed it on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.correspondents import Book
from rapport.interactions.filing.deriving import derive
from rapport.interactions.filing.known import Again
from rapport.interactions.filing.letters import Letter
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.rows import Part, keep_files, message_columns, participations, write_parts
from rapport.interactions.filing.stored import complete_copies
from rapport.interactions.models import Attachment, Body, Copy, Interaction, MessageReference, Participation
from rapport.platform.access.actors import Actor
from rapport.platform.files import store
from rapport.platform.records.bulk import copy

PASSED_ON = ("list", "bulk")
RECIPIENTS = (Participation.Role.TO, Participation.Role.CC, Participation.Role.BCC)


def note_copies(again: Again, us: Us, book: AudienceBook, actor: Actor) -> set[UUID]:
    """Adds what these copies tell; says which conversations that touches. What is known already changes nothing."""
    complete_copies({interaction for interaction, _letter in again})
    changed = _prefer_the_senders(again) | _note_places(again) | _note_recipients(again)
    return derive(changed, us, book, actor) if changed else set()


def _note_places(again: Again) -> set[UUID]:
    rows = Copy.objects.filter(interaction__in={interaction for interaction, _letter in again})
    there = {(row.interaction_id, row.archive_id): row.delivered_to for row in rows}
    changed: dict[tuple[UUID, UUID], list[str]] = {}
    for interaction, letter in again:
        key, delivered = (interaction, letter.archive.pk), letter.envelope.addresses.delivered_to
        if key not in there or not set(delivered) <= set(there[key]):
            there[key] = changed[key] = list(dict.fromkeys((*there.get(key, ()), *delivered)))
    Copy.objects.bulk_create(
        (Copy(interaction_id=one, archive_id=archive, delivered_to=to) for (one, archive), to in changed.items()),
        update_conflicts=True,
        unique_fields=["interaction", "archive"],
        update_fields=["delivered_to"],
    )
    return {interaction for interaction, _archive in changed}


def _note_recipients(again: Again) -> set[UUID]:
    """Whoever one copy names and another doesn't: blind copies stand in the sender's own alone."""
    named: dict[UUID, set[str]] = defaultdict(set)
    rows = Participation.objects.filter(interaction__in={interaction for interaction, _letter in again})
    for interaction, address in rows.values_list("interaction_id", "address"):
        named[interaction].add(address)
    missing = []
    for interaction, letter in again:
        for each in _recipients(letter):
            if each.address not in named[interaction]:
                named[interaction].add(each.address)
                missing.append(each._replace(interaction=interaction))
    copy(Participation, Part._fields, missing)
    return {each.interaction for each in missing}


def _recipients(letter: Letter) -> Iterable[Part]:
    """What parties they are is found when the message is derived anew."""
    return (each for each in participations(letter, Book()) if each.role in RECIPIENTS)


def _prefer_the_senders(again: Again) -> set[UUID]:
    """Puts a message as its sender sent it in the place of what a mailing list made of it."""
    ids = [interaction for interaction, letter in again if not letter.message.automatic]
    passed_on = set(Interaction.objects.filter(pk__in=ids, automatic__in=PASSED_ON).values_list("pk", flat=True))
    for interaction, letter in again:
        if interaction in passed_on and not letter.message.automatic:
            _replace(interaction, letter)
            passed_on.remove(interaction)
    return set(ids) & {interaction for interaction, letter in again if letter.id == interaction}


def _replace(interaction: UUID, letter: Letter) -> None:
    others = list(Participation.objects.filter(interaction=interaction, role__in=RECIPIENTS))
    for model in (Body, Participation, MessageReference, Attachment):
        model._default_manager.filter(interaction=interaction).delete()
    letter.id = interaction
    store.flush(keep_files([letter]))
    Interaction.objects.filter(pk=interaction).update(**message_columns(letter))
    write_parts([letter], Book())
    there = {each.address for each in _recipients(letter)}
    for each in others:
        each.pk = None
    Participation.objects.bulk_create(each for each in others if each.address not in there)
