"""Conversations, interactions and responses as resources, seen by their audience alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.interactions.access import seen_by
from rapport.interactions.addresses import Addresses
from rapport.interactions.models import (
    Audience,
    Conversation,
    Interaction,
    Response,
    Target,
)
from rapport.interactions.queries.parts import whole
from rapport.parties.models import Party
from rapport.platform.access.actors import EVERYONE, Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.resources import Directory
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
