"""`Idempotency-Key`: the same write sent twice is done once and answered alike.

The key is stored in the transaction of the write itself, so that a crash leaves either both or neither.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

import msgspec
from django.db import connection, transaction
from django.http import HttpRequest

from rapport.platform.access.actors import Actor
from rapport.platform.api.body import Answer
from rapport.platform.errors import Conflict
from rapport.platform.events.models import Done

LONGEST_KEY = 200
NOBODY = UUID(int=0)

_encode = msgspec.json.Encoder(decimal_format="number").encode


def once(request: HttpRequest, actor: Actor, do: Callable[[], Answer]) -> Answer:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        with transaction.atomic():
            return do()
    if len(key) > LONGEST_KEY or "\0" in key:
        raise Conflict(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    return _once(request, actor, key, do)


def _once(request: HttpRequest, actor: Actor, key: str, do: Callable[[], Answer]) -> Answer:
    fingerprint = sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
    with transaction.atomic():
        if not _claim(actor, key, fingerprint):
            return _earlier(actor, key, fingerprint)
        status, body, headers = do()
        stored = {"body": msgspec.json.decode(_encode(body)), "headers": headers}
        Done.objects.filter(actor_id=actor.user_id or NOBODY, key=key).update(status=status, answer=stored)
        return status, body, headers


def _claim(actor: Actor, key: str, fingerprint: bytes) -> bool:
    """Whether the key is new. Waits for a request under the same key that is still running."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_done (actor_id, key, fingerprint) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [actor.user_id or NOBODY, key, fingerprint],
        )
        return bool(cursor.rowcount == 1)


def _earlier(actor: Actor, key: str, fingerprint: bytes) -> Answer:
    done = Done.objects.get(actor_id=actor.user_id or NOBODY, key=key)
    if bytes(done.fingerprint) != fingerprint:
        raise Conflict("This Idempotency-Key was used for another request.")
    assert done.status is not None
    assert done.answer is not None
    return done.status, done.answer["body"], {**done.answer["headers"], "Idempotent-Replayed": "true"}
