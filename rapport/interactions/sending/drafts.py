"""Drafts as they begin: to somebody, or as the answer to a message, with what it quotes and what it brings along."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rapport.interactions.channels.email.addresses import parse_addresses
from rapport.interactions.channels.email.message import Address
from rapport.interactions.channels.email.subjects import topic_of
from rapport.interactions.filing.known import stored_message
from rapport.interactions.models import Attachment, Body, Copy, Interaction, Mailbox, OutgoingMessage, Participation
from rapport.interactions.sending.bodies import clean_body
from rapport.interactions.sending.queueing import NAME
from rapport.interactions.sending.recipients import written
from rapport.interactions.sending.senders import mailboxes_of
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Conflict, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.files.incoming import Content, put_on
from rapport.platform.files.names import ANYTHING
from rapport.platform.history.context import assume
from rapport.platform.resources.registry import RESOURCES

KINDS = ("reply", "all", "forward")
LONGEST_QUOTE = 200_000


@transaction.atomic
def begin(actor: Actor, *, parties: Iterable[UUID] = ()) -> OutgoingMessage:
    """A draft to these, as far as the actor may read their addresses. Raises Conflict without a mailbox."""
    assume(actor)
    mailbox = _mailbox(actor)
    return _make(actor, OutgoingMessage(mailbox=mailbox, to=_to(parties, actor), html=_opening(mailbox)))


@transaction.atomic
def answer(message: UUID, kind: str, *, actor: Actor) -> OutgoingMessage:
    """A draft that answers a message, its sender alone (`reply`) or everybody (`all`), or passes it on (`forward`).

    Raises NotFound for what the actor may not read all of, Conflict without a mailbox.
    """
    if kind not in KINDS:
        raise Invalid(fields={"kind": _("This is one of reply, all and forward.")})
    assume(actor)
    answered = Interaction.objects.body_visible_to(actor).filter(pk=message, channel="email").first()
    if answered is None:
        raise NotFound()
    archives = Copy.objects.filter(interaction=answered).values_list("archive", flat=True)
    mailbox, people = _mailbox(actor, list(archives)), list(answered.participations.order_by("pk"))
    made = OutgoingMessage(mailbox=mailbox, answers=answered, is_forward=kind == "forward")
    mark = "Fwd: " if made.is_forward else "Re: "
    made.subject = mark + topic_of(answered.subject)
    made.html = _opening(mailbox) + _quoted(answered, people)
    if not made.is_forward:
        made.to, made.cc = _recipients(people, answered.direction, mailbox.address, kind == "all")
        if wanted := _reply_to(answered):
            made.to = written([*wanted, *(parse_addresses(made.to, 100)[1:] if kind == "all" else ())])
    _make(actor, made)
    if made.is_forward:
        _take_along(answered, made, actor)
    return made


def _mailbox(actor: Actor, archives: Sequence[UUID] = ()) -> Mailbox:
    """The one in which the message lies, else the first of theirs."""
    listed: list[Mailbox] = list(mailboxes_of(actor))
    if not listed:
        raise Conflict(_("There is no mailbox that you may send from."))
    return next((each for each in listed if each.archive_id in archives), listed[0])


def _make(actor: Actor, draft: OutgoingMessage) -> OutgoingMessage:
    draft.author_id = actor.user_id
    draft.save(force_insert=True)
    emit(f"{NAME}.created", [draft.pk], actor=actor)
    return draft


def _to(parties: Iterable[UUID], actor: Actor) -> str:
    if "email" not in RESOURCES["people"].readable(actor):
        return ""
    rows = Party.objects.visible_to(actor).filter(pk__in=list(parties)).exclude(primary_email="")
    return written(Address(name, email) for name, email in rows.values_list("display_name", "primary_email") if email)


def _reply_to(answered: Interaction) -> list[Address]:
    """Where its writer wants answers to go (RFC 5322, section 3.6.2)."""
    if answered.direction == "out":
        return []
    digest = Body.objects.filter(interaction=answered).values_list("raw_digest", flat=True).first()
    parsed = stored_message(bytes(digest) if digest else None)
    return [each for each in parsed.reply_to if each.address] if parsed else []


def _recipients(people: Iterable[Participation], direction: str, own: str, everybody: bool) -> tuple[str, str]:
    """To and Cc of an answer. To what we have written ourselves, it goes to whom that went."""
    by_role: dict[str, list[Address]] = {"from": [], "to": [], "cc": []}
    for each in people:
        if each.role in by_role and each.address and each.address != own.lower():
            by_role[each.role].append(Address(each.name, each.address))
    if direction == "out":
        return written(by_role["to"]), written(by_role["cc"]) if everybody else ""
    to = by_role["from"] + (by_role["to"] if everybody else [])
    return written(to), written(by_role["cc"]) if everybody else ""


def _opening(mailbox: Mailbox) -> str:
    """An empty line to begin at, and the signature (RFC 3676, section 4.3)."""
    return "<p><br></p>" + (f"<p>-- <br>{_lines(mailbox.signature)}</p>" if mailbox.signature.strip() else "")


def _lines(text: str) -> str:
    return escape(text.strip()).replace("\n", "<br>")


def _quoted(answered: Interaction, people: Iterable[Participation]) -> str:
    body = Body.objects.filter(interaction=answered).first()
    if body is None:
        return ""
    said = clean_body(body.html[:LONGEST_QUOTE]) if body.html else f"<p>{_lines(body.text[:LONGEST_QUOTE])}</p>"
    who = next((each.name or each.address for each in people if each.role == "from"), _("Somebody"))
    at = date_format(timezone.localtime(answered.at), "DATETIME_FORMAT")
    line = escape(_("%(name)s wrote on %(at)s:") % {"name": who, "at": at})
    return f'<p>{line}</p><blockquote type="cite">{said}</blockquote>'


def _take_along(answered: Interaction, draft: OutgoingMessage, actor: Actor) -> None:
    for each in Attachment.objects.filter(interaction=answered, is_inline=False).order_by("pk"):
        put_on(NAME, draft.pk, each.name or "file", Content(bytes(each.digest), each.size, ANYTHING), actor=actor)
