"""What hangs on people and organisations: how to reach them, where they are, what they are to whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.parties.models import Address, Affiliation, Consent, ContactPoint, Relationship
from rapport.parties.reach import normalize
from rapport.parties.resources.parties import hides
from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource, register


class Child(Resource):
    """What hangs on a party tells of it: a field is hidden with those of people and organisations that it `reveals`."""

    reveals: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def readable(self, actor: Actor) -> dict[str, Field]:
        hidden = {name for name, fields in self.reveals.items() if hides(actor, *fields)}
        return {name: field for name, field in super().readable(actor).items() if name not in hidden}

    def editable(self, actor: Actor) -> dict[str, Field]:
        readable = self.readable(actor)
        return {name: field for name, field in super().editable(actor).items() if name in readable}


class OfParty(Child):
    """A child of a party: its rights are the party's."""

    parent = "party"
    shown_by = told_in = ("party",)


@register
class ContactPoints(OfParty):
    name = "contact_points"
    model = ContactPoint
    indexes_with = ((("people", "organizations"), "party_id"),)
    label, plural, title = _("Contact point"), _("Contact points"), "value"
    reveals = {"value": ("email", "phone")}
    fields = (
        Field("party", target="parties", required=True, create_only=True),
        Field("kind", required=True, create_only=True),
        Field("value", required=True),
        Field("label"),
        Field("state"),
        Field("is_preferred"),
        Field("source", read_only=True),
    )

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return normalize(columns)


@register
class Consents(Resource):
    name = "consents"
    model = Consent
    parent = "contact_point"
    shown_by = told_in = ("contact_point__party",)
    label, plural = _("Consent"), _("Consents")
    fields = (
        Field("contact_point", required=True, create_only=True),
        Field("channel", required=True, create_only=True),
        Field("purpose", required=True, create_only=True),
        Field("state", required=True),
        Field("basis"),
        Field("evidence"),
        Field("at"),
    )


@register
class Addresses(OfParty):
    name = "addresses"
    model = Address
    label, plural = _("Address"), _("Addresses")
    fields = (
        Field("party", target="parties", required=True, create_only=True),
        *(Field(name) for name in ("label", "street", "postal_code", "city", "region", "country")),
        Field("source", read_only=True),
    )


@register
class Affiliations(Child):
    name = "affiliations"
    reveals = {"organization": ("organization",)}
    model = Affiliation
    parent = "person"
    shown_by = told_in = ("person", "organization")
    label, plural = _("Affiliation"), _("Affiliations")
    fields = (
        Field("person", target="people", required=True, create_only=True),
        Field("organization", target="organizations", required=True, create_only=True),
        Field("role"),
        Field("since"),
        Field("until"),
        Field("source", read_only=True),
    )


@register
class Relationships(OfParty):
    name = "relationships"
    reveals = {"kind": ("relationship",), "stage": ("stage",), "owner": ("owner",)}
    model = Relationship
    label, plural = _("Relationship"), _("Relationships")
    fields = (
        Field("party", target="parties", required=True, create_only=True),
        Field("kind", display="kind__name", required=True, create_only=True),
        Field("stage", display="stage__name"),
        Field("owner", display="owner__name"),
        Field("since"),
        Field("until"),
        Field("source", read_only=True),
    )

    def work_of(self, user_id: UUID) -> Q:
        """Those that go on: who looked after one that has ended stays known."""
        return Q(owner=user_id) & (Q(until=None) | Q(until__gte=timezone.localdate()))
