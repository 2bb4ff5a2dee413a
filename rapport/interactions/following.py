"""What a merge of parties means for conversations: those in which they take part are settled again."""

from __future__ import annotations

from itertools import islice
from uuid import UUID

from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Interaction, Mark, Participation, Response, Standing
from rapport.parties.actions.moving import AFTER_MOVE, DERIVED

BATCH = 1_000


def settle_again(parties: set[UUID]) -> None:
    """Brings all conversations of these parties up to date, in the current transaction."""
    found: set[UUID] = set()
    for rows, column in (
        (Participation.objects.filter(party__in=parties), "interaction__conversation_id"),
        (Interaction.objects.filter(sender__in=parties), "conversation_id"),
        (Standing.objects.filter(party__in=parties), "conversation_id"),
        (Mark.objects.filter(party__in=parties), "conversation_id"),
    ):
        found.update(rows.values_list(column, flat=True))
    listed = iter(sorted(found))
    while batch := list(islice(listed, BATCH)):
        resettle(batch)


DERIVED.update({(Standing, "party"), (Response, "party"), (Conversation, "party")})
AFTER_MOVE.append(settle_again)
