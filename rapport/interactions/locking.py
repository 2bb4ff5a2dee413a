"""The order in which locks are taken, so that nobody waits for somebody who waits for them.

First the locks that have names (`parties.actions.moving`), then the rows of parties, then those of conversations in
the order of their ids, and only then what is in them. Rows are locked as an update locks them: what merely names
one, as every interaction names its party, never waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from rapport.interactions.models import Conversation


def take(conversations: Iterable[UUID]) -> None:
    """Waits for whoever changes one of these, and then sees what they wrote: who comes last has seen everything."""
    ids = set(conversations)
    if ids:
        rows = Conversation.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
        list(rows.values_list("pk"))
