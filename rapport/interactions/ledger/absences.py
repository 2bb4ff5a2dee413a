"""Waits that are still to begin, since whoever owes the answer is away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from rapport.interactions.ledger.rules import BACK


def away_until(awaiting: str, since: datetime | None) -> date | None:
    """The last day of an absence because of which we wait for somebody only from `since` on; None without one."""
    if awaiting != "them" or since is None or since <= timezone.now() or since.timetz() != BACK:
        return None
    return since.date() - timedelta(days=1)
