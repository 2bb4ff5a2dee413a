"""What delivery reports say of messages that we sent: found in whichever order the two come in.

A report counts where we did send that message to that recipient: whoever makes one up marks nothing. One that doesn't
say which message it is about counts for the last one that whom it is addressed to sent to its recipient in the days
before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from rapport.interactions.filing.letters import Letter
from rapport.interactions.models import Conversation
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell

NEWS = timedelta(days=2)
"""A report that is older, such as in an archive, is told to nobody."""
NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.4", "5.6.", "5.7.")
"""What says nothing of the address (RFC 3463): a full mailbox, a message too long, unreadable or against a policy."""


class Marked(NamedTuple):
    """A recipient of a message of ours of whom a report has told something new."""

    interaction: UUID
    conversation: UUID
    user: UUID | None
    address: str
    undelivered: str
    at: datetime
    status: str
    is_guess: bool
    """Whether the report names no message: anybody might have made it up."""

    @property
    def is_final(self) -> bool:
        return self.undelivered == "failed"


TOLD = """
    SELECT i.id, i.at, b.headers -> 'report' AS report FROM interactions_interaction i
    JOIN interactions_body b ON b.interaction_id = i.id
    WHERE i.id = ANY (%(ids)s) AND i.automatic = 'delivery-report'
    UNION ALL
    SELECT i.id, i.at, b.headers -> 'report' FROM interactions_interaction o
    JOIN interactions_messagereference r ON r.message_id = o.message_id
    JOIN interactions_interaction i ON i.id = r.interaction_id
    JOIN interactions_body b ON b.interaction_id = i.id
    WHERE o.id = ANY (%(ids)s) AND o.direction = 'out' AND o.message_id <> '' AND i.automatic = 'delivery-report'
"""
MARK = f"""
    WITH told AS ({TOLD}),
    undelivered AS (
        SELECT told.id AS report, told.at, told.report ->> 'message_id' AS message_id,
            each ->> 0 AS address, each ->> 1 AS status,
            CASE WHEN (each ->> 2)::bool THEN 'failed' ELSE 'delayed' END AS undelivered
        FROM told, jsonb_array_elements(told.report -> 'undelivered') each
    ),
    found AS (
        SELECT p.id, u.at, u.status, u.undelivered, false AS is_guess FROM undelivered u
        JOIN interactions_interaction o ON o.message_id = u.message_id AND o.direction = 'out'
        JOIN interactions_participation p ON p.interaction_id = o.id AND p.address = u.address AND p.role <> 'from'
        WHERE u.message_id <> ''
        UNION ALL
        SELECT latest.id, u.at, u.status, u.undelivered, true FROM undelivered u CROSS JOIN LATERAL (
            SELECT p.id FROM interactions_participation p JOIN interactions_interaction o ON o.id = p.interaction_id
            WHERE p.address = u.address AND p.role <> 'from' AND o.direction = 'out' AND o.automatic = ''
              AND p.at BETWEEN u.at - interval '5 days' AND u.at AND EXISTS (
                SELECT FROM interactions_participation writer JOIN interactions_participation told
                    ON told.address = writer.address AND told.role = 'to' AND told.interaction_id = u.report
                WHERE writer.interaction_id = o.id AND writer.role = 'from'
            ) ORDER BY p.at DESC, p.id LIMIT 1
        ) latest WHERE u.message_id = ''
    ),
    first AS (SELECT DISTINCT ON (id) * FROM found ORDER BY id, undelivered DESC, at)
    UPDATE interactions_participation p
    SET undelivered = f.undelivered, undelivered_at = f.at, undelivered_status = f.status
    FROM first f, interactions_interaction i
    WHERE p.id = f.id AND i.id = p.interaction_id AND (
        p.undelivered IS NULL OR p.undelivered < f.undelivered
        OR (p.undelivered = f.undelivered AND p.undelivered_at > f.at)
    )
    RETURNING i.id, i.conversation_id, i.user_id, p.address, p.undelivered, p.undelivered_at, p.undelivered_status,
        f.is_guess
"""  # noqa: S608 - put together from constants


def note_reports(interactions: Collection[UUID], actor: Actor) -> set[UUID]:
    """Marks recipients of ours, wherever one of these is the report or the message that it is about.

    Says which conversations that touches. One query where no report tells anything new.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARK, {"ids": list(interactions)})
        marked = [Marked(*row) for row in cursor.fetchall()]
    final = [each for each in marked if each.is_final]
    if final:
        _doubt_addresses(final, actor)
        _tell_senders([each for each in final if each.at > timezone.now() - NEWS])
    return {each.conversation for each in marked}


DOUBT = """
    UPDATE parties_contactpoint c SET state = 'failing'
    FROM (SELECT address, max(at) AS at FROM unnest(%s::text[], %s::timestamptz[]) d (address, at) GROUP BY 1) d
    WHERE c.kind = 'email' AND c.normalized = d.address AND c.deleted_at IS NULL AND c.state <> 'failing'
      AND NOT EXISTS (
        SELECT FROM interactions_participation p JOIN interactions_interaction i ON i.id = p.interaction_id
        WHERE p.address = d.address AND p.role = 'from' AND p.at > d.at AND i.direction = 'in' AND i.automatic = ''
    ) RETURNING c.id
"""


def _doubt_addresses(final: Iterable[Marked], actor: Actor) -> None:
    """Whoever has written from an address since can be reached there."""
    told = [
        (each.address, each.at) for each in final if not each.is_guess and not each.status.startswith(NOT_THE_ADDRESS)
    ]
    _change(DOUBT, told, actor)


TRUST = """
    UPDATE parties_contactpoint c SET state = 'unverified' FROM unnest(%s::text[], %s::timestamptz[]) d (address, at)
    WHERE c.kind = 'email' AND c.normalized = d.address AND c.deleted_at IS NULL AND c.state = 'failing' AND EXISTS (
        SELECT FROM interactions_participation p
        WHERE p.address = d.address AND p.undelivered = 'failed' AND p.undelivered_at < d.at
    ) RETURNING c.id
"""


def trust_writers(fresh: Iterable[Letter], actor: Actor) -> None:
    """An address that a report had put in doubt is one again from which somebody writes to us."""
    wrote: dict[str, datetime] = {}
    for each in fresh:
        sender = each.envelope.addresses.sender
        if sender and not each.message.automatic and each.envelope.direction == "in":
            wrote[sender] = max(each.at, wrote.get(sender, each.at))
    _change(TRUST, list(wrote.items()), actor)


def _change(statement: str, told: Sequence[tuple[str, datetime]], actor: Actor) -> None:
    if not told:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*sorted(told), strict=True)])
        changed = sorted({row[0] for row in cursor.fetchall()})
    if changed:
        emit("contact_points.updated", changed, actor=actor, data={"fields": ["state"]})


def _tell_senders(news: Sequence[Marked]) -> None:
    """Somebody has to act: who wrote it, else who looks after the conversation, which is open again."""
    ids = {each.conversation for each in news}
    owners = dict(Conversation.objects.filter(pk__in=ids).values_list("pk", "owner")) if ids else {}
    Conversation.objects.filter(~Q(status=Conversation.Status.OPEN), pk__in=ids).update(
        status=Conversation.Status.OPEN, status_by=None
    )
    words = [
        Word(user, Kind.UNDELIVERED, "conversations", each.conversation, f"{each.interaction}:{each.address}")
        for each in news
        if (user := each.user or owners.get(each.conversation))
    ]
    if words:
        tell(words)
