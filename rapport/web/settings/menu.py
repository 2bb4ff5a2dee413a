"""The sections of Settings that somebody may open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.actors import Actor
from rapport.web.shell import Place, place

Places = tuple[tuple[str, Any, str], ...]

OWN = (
    ("/settings/profile", _("Profile"), "person"),
    ("account_change_password", _("Password"), "key"),
    ("mfa_index", _("Second factors and passkeys"), "shield"),
    ("usersessions_list", _("Sessions"), "sessions"),
    ("/settings/tokens", _("API tokens"), "link"),
    ("/settings/absence", _("Absence"), "away"),
    ("/settings/notifications", _("Notifications"), "bell"),
    ("/settings/mailboxes", _("Mailboxes"), "inbox"),
    ("/settings/imports", _("Imports"), "upload"),
)
HOUSE = (
    ("/settings/organisation", _("Organisation and hours"), "hours"),
    ("/settings/users", _("Users"), "people"),
    ("/settings/roles", _("Roles"), "roles"),
    ("/settings/teams", _("Teams"), "teams"),
)
DATA = (
    ("/settings/object_kinds", _("Kinds of record"), "box"),
    ("/settings/custom_fields", _("Custom fields"), "fields"),
    ("/settings/record-pages", _("Record pages"), "columns"),
    ("/settings/validation_rules", _("Rules"), "alert"),
    ("/settings/relationship_kinds", _("Kinds of relationship"), "link"),
    ("/settings/stages", _("Stages"), "stages"),
    ("/settings/tags", _("Tags"), "tag"),
)
ANSWERS = (
    ("/settings/targets", _("Targets"), "targets"),
    ("/settings/our_addresses", _("Our addresses"), "address"),
    ("/settings/excluded_addresses", _("Never stored"), "lock"),
    ("/settings/jobs", _("Jobs"), "jobs"),
    ("/settings/audit", _("Audit"), "history"),
)


def sections(actor: Actor, path: str) -> list[tuple[Any, list[Place]]]:
    """The menu as groups of places, each under its heading."""
    groups: list[tuple[Any, Places]] = [(_("You"), OWN)]
    if actor.is_administrator:
        groups += [(_("House"), HOUSE), (_("Data"), DATA), (_("Answers"), ANSWERS)]
    return [(heading, list(_places(places, path))) for heading, places in groups]


def _places(places: Places, path: str) -> Iterator[Place]:
    for name, label, icon in places:
        href = name if name.startswith("/") else reverse(name)
        yield place(href, label, icon, path)
