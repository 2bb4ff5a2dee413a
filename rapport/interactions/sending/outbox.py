"""The outbox: what has been queued leaves once, as far as SMTP allows, whatever crashes.

queued → sending: whoever sends a message says so in a transaction of its own, and holds a lock on it for as long as
they live. Before the data goes out, they commit that the server may have it from now on (`data_at`); what the server
answers is committed with the message in its conversation. Who dies before that commit has sent nothing: it is queued
again. Who dies after it leaves what nobody knows: it is held, shown to its author, and never sent again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.parse import parse
from rapport.interactions.filing.messages import file_messages
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Interaction, OutgoingMessage
from rapport.interactions.sending.senders import mailboxes_of
from rapport.interactions.sending.transmission import Outcome
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.actions.registry import lock
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.jobs.queue import enqueue
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell

log = logging.getLogger("rapport.sending")
State = OutgoingMessage.State

JOB, COPY_JOB, FILE_JOB = "interactions.send", "interactions.keep_copy", "interactions.file_sent"
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
PATIENCE = timedelta(days=2)
"""How long what a server doesn't take for now is tried."""
MINUTE = timedelta(minutes=1)


class Full(Exception):
    """As much has left a mailbox in the last minute as may. `pause` is when it may go on, in seconds."""

    def __init__(self, pause: float) -> None:
        super().__init__()
        self.pause = pause


def send_later(messages: Iterable[OutgoingMessage]) -> None:
    """Queues the jobs that send them, in the current transaction."""
    now = timezone.now()
    for each in messages:
        if each.send_at and each.mailbox_id:
            delay = max((each.send_at - now).total_seconds(), 0)
            key = f"send:{each.pk}:{each.send_at.timestamp()}"
            enqueue(JOB, key=key, delay_seconds=delay, mailbox=str(each.mailbox_id))


def due_at(now: datetime) -> QuerySet[OutgoingMessage]:
    """What is to leave by now, of mailboxes that are there and not paused."""
    return OutgoingMessage.objects.filter(
        state=State.QUEUED, send_at__lte=now, deleted_at=None, mailbox__is_paused=False, mailbox__deleted_at=None
    )


def hold_back() -> None:
    """What is due in a mailbox that is gone has failed."""
    due = OutgoingMessage.objects.filter(state=State.QUEUED, send_at__lte=timezone.now(), deleted_at=None)
    gone = due.filter(Q(mailbox=None) | Q(mailbox__deleted_at__isnull=False))
    with transaction.atomic():
        for row in gone.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True):
            _withdraw(row)


def _withdraw(row: OutgoingMessage) -> None:
    row.state, row.answer = State.FAILED, NOT_ALLOWED
    _write(row)
    tell_author(row)


def _may_leave(row: OutgoingMessage) -> bool:
    """Whether its author, if a person wrote it, may still send from its mailbox."""
    if row.author is None:
        return True
    is_there = row.author.is_active and row.author.deleted_at is None
    return is_there and bool(mailboxes_of(actor_for(row.author, "job")).filter(pk=row.mailbox_id).exists())


NOT_ALLOWED = "Its author may not send from this mailbox any more, or it is gone."


def claim(mailbox: UUID) -> OutgoingMessage | None:
    """The next message of a mailbox that is due, for the caller alone to send; None without one. Raises Full."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        lock(f"sending.{mailbox}")
        due = due_at(now).filter(mailbox=mailbox).select_related("mailbox__archive", "author")
        locked = due.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("send_at", "pk")
        while (found := locked.first()) and not _may_leave(found):
            _withdraw(found)
        if found is None or found.mailbox is None:
            return None
        _pace(mailbox, found.mailbox.per_minute, now)
        _hold(found.pk)
        found.state, found.tries, found.claimed_at, found.data_at = State.SENDING, found.tries + 1, now, None
        found.save(update_fields=["state", "tries", "claimed_at", "data_at"])
    claimed: OutgoingMessage = found
    return claimed


def _pace(mailbox: UUID, most: int, now: datetime) -> None:
    begun = OutgoingMessage.objects.filter(mailbox=mailbox, claimed_at__gt=now - MINUTE).order_by("-claimed_at")
    earliest = begun.values_list("claimed_at", flat=True)[max(most, 1) - 1 : max(most, 1)]
    for at in earliest:
        raise Full((at + MINUTE - now).total_seconds())


def _key(message: UUID) -> str:
    return f"rapport.sending.{message}"


def _hold(message: UUID) -> None:
    """For as long as this connection lives, or until `release`: that is how others know that somebody is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [_key(message)])


def release(message: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_key(message)])


def note_data(message: OutgoingMessage, recipients: list[str]) -> bool:
    """Commits that from now on the server may have it for these. False where somebody else has taken it over."""
    with transaction.atomic(durable=True):
        mine = OutgoingMessage.objects.filter(pk=message.pk, state=State.SENDING, tries=message.tries)
        return bool(mine.update(data_at=timezone.now(), data_to=recipients) == 1)


