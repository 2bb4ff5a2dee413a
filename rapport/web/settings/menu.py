"""The sections of Settings that somebody may open."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.actors import Actor
from rapport.web.shell import Place, place

OWN = (
    ("/settings/profile", _("Profile"), "person"),
    ("account_change_password", _("Password"), "key"),
    ("mfa_index", _("Second factors and passkeys"), "shield"),
    ("usersessions_list", _("Sessions"), "sessions"),
    ("/settings/tokens", _("API tokens"), "link"),
)


def sections(actor: Actor, path: str) -> list[tuple[object, list[Place]]]:
    """The menu as groups of places, each under its heading."""
    return [(_("You"), list(_own(path)))]


def _own(path: str) -> Iterator[Place]:
    for name, label, icon in OWN:
        href = name if name.startswith("/") else reverse(name)
        yield place(href, label, icon, path)
