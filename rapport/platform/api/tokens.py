"""Bearer tokens: made once, shown once, kept as a hash; and what each may still ask this minute."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest

from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import Token, User
from rapport.platform.errors import Unauthenticated

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    limit: int
    remaining: int
    reset_seconds: int
    is_spent: bool = False

    def headers(self) -> dict[str, str]:
        """Draft-ietf-httpapi-ratelimit-headers-07: `RateLimit-Limit`, `-Remaining`, `-Reset`."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


def make_token(user: User, name: str, *, role_ids: Iterable[UUID] = (), expires_at: datetime | None = None) -> str:
    """Stores a new token and says it, this one time."""
    text = f"rapport_{secrets.token_urlsafe(32)}"
    Token.objects.create(name=name, user=user, digest=_digest(text), role_ids=list(role_ids), expires_at=expires_at)
    return text


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


ADMIT = "SELECT user_id, role_ids, epoch, used, reset FROM api_admit(%s, %s)"


def _admit(digest: bytes) -> Any:
    """Asks the database; once more on another connection where the one that was kept has been lost in between.

    That this is asked first, and may be asked twice, is the check of the connection's health: it costs no round trip.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _ask(digest)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _ask(digest)


def _ask(digest: bytes) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(ADMIT, [digest, WINDOW_SECONDS])
        return cursor.fetchone()


def admitted(request: HttpRequest) -> tuple[Actor, Allowance]:
    """Who sends this request, and what they may still ask. Raises Unauthenticated. One query."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise Unauthenticated()
    row = _admit(_digest(text.strip()))
    if row is None:
        raise Unauthenticated()
    user_id, role_ids, epoch, used, reset = row
    limit: int = settings.API_REQUESTS_PER_MINUTE
    actor = actor_for(User(pk=user_id), "api", epoch=epoch, role_ids=role_ids)
    return actor, Allowance(limit, max(0, limit - used), reset, is_spent=used > limit)
