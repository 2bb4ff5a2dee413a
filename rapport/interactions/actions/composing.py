"""What is written by hand: calls, meetings, letters and notes, in the conversation they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.actions.meetings import FARTHEST
from rapport.interactions.filing.audiences import AudienceBook, Circles, circles
from rapport.interactions.filing.waking import wake_by
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.mentions import mentioned
from rapport.interactions.models import AudienceKind, Body, Conversation, Detail, Interaction, Participation
from rapport.kit.text import clean_line
from rapport.parties.actions.moving import MERGING
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.actions.registry import lock
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.history.context import assume
from rapport.platform.search.words import vector

CHANNELS = {"call": "phone", "meeting": "meeting", "letter": "letter", "note": "note"}
"""What the composer offers, and the channel of each."""
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes down. `direction` is out or in for calls and letters; `answered` false: missed."""

    kind: str
    text: str
    party_ids: tuple[UUID, ...]
    subject: str = ""
    direction: str = "out"
    at: datetime | None = None
    duration_seconds: int | None = None
    answered: bool = True
    conversation_id: UUID | None = None

    def problems(self) -> dict[str, str]:
        found = {}
        if self.kind not in CHANNELS:
            found["kind"] = _("This is a call, a meeting, a letter or a note.")
        if self.direction not in ("out", "in"):
            found["direction"] = _("This is out or in.")
        if not self.text.strip() and self.kind == "note":
            found["text"] = _("Write what there is to note.")
        if len(self.text) > LONGEST:
            found["text"] = _("This is longer than %(limit)s characters.") % {"limit": LONGEST}
        if not self.party_ids:
            found["parties"] = _("Say with whom.")
        if self.at and self.at > timezone.now() + (FARTHEST if self.kind == "meeting" else timedelta(days=1)):
            found["at"] = _("This lies in the future.")
        return found

    @property
    def is_planned(self) -> bool:
        """A meeting that is still to come, or hasn't ended."""
        lasting = timedelta(seconds=self.duration_seconds or 0)
        return self.kind == "meeting" and self.at is not None and self.at + lasting > timezone.now()


@transaction.atomic
def write_down(said: Said, *, actor: Actor) -> Interaction:
    """Adds an interaction by hand. Raises Forbidden, Invalid, and NotFound for what is out of sight."""
    if actor.scope("interactions", "create") == Scope.NONE:
        raise Forbidden()
    if problems := said.problems():
        raise Invalid(fields=problems)
    assume(actor)
    lock(MERGING, shared=True)
    parties = list(Party.objects.visible_to(actor).filter(pk__in=said.party_ids))
    if len(parties) < len(set(said.party_ids)):
        raise NotFound()
    book = AudienceBook()
    audience = book.id_of(
        circles(AudienceKind.EVERYONE, Detail.EVERYTHING, None, [actor.user_id] if actor.user_id else [])
    )
    conversation = _conversation(said, audience, actor)
    if said.conversation_id:
        audience = _audience_of_all(conversation, book, actor)
    made = _interaction(said, conversation, audience, actor)
    Body.objects.create(interaction=made, text=said.text, mentions=mentioned(said.text), words=None)
    Body.objects.filter(pk=made.pk).update(words=vector(said.subject, said.text))
    Participation.objects.bulk_create(_participations(said, made, parties, actor))
    if conversation.status == Conversation.Status.CLOSED:
        Conversation.objects.filter(pk=conversation.pk).update(status=Conversation.Status.OPEN, status_by=actor.user_id)
    resettle([conversation.pk], book)
    wake_by([made.pk])
    emit("interactions.created", [made.pk], actor=actor)
    return made


def _conversation(said: Said, audience: int, actor: Actor) -> Conversation:
    if said.conversation_id:
        rows = Conversation.objects.visible_to(actor, "edit").filter(pk=said.conversation_id)
        found: Conversation | None = rows.select_for_update(of=("self",), no_key=True).first()
        if found is None:
            raise NotFound()
        return found
    made: Conversation = Conversation.objects.create(
        channel=CHANNELS[said.kind], audience_id=audience, owner_id=actor.user_id
    )
    return made


def _audience_of_all(conversation: Conversation, book: AudienceBook, actor: Actor) -> int:
    """Those who see all of a conversation read what is written down in it, and so does its writer.

    Who sees but a part, be it by an answer that was forged, is told nothing more.
    """
    rows = Interaction.objects.filter(conversation=conversation, deleted_at=None)
    common = book.common(rows.order_by("pk").values_list("audience_id", flat=True))
    writer = frozenset((actor.user_id,)) if actor.user_id else frozenset()
    return book.id_of(common | Circles(writer, writer, writer))


def _interaction(said: Said, conversation: Conversation, audience: int, actor: Actor) -> Interaction:
    is_note = said.kind == "note"
    incoming = said.direction == "in" and not is_note
    made: Interaction = Interaction.objects.create(
        conversation=conversation,
        audience_id=audience,
        channel=CHANNELS[said.kind],
        direction="internal" if is_note else said.direction,
        at=said.at or timezone.now(),
        subject=clean_line(said.subject, 1_000),
        snippet=clean_line(said.text, 200),
        user_id=actor.user_id,
        sender_id=said.party_ids[0] if incoming else None,
        is_synchronous=said.kind in ("call", "meeting") and said.answered,
        is_planned=said.is_planned,
        duration_seconds=said.duration_seconds,
    )
    return made


def _participations(said: Said, made: Interaction, parties: Sequence[Party], actor: Actor) -> list[Participation]:
    incoming = made.direction == "in"
    theirs = "from" if incoming else "attendee" if said.kind == "meeting" else "to"
    ours = "to" if incoming else "from"
    found = [
        Participation(interaction=made, role=theirs, party=each, name=each.display_name, at=made.at) for each in parties
    ]
    if actor.user_id:
        found.append(Participation(interaction=made, role=ours, user_id=actor.user_id, name=actor.name, at=made.at))
    return found
