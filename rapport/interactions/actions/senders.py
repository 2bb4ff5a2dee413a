"""Verbs over senders: block whoever wrote, take that back, release what was kept apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from rapport.interactions.access import seen_by
from rapport.interactions.channels.email.archive import RawMessage
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import parse_one
from rapport.interactions.filing.letters import Item
from rapport.interactions.filing.messages import file_messages
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Archive, Conversation, KeptApart, Participation, SenderRule
from rapport.kit.domains import is_public_provider
from rapport.parties.actions.moving import FILING
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Conflict, Forbidden, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.resources.registry import RESOURCES

MOST = 200
"""Messages that are released at a time: each is read again while somebody waits."""
Verdict = SenderRule.Verdict


def may_block(actor: Actor) -> bool:
    return RESOURCES["sender_rules"].may(actor, "create")


@action(Conversation, "block_sender", resource="conversations", accepts={"domain": "boolean"})
def block_sender(conversations: list[Conversation], *, actor: Actor, domain: bool = False) -> None:
    """Keeps new mail of whoever wrote here from outside apart; with `domain`, that of their whole domain."""
    names = _names(conversations, actor, domain=domain)
    _rule(names, Verdict.KEEP_APART)
    emit("conversations.sender_blocked", [each.pk for each in conversations], actor=actor)


@action(Conversation, "unblock_sender", resource="conversations")
def unblock_sender(conversations: list[Conversation], *, actor: Actor) -> None:
    """Takes it back: no rule is left for these senders, nor for their domains."""
    writers = _names(conversations, actor, domain=False)
    names = {*writers, *(_domain_of(each) for each in writers)}
    SenderRule.objects.filter(address__in=names, verdict=Verdict.KEEP_APART).delete()
    emit("conversations.sender_unblocked", [each.pk for each in conversations], actor=actor)


def _names(conversations: Iterable[Conversation], actor: Actor, *, domain: bool) -> set[str]:
    """Who wrote to us in what the actor may read. Raises Forbidden, Conflict for nobody, Invalid for a provider."""
    if not may_block(actor):
        raise Forbidden()
    wrote = Participation.objects.filter(
        seen_by(actor, column="interaction__audience"),
        interaction__conversation__in=[each.pk for each in conversations],
        interaction__direction__in=("in", "observed"),
        interaction__deleted_at=None,
        role=Participation.Role.FROM,
    )
    writers = set(wrote.exclude(address="").values_list("address", flat=True))
    if not writers:
        raise Conflict(_("Nobody outside has written here."))
    if domain and any(is_public_provider(each.rpartition("@")[2]) for each in writers):
        raise Invalid(_("Anybody can have a mailbox at that domain: block the address."))
    return {_domain_of(each) for each in writers} if domain else writers


def _domain_of(address: str) -> str:
    return f"@{address.rpartition('@')[2]}"


def _rule(names: Iterable[str], verdict: str) -> None:
    SenderRule.objects.bulk_create(
        (SenderRule(address=each, verdict=verdict) for each in sorted(names)),
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["verdict", "deleted_at"],
    )


@action(KeptApart, "release", resource="kept_apart", alone=(FILING,))
def release(kept: list[KeptApart], *, actor: Actor) -> None:
    """Files these messages as if nothing had kept them apart; by whoever may block senders, from now on also what else
    theirs write."""
    if len(kept) > MOST:
        raise Invalid(_("These are more than %(most)s. Choose fewer.") % {"most": MOST})
    us = Us.load()
    senders = {each.sender for each in kept if each.sender and not us.of(each.archive_id).has(each.sender)}
    if may_block(actor):
        _rule(senders, Verdict.LET_IN)
    items: dict[UUID, list[Item]] = defaultdict(list)
    for each in kept:
        items[each.archive_id].append(_read(each))
    for archive in Archive.objects.filter(pk__in=items).order_by("pk"):
        file_messages(items[archive.pk], archive, actor=actor, is_released=True)
    KeptApart.objects.filter(pk__in=[each.pk for each in kept]).delete()
    emit("kept_apart.released", [each.pk for each in kept], actor=actor)


def _read(kept: KeptApart) -> Item:
    """Raises NotFound where the message isn't in the store any more."""
    with store.open_file(bytes(kept.raw_digest)) as file:
        raw = file.read()
    message = parse_one(RawMessage("", "", raw, received=kept.at))
    if not isinstance(message, ParsedMessage):
        raise NotFound()
    return message, raw, prepare(message, raw)
