"""Conversations, interactions and responses as resources, seen by their audience alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.interactions.access import seen_by
from rapport.interactions.addresses import Addresses
from rapport.interactions.models import (
    Audience,
    Conversation,
    ExcludedAddress,
    Import,
    Interaction,
    KeptApart,
    Mailbox,
    OurAddress,
    Quarantined,
    Response,
    SenderRule,
    Target,
)
from rapport.interactions.queries.parts import whole
from rapport.kit.domains import is_public_provider
from rapport.parties.models import Party
from rapport.platform.access.actors import EVERYONE, Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.resources import Directory
from rapport.platform.errors import Invalid
from rapport.platform.fields.tagging import Tagged, tags_field
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, RESOURCES, Resource, register
from rapport.platform.search.words import tsquery


def sees_all(actor: Actor) -> bool:
    """Whether nothing but audiences decides what the actor sees."""
    return actor.is_system or actor.scope("conversations", "view") == Scope.ALL


def reads_names(actor: Actor) -> bool:
    """Whether the actor may read what people and organisations are called."""
    parties = RESOURCES["parties"]
    return parties.title in parties.readable(actor)


def of_parties(actor: Actor, party: str, audience: str) -> Q:
    """Of what is shared with everybody, an actor whose role isn't for all sees what concerns visible parties.

    What they took part in, and what is shown to their team, is theirs, whomever it concerns: a shared mailbox, say.
    """
    if sees_all(actor):
        return Q()
    personal = Audience.objects.filter(happened__overlap=[each for each in actor.principals if each != EVERYONE])
    return Q(**{f"{party}__in": Party.objects.visible_to(actor).values("pk"), f"{audience}__isnull": False}) | Q(
        **{f"{audience}__in": personal.values("pk")}
    )


def heard(actor: Actor, resource: str, verb: str, *, party: str, audience: str = "audience") -> Q:
    """The rows on which the actor may do what `resource` allows: by who hears of them, and by whom they concern."""
    if actor.is_system:
        return Q()
    if not RESOURCES[resource].may(actor, verb):
        return NOTHING
    told = seen_by(actor, "everything" if verb in ("edit", "delete") else "happened", column=audience)
    return told & of_parties(actor, party, audience)


class Heard(Resource):
    """Mail is private until its owner says otherwise: roles say what may be done, audiences with which rows."""

    custom_fields = False

    def scope(self, actor: Actor, verb: str) -> Q:
        return heard(actor, self.name, verb, party=self.party_path)

    party_path = "party"


def SUBJECT(actor: Actor) -> Q:  # noqa: N802  (these read as constants where they are used)
    return seen_by(actor, "subject")


def EVERYTHING(actor: Actor) -> Q:  # noqa: N802
    return seen_by(actor, "everything")


WHOLE = whole


def TITLED(actor: Actor) -> Q:  # noqa: N802
    """Those of which no subject is hidden: a conversation's is that of its first message, which may be."""
    return whole(actor, "subject")


def _whole_or_by(actor: Actor, column: str) -> Q:
    """The conversations that the actor sees all of, and those whose `column` names them."""
    return Q() if actor.is_system else whole(actor) | Q(**{column: actor.user_id})


def OWNED(actor: Actor) -> Q:  # noqa: N802
    """Whoever looks after a conversation knows that they do."""
    return _whole_or_by(actor, "owner")


def CLOSED(actor: Actor) -> Q:  # noqa: N802
    """Whoever closed or opened a conversation knows that they did."""
    return _whole_or_by(actor, "status_by")


def SNOOZED(actor: Actor) -> Q:  # noqa: N802
    """Whoever put a conversation off knows until when."""
    return _whole_or_by(actor, "snoozed_by")


@register
class Conversations(Tagged, Heard):
    """`subject` and `snippet` are read through `interactions.queries`, which knows how much the actor may see."""

    name = "conversations"
    model = Conversation
    shown_by = ("party",)
    label, plural, title = _("Conversation"), _("Conversations"), "subject"
    verbs = frozenset({"view", "edit", "export"})
    fields = (
        Field("subject", _("Subject"), read_only=True, mask=TITLED),
        Field("channel", _("Channel"), read_only=True),
        Field("status", _("Status"), mask=CLOSED),
        Field("snoozed_until", _("Snoozed until"), mask=SNOOZED),
        Field("party", _("With"), target="parties", read_only=True, display="party__display_name", mask=WHOLE),
        Field("owner", _("Owner"), display="owner__name", mask=OWNED),
        Field("team", _("Department"), display="team__name", mask=WHOLE),
        Field("awaiting", _("Waiting for"), read_only=True, mask=WHOLE),
        Field("awaiting_since", _("Since"), read_only=True, mask=WHOLE),
        Field("due_at", _("Due"), read_only=True, mask=WHOLE),
        Field("started_at", _("Begun"), read_only=True, mask=WHOLE),
        Field("last_at", _("Last"), read_only=True, mask=WHOLE),
        Field("message_count", _("Messages"), read_only=True, mask=WHOLE),
        Field("lapsed_at", _("Lapsed"), read_only=True, mask=WHOLE),
        replace(tags_field("conversations"), mask=WHOLE),
    )
    columns = ("subject", "party", "awaiting", "due_at", "owner", "last_at")
    sort = ("-id",)

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        now = timezone.now()
        times = {"status": "status_at", "snoozed_until": "snoozed_at"}
        return {times[name]: now for name in times.keys() & columns.keys()}

    def text_condition(self, text: str, actor: Actor) -> Q | None:
        return Q(pk__in=Interaction.objects.filter(said(text, actor)).values("conversation"))


