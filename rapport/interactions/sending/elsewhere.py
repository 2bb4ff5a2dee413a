"""What other departments have going on with those to whom somebody is writing, before we contradict ourselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from rapport.interactions.access import levels
from rapport.interactions.channels.email.addresses import parse_addresses
from rapport.interactions.models import Conversation, Interaction, OutgoingMessage, Participation
from rapport.interactions.queries.parts import whole
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor

RECENT = timedelta(days=7)
MOST = 3


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A conversation of another department. What its reader may not know of it is empty."""

    conversation: UUID
    who: str
    team: str
    subject: str
    wrote_at: datetime | None
    """When they last wrote to one of the recipients; None where a conversation is merely open."""


def elsewhere(message: OutgoingMessage, actor: Actor) -> list[Elsewhere]:
    """Those of which the actor may know, the latest first: written to within seven days, or open."""
    addresses = {each.address for text in (message.to, message.cc, message.bcc) for each in parse_addresses(text, 100)}
    here = message.answers.conversation_id if message.answers else None
    written = _written(addresses, here, actor)
    known = {here, *(each.conversation for each in written)}
    return (written + [each for each in _open(addresses, actor) if each.conversation not in known])[:MOST]


def _written(addresses: Collection[str], here: UUID | None, actor: Actor) -> list[Elsewhere]:
    since = timezone.now() - RECENT
    to_them = Participation.objects.filter(address__in=addresses, at__gt=since).exclude(role="from")
    rows = Interaction.objects.visible_to(actor).filter(
        pk__in=to_them.values("interaction"), direction="out", automatic="", is_planned=False
    )
    theirs = rows.exclude(conversation=here).exclude(_ours(actor, "user")).order_by("-at", "-pk")
    listed = list(theirs.select_related("user__team")[: 10 * MOST])
    known = levels(actor, (each.audience_id for each in listed))
    latest: dict[UUID, Elsewhere] = {}
    for each in listed:
        latest.setdefault(each.conversation_id, _said(each, is_told=known.get(each.audience_id, 0) > 0))
    return list(latest.values())


def _said(row: Interaction, *, is_told: bool) -> Elsewhere:
    who = row.user if is_told else None
    team = str(who.team or "") if who else ""
    return Elsewhere(row.conversation_id, str(who or ""), team, row.subject if is_told else "", row.at)


def _open(addresses: Collection[str], actor: Actor) -> list[Elsewhere]:
    """Who looks after a conversation is told to whom may know all of it."""
    parties = Party.objects.filter(primary_email__in=addresses, deleted_at=None)
    rows = Conversation.objects.visible_to(actor).filter(whole(actor, "subject"), party__in=parties.values("pk"))
    waiting = rows.filter(status=Conversation.Status.OPEN, awaiting__in=("us", "them"), lapsed_at=None)
    others = waiting.filter(Q(team__isnull=False) | Q(owner__isnull=False)).exclude(_ours(actor, "owner"))
    listed = others.exclude(team__in=actor.team_ids).order_by("-last_at", "-pk").select_related("owner", "team")
    return [
        Elsewhere(each.pk, str(each.owner or ""), str(each.team or ""), each.subject, None)
        for each in listed[: MOST + 1]
    ]


def _ours(actor: Actor, column: str) -> Q:
    """What the actor, or somebody of their department, has written or looks after."""
    return Q(**{column: actor.user_id}) | Q(**{f"{column}__team__in": actor.team_ids})
