"""What is said anew brings a conversation back into sight."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

WAKE = """
    WITH said AS (
        SELECT conversation_id, max(at) AS at, max(at) FILTER (WHERE direction = 'in') AS came
        FROM interactions_interaction
        WHERE id = ANY(%s) AND direction IN ('in', 'out') AND automatic = '' AND NOT is_planned
        GROUP BY conversation_id
    ), seen AS (
        SELECT c.id, c.status = 'closed' AND said.at > coalesce(c.status_at, c.updated_at) - interval '1 day' AS opens,
            said.came > c.snoozed_at - interval '1 day' OR c.snoozed_until <= now() AND said.at > c.snoozed_at AS wakes
        FROM interactions_conversation c JOIN said ON said.conversation_id = c.id
        WHERE c.status = 'closed' OR c.snoozed_until IS NOT NULL
    )
    UPDATE interactions_conversation c SET
        status = CASE WHEN opens THEN 'open' ELSE status END,
        status_at = CASE WHEN opens THEN now() ELSE status_at END,
        snoozed_until = CASE WHEN wakes THEN NULL ELSE snoozed_until END
    FROM seen WHERE c.id = seen.id AND (opens OR wakes)
"""
"""A day's grace: what was under way while somebody closed the conversation is new to them, too."""


def wake_by(interactions: Collection[UUID]) -> None:
    """Opens what was closed, and ends what was put off, before these were said. One query.

    They say something by anybody's word that isn't automatic; of what was put off, only what came from outside ends
    it early, and our own word once it is over. What is found late, such as in an old archive, changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAKE, [list(interactions)])
