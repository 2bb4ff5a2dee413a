"""What stands beside a conversation of what is written here, and whom one may write to."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from rapport.interactions.channels.email.message import Address
from rapport.interactions.models import Interaction, OutgoingMessage
from rapport.interactions.sending.recipients import written
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.records.models import Rows
from rapport.platform.resources.registry import RESOURCES

MOST = 8
State = OutgoingMessage.State


def unsent(actor: Actor) -> Rows:
    """Drafts, what is about to leave, and what is held; the newest first."""
    rows: Rows = OutgoingMessage.objects.visible_to(actor).exclude(state=State.SENT)
    return rows.select_related("mailbox", "author").order_by("-pk")


def unsent_in(conversation: UUID, actor: Actor) -> list[OutgoingMessage]:
    """Of one conversation, with what was refused for some of its recipients."""
    rows = OutgoingMessage.objects.visible_to(actor).exclude(Q(state=State.SENT) & Q(refused={}))
    here = Q(answers__conversation=conversation) | Q(interaction__conversation=conversation)
    return list(rows.filter(here).select_related("mailbox").order_by("pk")[:50])


def last_message(conversation: UUID, actor: Actor) -> Interaction | None:
    """The newest e-mail in it of which the actor may read everything: what an answer answers."""
    rows = Interaction.objects.body_visible_to(actor).filter(conversation=conversation, channel="email")
    found: Interaction | None = rows.order_by("-at", "-pk").first()
    return found


def known_recipients(text: str, actor: Actor) -> list[tuple[str, str, str]]:
    """(name, address, how it is written) of parties that the actor may see, by a part of their name or address."""
    readable = RESOURCES["people"].readable(actor)
    if len(text.strip()) < 2 or "email" not in readable or "name" not in readable:
        return []
    rows = Party.objects.visible_to(actor).exclude(primary_email="").exclude(primary_email=None)
    fitting = rows.filter(Q(display_name__icontains=text.strip()) | Q(primary_email__icontains=text.strip()))
    found = fitting.order_by("display_name", "pk").values_list("display_name", "primary_email")[:MOST]
    return [(name, email, written([Address(name, email)])) for name, email in found]
