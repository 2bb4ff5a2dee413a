"""What the house is called, its colour, its currency and its logo; asked once for as long as they stay."""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.db.models import F

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import House


def house(actor: Actor | None = None) -> House:
    """One query where nobody has signed in; for an actor, one for each change of definitions."""
    return actor.remembered("house", _read) if actor else _read()


def _read() -> House:
    return House.objects.filter(pk=1).first() or House()


def furnish(**changes: Any) -> None:
    """Changes what is named, inside the transaction of whoever does."""
    House.objects.get_or_create(pk=1)
    House.objects.filter(pk=1).update(**changes, version=F("version") + 1)


def sender() -> str:
    """From whom mails to users come: the house's name before the address, unless that has one of its own."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or house().name or "Rapport", address))
