"""What follows from filed mail, to be compared with what follows from filing it otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from rapport.interactions.models import (
    Archive,
    Conversation,
    Interaction,
    OurAddress,
    Participation,
    Response,
    Standing,
)
from rapport.parties.models import Party
from rapport.platform.access.actors import EVERYONE
from rapport.platform.access.models import User
from tests.factories.letters import file


def ours(name: str, user: User | None = None) -> None:
    OurAddress.objects.update_or_create(address=name, defaults={"user": user, "confirmed": True, "deleted_at": None})


def state() -> dict[str, Any]:
    """Everything that follows from the mail, by what doesn't depend on ids or on when it was filed.

    But for who looks after a party, and since when: that is kept from when it first became known.
    """
    names = dict(User.objects.values_list("pk", "email")) | {EVERYONE: "everyone"}
    people: dict[Any, list[Any]] = defaultdict(list)
    for row, *person in Participation.objects.values_list(
        "interaction", "role", "address", "party__primary_email", "user__email"
    ):
        people[row].append(tuple(map(str, person)))
    columns = ("message_id", "direction", "sender__primary_email", "user__email")
    conversations: dict[Any, list[Any]] = defaultdict(list)
    for row in Interaction.objects.select_related("audience").order_by("message_id", "snippet"):
        seen = [sorted(names[each] for each in getattr(row.audience, level)) for level in ("happened", "everything")]
        told = Interaction.objects.filter(pk=row.pk).values_list(*columns).get()
        conversations[row.conversation_id].append((told, row.snippet, sorted(people[row.pk]), seen))
    about = ("subject", "awaiting", "awaiting_since", "due_at", "message_count", "party__primary_email", "last_at")
    found = {row[0]: row[1:] for row in Conversation.objects.values_list("pk", *about, "status")}
    return {
        "conversations": sorted(([found[key], said] for key, said in conversations.items()), key=str),
        "parties": sorted(Party.objects.filter(deleted_at=None).values_list(
            "display_name", "primary_email", "organization__display_name", "kind", "source"
        ), key=str),
        "standings": sorted(Standing.objects.values_list(
            "conversation__subject", "party__primary_email", "awaiting", "since", "prompt__message_id"
        ), key=str),
        "responses": sorted(
            Response.objects.values_list("prompt__message_id", "reply__message_id", "by", "user__email"), key=str
        ),
    }  # fmt: skip


def afresh(batches: Sequence[tuple[Archive, list[bytes]]]) -> dict[str, Any]:
    """What filing these finds where nothing was filed before; then it is as if it hadn't been filed."""
    with transaction.atomic():
        Interaction.objects.all().delete()
        Conversation.objects.all().delete()
        Party.objects.all().delete()
        for archive, letters in batches:
            file(archive, letters)
        found = state()
        transaction.set_rollback(True)
    return found
