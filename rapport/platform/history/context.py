"""Tells the history triggers who acts, for the length of one transaction."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from rapport.platform.access.actors import Actor


def assume(actor: Actor, batch: UUID | None = None) -> None:
    """Names the actor (and the batch) of every change in this transaction. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('rapport.actor', %s, true), set_config('rapport.origin', %s, true),"
            " set_config('rapport.batch', %s, true)",
            [str(actor.user_id or ""), actor.origin, str(batch or "")],
        )


def saw(actor: Actor, resource: str, record_ids: list[UUID]) -> None:
    """Notes that `actor` looked at these records."""
    if not record_ids or actor.is_system:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO history_read (at, actor_id, origin, resource, record_ids)"
            " SELECT now(), %s, %s, %s, %s FROM set_config('synchronous_commit', %s, true)",
            [actor.reader_id, actor.origin, resource, record_ids, waiting()],
        )


def waiting() -> str:
    """The `synchronous_commit` of a look: it doesn't wait for the disk, since it isn't a promise.

    In a transaction, what else is written there may be one.
    """
    return "on" if connection.in_atomic_block else "off"
