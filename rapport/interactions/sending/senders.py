"""From which mailboxes somebody may send."""

from __future__ import annotations

from rapport.interactions.mailboxes.resource import worked_by
from rapport.interactions.models import Mailbox
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.records.models import Rows


def mailboxes_of(actor: Actor) -> Rows:
    """Their own, and those that their team, or everybody, works; none for whoever may write no interactions."""
    rows: Rows = Mailbox.objects.kept().exclude(smtp_host="")
    if actor.scope("interactions", "create") == Scope.NONE:
        return rows.none()
    # Their own first: what somebody writes is theirs where they don't say otherwise.
    return rows.filter(worked_by(actor)).order_by("is_shared", "address")