@register
class Interactions(Heard):
    party_path = "conversation__party"
    shown_by = ("conversation", "participations__party", "participations__party__organization")
    name = "interactions"
    model = Interaction
    label, plural, title = _("Interaction"), _("Interactions"), "subject"
    verbs = frozenset({"view", "export"})
    further_rights = frozenset({"create"})  # importing one's own mail, and what is written down by hand
    fields = (
        Field("conversation", _("Conversation"), read_only=True),
        Field("subject", _("Subject"), read_only=True, mask=SUBJECT),
        Field("snippet", _("First words"), read_only=True, mask=EVERYTHING),
        Field("channel", _("Channel"), read_only=True),
        Field("direction", _("Direction"), read_only=True),
        Field("at", _("At"), read_only=True),
        Field("user", _("By"), display="user__name", read_only=True),
        Field("sender", _("From"), target="parties", display="sender__display_name", read_only=True),
        Field("from_address", _("From address"), read_only=True, computed=Addresses("from"), mask=EVERYTHING),
        Field("to_address", _("To address"), read_only=True, computed=Addresses("to", "cc"), mask=EVERYTHING),
        Field("automatic", _("Automatic"), read_only=True),
        Field("duration_seconds", _("Duration"), read_only=True),
        Field("has_attachments", _("Attachments"), read_only=True),
        Field("is_planned", _("Planned"), read_only=True),
        Field("called_off_at", _("Called off"), read_only=True),
    )
    columns = ("subject", "sender", "channel", "direction", "at")
    sort = ("-at",)

    def text_condition(self, text: str, actor: Actor) -> Q | None:
        return said(text, actor)


def said(text: str, actor: Actor) -> Q:
    """Interactions in which the words were said, as far as the actor may read: bodies, or subjects alone."""
    query, titled = tsquery(text), tsquery(text, label="A")
    if not query:
        return NOTHING
    whole = Q(body__words__matches=query) & seen_by(actor, "everything")
    return whole | Q(body__words__matches=titled) & seen_by(actor, "subject")


@register
class Responses(Resource):
    """The ledger's entries: a prompt and its reply."""

    name = "responses"
    model = Response
    label, plural, title = _("Response"), _("Responses"), "by"
    verbs = frozenset({"view", "export"})
    parent = "conversation"
    fields = (
        Field("conversation", read_only=True),
        Field("party", target="parties", display="party__display_name", read_only=True),
        Field("prompt", read_only=True),
        Field("reply", read_only=True),
        Field("by", _("Answered by"), read_only=True),
        Field("user", display="user__name", read_only=True),
        Field("channel", read_only=True),
        Field("prompt_at", read_only=True),
        Field("reply_at", read_only=True),
        Field("elapsed_seconds", read_only=True),
        Field("business_seconds", read_only=True),
        Field("target_seconds", read_only=True),
        Field("is_target_met", read_only=True),
    )
    sort = ("-reply_at",)

    def scope(self, actor: Actor, verb: str) -> Q:
        """Both sides of the pair must be visible: a response tells of either."""
        if actor.is_system:
            return Q()
        if not self.may(actor, verb):
            return NOTHING
        return (
            seen_by(actor, column="prompt_audience")
            & seen_by(actor, column="reply_audience")
            & of_parties(actor, "party", "conversation__audience")
        )


@register
class Targets(Directory):
    name = "targets"
    model = Target
    label, plural, title = _("Target"), _("Targets"), "channel"
    fields = (
        Field("channel"),
        Field("relationship_kind"),
        Field("stage"),
        Field("seconds", required=True, help=_("Working seconds in which we want to answer.")),
    )


class _Addresses(Directory):
    title = "address"
    sort = ("address",)

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"address": columns["address"].strip().lower()} if "address" in columns else {}


@register
class OurAddresses(_Addresses):
    name = "our_addresses"
    model = OurAddress
    label, plural = _("Address of ours"), _("Our addresses")
    fields = (Field("address", required=True), Field("user"), Field("confirmed"))


@register
class ExcludedAddresses(_Addresses):
    name = "excluded_addresses"
    model = ExcludedAddress
    label, plural = _("Excluded address"), _("Excluded addresses")
    fields = (Field("address", required=True),)


@register
class SenderRules(Resource):
    """Whose new mail is kept apart, and who is let in whatever servers say. Holds for everybody."""

    name = "sender_rules"
    model = SenderRule
    label, plural, title = _("Rule for a sender"), _("Senders"), "address"
    sort = ("address",)
    verbs = frozenset({"view", "create", "edit", "delete"})
    fields = (Field("address", required=True), Field("verdict", _("New mail")))

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"address": columns["address"].strip().lower()} if "address" in columns else {}

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
        mine = Q(is_shared=False, owner=actor.user_id)
        shared = Q(is_shared=True) & (Q(team=None) | Q(team__in=actor.principals))
        return mine | shared if verb == "view" else mine

    def may(self, actor: Actor, verb: str) -> bool:
        """By the right to write interactions."""
        return verb in self.verbs and (actor.is_system or actor.scope("interactions", "create") > Scope.NONE)

    def work_of(self, user_id: UUID) -> None:
        """Nobody takes over somebody's own mailbox with its password: it rests when they leave."""
        return


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
