"""The first start: a one-time link makes the first administrator, and closes for good behind them."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.db import transaction

from rapport.platform.access.models import SetUp, User
from rapport.platform.access.people import add_user
from rapport.platform.errors import NotFound


class SetUpState:
    """Whether the set-up is done: asked until it is, and remembered then, since it never becomes undone."""

    def __init__(self) -> None:
        self.is_done = False

    def ask(self) -> bool:
        self.is_done = self.is_done or is_done()
        return self.is_done


STATE = SetUpState()


def is_done() -> bool:
    """Whether there is, or ever was, an administrator. Nobody else keeps anybody from setting up.

    Of one whom an early version made by the command line, nothing but their role tells.
    """
    if SetUp.objects.filter(done_at__isnull=False).exists():
        return True
    return bool(User.objects.filter(roles__is_administrator=True).exists())


def one_time_link() -> str | None:
    """The path of a new link; the one given before stops working. None once the set-up is done."""
    if is_done():
        return None
    token = secrets.token_urlsafe(32)
    SetUp.objects.update_or_create(id=1, defaults={"digest": sha256(token.encode()).digest()})
    return f"/set-up/{token}"


def is_valid(token: str) -> bool:
    """Compares in constant time, and is false for good once the set-up is done."""
    row = SetUp.objects.filter(done_at=None, digest__isnull=False).first()
    digest = sha256(token.encode()).digest()
    return row is not None and not is_done() and secrets.compare_digest(bytes(row.digest or b""), digest)


@transaction.atomic
def claim(token: str, *, email: str, name: str, password: str) -> User:
    """Makes the first administrator. Raises NotFound for any but the one valid link, Invalid."""
    SetUp.objects.select_for_update().get(pk=1)
    if not is_valid(token):
        raise NotFound()
    return add_user(email, password, name=name, is_administrator=True)
