"""Verbs over what somebody writes: send, take back, send again, and say that it left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from mimetypes import guess_type
from secrets import token_hex

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.channels.email.message import Address
from rapport.interactions.filing.known import stored_message
from rapport.interactions.models import Body, Interaction, Mailbox, OutgoingMessage
from rapport.interactions.sending import outbox
from rapport.interactions.sending.bodies import clean_body
from rapport.interactions.sending.recipients import read_recipients
from rapport.interactions.sending.rendering import Enclosed, Letter, render
from rapport.interactions.sending.senders import mailboxes_of
from rapport.interactions.sending.signing import signed
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Conflict, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.files.models import File
from rapport.platform.files.names import ANYTHING
from rapport.platform.files.resources import files_on, hold_files
from rapport.platform.resources.kinds import ValueProblem

NAME = "outgoing_messages"
UNDO = timedelta(seconds=10)
"""How long what was sent can be taken back."""
FARTHEST = timedelta(days=366)
MOST_BYTES = 25_000_000
"""Of files in one message: more than that few servers take."""
State = OutgoingMessage.State

hold_files(NAME)


@dataclass(frozen=True, slots=True)
class Recipients:
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]

    @property
    def all(self) -> list[str]:
        return list(dict.fromkeys(each.address for each in (*self.to, *self.cc, *self.bcc)))


@action(OutgoingMessage, "send", resource=NAME, accepts={"at": "datetime"})
def send(messages: list[OutgoingMessage], *, actor: Actor, at: datetime | None = None) -> None:
    """Sends drafts in ten seconds, until when `cancel` takes them back, or at a time that is chosen.

    Raises Invalid for what can't be sent as it is, NotFound for an answered message that the actor may not read, and
    Conflict for what has been sent.
    """
    now = timezone.now()
    if at and not now <= at <= now + FARTHEST:
        raise Invalid(fields={"at": _("Choose a time that is still to come.")})
    for each in messages:
        if each.state != State.DRAFT:
            raise Conflict(_("This has been sent already."))
        _queue(each, at or now + UNDO, actor)
    _tell(messages, actor)
    outbox.send_later(messages)


def _queue(message: OutgoingMessage, at: datetime, actor: Actor) -> None:
    mailbox = mailboxes_of(actor).filter(pk=message.mailbox_id).first()
    if mailbox is None:
        raise Invalid(fields={"mailbox": _("Choose a mailbox that you may send from.")})
    recipients = recipients_of(message)
    if not recipients.all:
        raise Invalid(fields={"to": _("Say whom it goes to.")})
    message.message_id = f"{token_hex(16)}@{mailbox.address.rpartition('@')[2].lower()}"
    raw = signed(render(_letter(message, mailbox, recipients, at, actor)), mailbox.address)
    message.raw_digest = store.put(raw)
    store.flush([message.raw_digest])
    message.state, message.send_at, message.queued_at = State.QUEUED, at, at
    message.waiting, message.refused, message.answer, message.tries = recipients.all, {}, "", 0
    message.save()


def recipients_of(message: OutgoingMessage) -> Recipients:
    """Raises Invalid that names the field in which one can't be read."""
    read, problems = {}, {}
    for name in ("to", "cc", "bcc"):
        try:
            read[name] = read_recipients(getattr(message, name))
        except ValueProblem as problem:
            problems[name] = str(problem)
    if problems:
        raise Invalid(fields=problems)
    return Recipients(**read)


def _letter(message: OutgoingMessage, mailbox: Mailbox, recipients: Recipients, at: datetime, actor: Actor) -> Letter:
    return Letter(
        sender=Address(mailbox.name, mailbox.address),
        to=recipients.to,
        cc=recipients.cc,
        subject=message.subject,
        html=clean_body(message.html),
        message_id=message.message_id,
        at=at,
        references=_references(message, actor),
        enclosed=_enclosed(message, actor),
    )


def _references(message: OutgoingMessage, actor: Actor) -> Sequence[str]:
    """The messages before it (RFC 5322, section 3.6.4). What is passed on begins anew."""
    if message.answers_id is None or message.is_forward:
        return ()
    answered = Interaction.objects.body_visible_to(actor).filter(pk=message.answers_id).first()
    if answered is None:
        raise NotFound()
    digest = Body.objects.filter(interaction=answered).values_list("raw_digest", flat=True).first()
    parsed = stored_message(bytes(digest) if digest else None)
    before = (parsed.references or parsed.in_reply_to[:1]) if parsed else ()
    return [*before, answered.message_id] if answered.message_id else []


def _enclosed(message: OutgoingMessage, actor: Actor) -> list[Enclosed]:
    files = files_on(NAME, message.pk, actor)
    if sum(each.size for each in files) > MOST_BYTES:
        raise Invalid(fields={"files": _("These files are too large for one message: send a link instead.")})
    found = []
    for each in reversed(files):
        with store.open_file(bytes(each.digest)) as content:
            found.append(Enclosed(each.name, _media_type(each), content.read()))
    return found


def _media_type(file: File) -> str:
    """What its content shows it to be, else what its name says."""
    kind, encoding = (file.media_type, None) if file.media_type != ANYTHING else guess_type(file.name)
    # A message within a message may not be in base64 (RFC 2046, section 5.2.1), and what is packed isn't what it holds.
    return ANYTHING if encoding or not kind or kind.startswith(("message/", "multipart/")) else kind


@action(OutgoingMessage, "cancel", resource=NAME)
def cancel(messages: list[OutgoingMessage], *, actor: Actor) -> None:
    """Takes back what hasn't left, and what could not: drafts again. Raises Conflict for what is on its way."""
    for each in messages:
        if each.state not in (State.QUEUED, State.FAILED) or each.sent_at:
            raise Conflict(_("It has left already."))
        each.state, each.send_at, each.waiting = State.DRAFT, None, []
        each.save(update_fields=["state", "send_at", "waiting"])
    _tell(messages, actor)


@action(OutgoingMessage, "send_again", resource=NAME)
def send_again(messages: list[OutgoingMessage], *, actor: Actor) -> None:
    """Sends once more, to whom it didn't reach, what was refused, or of which nobody knows whether it left."""
    for each in messages:
        if each.state not in (State.FAILED, State.UNKNOWN):
            raise Conflict(_("This isn't held."))
        if not mailboxes_of(actor).filter(pk=each.mailbox_id).exists():
            raise Invalid(fields={"mailbox": _("Choose a mailbox that you may send from.")})
        each.waiting = each.waiting or list(each.refused)
        each.refused, each.state = {}, State.QUEUED
        each.send_at = each.queued_at = timezone.now() + UNDO
        each.save(update_fields=["waiting", "refused", "state", "send_at", "queued_at"])
    _tell(messages, actor)
    outbox.send_later(messages)


@action(OutgoingMessage, "it_left", resource=NAME)
def it_left(messages: list[OutgoingMessage], *, actor: Actor) -> None:
    """Somebody knows that it left, such as from the one who got it: it stands in its conversation."""
    for each in messages:
        if each.state != State.UNKNOWN:
            raise Conflict(_("This isn't held."))
        outbox.settle_as_sent(each)
        if each.interaction_id is None:
            outbox.file_sent(each)
        each.save(update_fields=["state", "waiting", "sent_at", "send_at", "interaction"])
    _tell(messages, actor)


def _tell(messages: list[OutgoingMessage], actor: Actor) -> None:
    emit(f"{NAME}.changed", [each.pk for each in messages], actor=actor)
