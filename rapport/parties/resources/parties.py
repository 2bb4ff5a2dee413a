"""People and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.parties.models import ContactPoint, Merge, Organization, Party, Person
from rapport.parties.naming import name_columns
from rapport.parties.reach import PRIMARY, make_contact_points, write_contact_points
from rapport.parties.standing import make_affiliations, make_relationships, write_affiliations, write_relationships
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Level
from rapport.platform.errors import Conflict
from rapport.platform.fields.tagging import Tagged, tags_field
from rapport.platform.records.bulk import write
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource, register


class Parties(Tagged):
    """What people and organisations share."""

    owner = "owner_ids"
    sort = ("name",)
    logs_reads = True
    custom_fields = True
    page = True

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return name_columns(columns, is_person=self.name == "people")

    def write_elsewhere(self, pairs: list[tuple[Party, dict[str, Any]]], actor: Actor) -> None:
        write_contact_points(pairs)
        write_affiliations(pairs)
        write_relationships(pairs, actor)
        super().write_elsewhere(pairs, actor)

    def make_elsewhere(self, pairs: list[tuple[Party, dict[str, Any]]], actor: Actor) -> None:
        write(make_contact_points(pairs), make_affiliations(pairs), make_relationships(pairs, actor))
        super().make_elsewhere(pairs, actor)

    def found_besides(self, ids: list[UUID]) -> Mapping[tuple[UUID, str], list[str]]:
        """Every address and number, not only those that a list shows."""
        points = ContactPoint.objects.filter(party__in=ids, deleted_at=None, kind__in=dict(PRIMARY))
        found: dict[tuple[UUID, str], list[str]] = {}
        for party, kind, value in points.order_by("pk").values_list("party_id", "kind", "value"):
            found.setdefault((party, kind), []).append(value)
        return found

    def check_restored(self, ids: list[UUID]) -> None:
        """What was absorbed in a merge has given all that it had away: it comes back by undoing the merge alone."""
        if Merge.objects.filter(absorbed__in=ids, undone_at=None).exists():
            raise Conflict(gettext("What became part of another record in a merge comes back by undoing that merge."))


NAME_WHY = _("So that everybody here calls them by the right name.")
REACH_WHY = _("To answer them, and to recognise them when they write or call.")
OWNER_WHY = _("So that it is clear who looks after them.")

SHARED = (
    Field(
        "relationship", _("Relationship"), source="relationship_kind", display="relationship_kind__name",
        target="relationship_kinds", elsewhere=True,
    ),
    Field("stage", _("Stage"), display="stage__name", elsewhere=True),
    Field("owner", _("Owner"), display="owner__name", elsewhere=True, why=OWNER_WHY, default=lambda a: a.user_id),
    Field("language", _("Language")),
    Field("website", _("Website"), kind_name="url"),
    Field("description", _("Description"), kind_name="longtext"),
    Field("source", _("Source"), read_only=True),
    Field("created_at", _("Added"), read_only=True),
    Field("updated_at", _("Changed"), read_only=True),
)  # fmt: skip
NAME = Field("name", _("Name"), source="display_name", sort="sort_name", required=True, search="A", why=NAME_WHY)
REACH = tuple(
    Field(kind, label, kind_name=kind, source=column, elsewhere=True, search="B", why=REACH_WHY)
    for (kind, column), label in zip(PRIMARY, (_("E-mail"), _("Phone")), strict=True)
)


@register
class People(Parties):
    name = "people"
    model = Person
    label, plural, icon = _("Person"), _("People"), "person"
    fields = (
        NAME,
        Field("given_name", _("Given name")),
        Field("family_name", _("Family name")),
        Field(
            "organization", _("Organisation"), target="organizations", sort="organization_sort",
            display="organization__display_name", elsewhere=True,
        ),
        Field("job_title", _("Job title")),
        *REACH,
        tags_field("people"),
        *SHARED,
    )  # fmt: skip
    columns = ("name", "organization", "relationship", "stage", "email", "phone", "owner", "updated_at")


@register
class Organizations(Parties):
    name = "organizations"
    model = Organization
    label, plural, icon = _("Organisation"), _("Organisations"), "organization"
    fields = (
        NAME,
        *REACH,
        tags_field("organizations"),
        *SHARED,
    )
    columns = ("name", "relationship", "stage", "email", "phone", "owner", "website", "updated_at")


@register
class AnyParty(Resource):
    """Both kinds at once, with each kind's rights: what children of a party inherit from. Not a door."""

    name = "parties"
    model = Party
    label, plural = _("Party"), _("Parties")
    fields = (Field("name", _("Name"), source="display_name", sort="sort_name"),)
    sort = ("name",)
    verbs = frozenset({"view", "edit", "delete", "export"})
    is_door = False

    def scope(self, actor: Actor, verb: str) -> Q:
        people, organizations = RESOURCES["people"], RESOURCES["organizations"]
        if actor.is_system:
            return Q()
        return Q(kind="person") & people.scope(actor, verb) | Q(kind="organization") & organizations.scope(actor, verb)

    def readable(self, actor: Actor) -> dict[str, Field]:
        """The name is hidden with either kind's."""
        return {} if hides(actor, "name") else super().readable(actor)

    def may(self, actor: Actor, verb: str) -> bool:
        return RESOURCES["people"].may(actor, verb) or RESOURCES["organizations"].may(actor, verb)


def hides(actor: Actor, *names: str) -> bool:
    """Whether one of these fields is hidden from the actor, on people or organisations, as far as they see any."""
    seen = [RESOURCES[each] for each in ("people", "organizations") if actor.scope(each, "view")]
    return any(actor.level(each.name, name) == Level.HIDDEN for each in seen for name in names if name in each.built_in)
