"""What hangs on a record, as small cards beside it: its children, each added, changed and removed in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from rapport.platform.access.actors import Actor
from rapport.platform.resources.output import page
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.search.asking import Shown, of_record

MOST = 50


@dataclass(frozen=True, slots=True)
class CardKind:
    """`link` is the child's field that names the record; `asked` are the fields of its form."""

    child: str
    link: str
    title: Any
    empty: Any
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    kind: CardKind
    resource: Resource
    rows: list[dict[str, Any]]
    may_add: bool


_REACH = CardKind(
    "contact_points",
    "party",
    _("Ways to reach them"),
    _("No address or number yet."),
    ("kind", "value", "label", "is_preferred"),
)
_RELATIONSHIPS = CardKind(
    "relationships",
    "party",
    _("Relationships"),
    _("What they are to us has not been said."),
    ("kind", "stage", "owner", "since", "until"),
)
_ADDRESSES = CardKind(
    "addresses",
    "party",
    _("Postal addresses"),
    _("No postal address."),
    ("label", "street", "postal_code", "city", "country"),
)
_WORK = CardKind(
    "affiliations", "person", _("Works for"), _("No organisation."), ("organization", "role", "since", "until")
)
_MEMBERS = CardKind(
    "affiliations", "organization", _("People here"), _("Nobody yet."), ("person", "role", "since", "until")
)

CARDS: Mapping[str, tuple[CardKind, ...]] = {
    "people": (_REACH, _RELATIONSHIPS, _WORK, _ADDRESSES),
    "organizations": (_MEMBERS, _REACH, _RELATIONSHIPS, _ADDRESSES),
}


def card_kind(parent: Resource, child: str) -> CardKind | None:
    return next((kind for kind in CARDS.get(parent.name, ()) if kind.child == child), None)


def cards(parent: Resource, record: UUID, actor: Actor, *, may_edit: bool) -> list[Card]:
    return [read_card(kind, record, actor, may_edit=may_edit) for kind in CARDS.get(parent.name, ())]


def read_card(kind: CardKind, record: UUID, actor: Actor, *, may_edit: bool) -> Card:
    resource = RESOURCES[kind.child]
    readable = resource.readable(actor)
    if kind.link not in readable or not resource.may(actor, "view"):
        return Card(kind, resource, [], may_add=False)
    rows = of_record(resource, kind.link, record, {"limit": str(MOST)}, actor, Shown(display=True)).records
    for name in kind.asked:
        if name in readable and readable[name].target and not readable[name].display:
            _name(rows, name, RESOURCES[readable[name].target], actor)
    return Card(kind, resource, rows, may_add=may_edit and resource.may(actor, "create"))


def _name(rows: list[dict[str, Any]], link: str, target: Resource, actor: Actor) -> None:
    """Replaces ids by what the card says of the records they name; what isn't visible stays an id."""
    ids = {str(row[link]) for row in rows if row[link]}
    given = {"id__in": ",".join(ids), "limit": str(MOST)}
    found = page(read_query(target, given, actor), actor, names=(target.title,)).records if ids else []
    known = {row["id"]: row for row in found}
    for row in rows:
        row[link] = known.get(row[link], row[link])
