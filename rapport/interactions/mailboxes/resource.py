"""Mailboxes as a resource."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.interactions.models import Mailbox
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, Resource, register


def own(actor: Actor) -> Q:
    return Q(is_shared=False, owner=actor.user_id)


def worked_by(actor: Actor) -> Q:
    """The actor's own mailboxes, and those that their team, or everybody, works."""
    return own(actor) | Q(is_shared=True) & (Q(team=None) | Q(team__in=actor.principals))


@register
class Mailboxes(Resource):
    """How mailboxes stand and are set up. Their passwords are no fields, and what lies in them its archive shows."""

    name = "mailboxes"
    model = Mailbox
    label, plural, title = _("Mailbox"), _("Mailboxes"), "address"
    owner = "owner"
    verbs = frozenset({"view", "edit", "delete"})
    custom_fields = False
    fields = (
        Field("address", _("Address"), read_only=True),
        Field("name", _("Name"), help=_("What recipients see beside the address.")),
        Field("owner", _("Owner"), display="owner__name", read_only=True),
        Field("is_shared", _("Shared"), read_only=True),
        Field("team", _("Team"), display="team__name", read_only=True),
        Field("signature", _("Signature")),
        Field("per_minute", _("At most in a minute"), help=_("Messages that leave it.")),
        Field("keeps_copies", _("Copies in Sent"), help=_("Off where the server puts them there by itself.")),
        Field("is_paused", _("Paused"), read_only=True),
        Field("state", _("State"), source="sync__state", read_only=True),
        Field("behind", _("Behind by"), source="sync__behind", read_only=True),
        Field("trouble", _("Trouble"), source="sync__trouble", read_only=True),
    )
    sort = ("address",)

    def scope(self, actor: Actor, verb: str) -> Q:
        """Whoever owns one, or sends from it, sees how it stands; its owner and administrators set it up."""
        if actor.is_system or (actor.is_administrator and verb in self.verbs):
            return Q()
        if not self.may(actor, verb):
            return NOTHING
        return worked_by(actor) if verb == "view" else own(actor)

    def may(self, actor: Actor, verb: str) -> bool:
        """By the right to write interactions."""
        return verb in self.verbs and (actor.is_system or actor.scope("interactions", "create") > Scope.NONE)

    def work_of(self, user_id: UUID) -> None:
        """Nobody takes over somebody's own mailbox with its password: it rests when they leave."""
        return