def settle(message: OutgoingMessage, outcome: Outcome) -> None:
    """Commits what the server said, with all that follows from it."""
    with transaction.atomic(durable=True):
        rows = OutgoingMessage.objects.select_for_update(of=("self",), no_key=True)
        row: OutgoingMessage = rows.select_related("mailbox__archive").get(pk=message.pk)
        # Whoever took the sender for dead held it as unknown, or had it sent anew.
        if row.tries == message.tries and row.state in (State.SENDING, State.UNKNOWN):
            _settle(row, outcome)


def _settle(row: OutgoingMessage, outcome: Outcome) -> None:
    row.answer, now = outcome.words, timezone.now()
    is_late = row.queued_at is not None and now - row.queued_at > PATIENCE
    refused = outcome.refused | (outcome.later if is_late else {})
    row.refused |= refused
    row.waiting = [*outcome.unknown, *({} if is_late else outcome.later)]
    is_first = bool(outcome.taken) and row.sent_at is None
    row.sent_at = row.sent_at or (now if outcome.taken else None)
    if outcome.unknown:
        row.state = State.UNKNOWN
    elif row.waiting:
        row.state, row.send_at = State.QUEUED, now + min(PAUSE * 2 ** (row.tries - 1), LONGEST_PAUSE)
    else:
        row.state = State.SENT if row.sent_at else State.FAILED
    if is_first:
        _file_or_later(row)
    _write(row)
    if row.state == State.QUEUED:
        send_later([row])
    if refused or outcome.unknown:
        tell_author(row)


def _write(row: OutgoingMessage) -> None:
    columns = ["answer", "refused", "waiting", "sent_at", "state", "send_at", "interaction"]
    row.save(update_fields=columns)
    emit("outgoing_messages.changed", [row.pk], actor=Actor.system("job"))


def tell_author(row: OutgoingMessage) -> None:
    if row.author_id:
        tell([Word(row.author_id, Kind.UNSENT, "outgoing_messages", row.pk, f"{row.state}:{row.tries}")])


def _file_or_later(row: OutgoingMessage) -> None:
    """Into its conversation. What has left is known for sent, whatever may be wrong with filing it."""
    if row.mailbox and row.mailbox.keeps_copies:
        enqueue(COPY_JOB, key=f"copy:{row.pk}", message=str(row.pk))
    try:
        with transaction.atomic():
            file_sent(row)
    except Exception:
        # Were it raised, the row would say that nobody knows whether it left.
        log.exception("What was sent as %s could not be filed yet", row.pk)
        enqueue(FILE_JOB, key=f"file:{row.pk}", message=str(row.pk))


def file_sent(row: OutgoingMessage) -> None:
    """Files what left as its mailbox would; the copy that comes back from there is known by it. Repeatable."""
    if row.mailbox is None or row.raw_digest is None:
        return
    raw = raw_of(row)
    parsed: ParsedMessage = parse(raw)
    file_messages([(parsed, raw, prepare(parsed, raw))], row.mailbox.archive, actor=Actor.system("job"))
    row.interaction = Interaction.objects.filter(message_id=row.message_id, deleted_at=None).order_by("pk").first()


def raw_of(row: OutgoingMessage) -> bytes:
    assert row.raw_digest is not None
    with store.open_file(bytes(row.raw_digest)) as file:
        return file.read()


def recover() -> None:
    """What somebody was sending who is no more: queued again, or held where the server may have it. Repeatable."""
    for pk in list(OutgoingMessage.objects.filter(state=State.SENDING).values_list("pk", flat=True)):
        with transaction.atomic():
            _recover(pk)


def _recover(pk: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [_key(pk)])
        if not cursor.fetchone()[0]:
            return
    rows = OutgoingMessage.objects.select_for_update(of=("self",), no_key=True)
    row: OutgoingMessage | None = rows.filter(pk=pk, state=State.SENDING).first()
    if row is None:
        return
    row.state = State.QUEUED if row.data_at is None else State.UNKNOWN
    row.answer = ""
    _write(row)
    if row.state == State.QUEUED:
        send_later([row])
    elif not settle_by_mailbox([row.message_id]):
        tell_author(row)


def settle_as_sent(row: OutgoingMessage) -> None:
    """It turned out that it left: whom the server hadn't taken it for then has it still to come."""
    row.sent_at = row.sent_at or row.data_at
    row.waiting = [each for each in row.waiting if each not in row.data_to] if row.data_to else []
    row.state = State.QUEUED if row.waiting else State.SENT
    if row.waiting:
        row.send_at = timezone.now()
        send_later([row])


def settle_by_mailbox(message_ids: Iterable[str]) -> int:
    """Of what nobody knew, what has turned up in a mailbox has left; answers how many those are. Repeatable.

    Its id was made here, and known here alone until it left.
    """
    unknown = OutgoingMessage.objects.filter(state=State.UNKNOWN, sent_at=None, message_id__in=list(message_ids))
    count = 0
    with transaction.atomic():
        for row in unknown.order_by("pk").select_for_update(of=("self",), no_key=True):
            there = Interaction.objects.filter(message_id=row.message_id, deleted_at=None).order_by("pk").first()
            if there:
                row.interaction = there
                settle_as_sent(row)
                _write(row)
                count += 1
    return count
