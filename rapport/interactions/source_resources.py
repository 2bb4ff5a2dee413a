"""Where mail comes from as resources: who we are, whose mail is kept away, imports, and what became of neither."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.interactions.access import seen_by
from rapport.interactions.models import ExcludedAddress, Import, KeptApart, OurAddress, Quarantined, SenderRule
from rapport.kit.domains import is_public_provider
from rapport.platform.access.actors import Actor
from rapport.platform.access.resources import Directory
from rapport.platform.errors import Invalid
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, Resource, register


class _Addressed(Resource):
    """What is known by an address, or by a domain with a leading @, in small letters."""

    title = "address"
    sort = ("address",)

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"address": columns["address"].strip().lower()} if "address" in columns else {}


@register
class OurAddresses(_Addressed, Directory):
    name = "our_addresses"
    model = OurAddress
    label, plural = _("Address of ours"), _("Our addresses")
    fields = (Field("address", required=True), Field("user"), Field("confirmed"))


@register
class ExcludedAddresses(_Addressed, Directory):
    name = "excluded_addresses"
    model = ExcludedAddress
    label, plural = _("Excluded address"), _("Excluded addresses")
    fields = (Field("address", required=True),)


@register
class SenderRules(_Addressed):
    """Whose new mail is kept apart, and who is let in whatever servers say. Holds for everybody."""

    name = "sender_rules"
    model = SenderRule
    label, plural = _("Rule for a sender"), _("Senders")
    verbs = frozenset({"view", "create", "edit", "delete"})
    fields = (Field("address", required=True), Field("verdict", _("New mail")))

    def check(self, record: SenderRule) -> None:
        is_of_all = record.address.startswith("@") and is_public_provider(record.address[1:])
        if is_of_all and record.verdict == SenderRule.Verdict.KEEP_APART:
            raise Invalid(fields={"address": gettext("Anybody can have a mailbox at that domain: block the address.")})


@register
class KeptApartMessages(Resource):
    """Mail that nobody has in their inbox. Each is for whoever would read it there."""

    name = "kept_apart"
    model = KeptApart
    label, plural, title = _("Message kept apart"), _("Messages kept apart"), "subject"
    verbs = frozenset({"view", "edit"})
    fields = (
        Field("reason", _("Reason"), read_only=True),
        Field("sender", _("From"), read_only=True),
        Field("sender_name", _("Name"), read_only=True),
        Field("subject", _("Subject"), read_only=True),
        Field("snippet", _("First words"), read_only=True),
        Field("at", _("At"), read_only=True),
    )

    def scope(self, actor: Actor, verb: str) -> Q:
        if actor.is_system:
            return Q()
        return seen_by(actor, "everything") if self.may(actor, verb) else NOTHING


@register
class Imports(Resource):
    """Runs over archives, for whoever began them and for administrators."""

    name = "imports"
    model = Import
    label, plural = _("Import"), _("Imports")
    owner = "user"
    verbs = frozenset({"view", "edit"})
    fields = (
        Field("name", _("Archive"), source="archive__name", read_only=True),
        Field("user", _("By"), display="user__name", read_only=True),
        Field("state", _("State"), read_only=True),
        Field("size", _("Bytes"), read_only=True),
        Field("expected", _("Expected"), read_only=True),
        Field("read", _("Read"), read_only=True),
        Field("stored", _("Stored"), read_only=True),
        Field("already_there", _("Already there"), read_only=True),
        Field("kept_apart", _("Kept apart"), read_only=True),
        Field("excluded", _("Excluded"), read_only=True),
        Field("quarantined", _("Set aside"), read_only=True),
        Field("created_at", _("Begun"), read_only=True),
        Field("started_at", _("Filing since"), read_only=True),
        Field("ended_at", _("Ended"), read_only=True),
        Field("error", _("What went wrong"), read_only=True),
    )

    def scope(self, actor: Actor, verb: str) -> Q:
        """A team sees nothing of its members' archives, whatever their roles say of other things."""
        if actor.is_system or (actor.is_administrator and verb in self.verbs):
            return Q()
        return Q(user=actor.user_id) if self.may(actor, verb) else NOTHING


@register
class QuarantinedMessages(Resource):
    """What could not be understood. The raw message is its importer's alone, and is no field."""

    name = "quarantined"
    model = Quarantined
    label, plural, title = _("Message set aside"), _("Messages set aside"), "source"
    verbs = frozenset({"view"})
    parent = "import_run"
    fields = (
        Field("import_run", _("Import"), read_only=True),
        Field("source", _("File"), read_only=True),
        Field("position", _("Position"), read_only=True),
        Field("reason", _("Reason"), read_only=True),
    )
