"""Thin, repeatable jobs of the outbox."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from imapclient.exceptions import IMAPClientError

from rapport.interactions.mailboxes.servers import Cut, SignInRefused
from rapport.interactions.models import Interaction, OutgoingMessage
from rapport.interactions.sending import outbox
from rapport.interactions.sending.copies import keep_copy
from rapport.interactions.sending.sender import send_due
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import JobSpec, TryAgain, enqueue_many, job, schedule

State = OutgoingMessage.State


@job(outbox.JOB)
def send(mailbox: str) -> None:
    send_due(UUID(mailbox))


@schedule("interactions.send_missed", "* * * * *")
def send_missed() -> None:
    """What somebody died over, and what is due although no job of it came through."""
    outbox.recover()
    outbox.hold_back()
    mailboxes = set(outbox.due_at(timezone.now()).values_list("mailbox", flat=True))
    minute = timezone.now().replace(second=0, microsecond=0).isoformat()
    enqueue_many(JobSpec(outbox.JOB, {"mailbox": str(each)}, f"send:{each}:{minute}") for each in mailboxes)


@job(outbox.COPY_JOB, tries=12)
def copy(message: str) -> None:
    row = OutgoingMessage.objects.select_related("mailbox").get(pk=message)
    try:
        keep_copy(row)
    except (SignInRefused, Cut, OSError, IMAPClientError) as fault:
        raise TryAgain(type(fault).__name__) from fault


@job(outbox.FILE_JOB, tries=12)
def file(message: str) -> None:
    with transaction.atomic():
        row = OutgoingMessage.objects.select_related("mailbox__archive").get(pk=message)
        outbox.file_sent(row)
        row.save(update_fields=["interaction"])


@subscribe("interactions.created")
def know_for_sent(event: Event) -> None:
    """What nobody knew, where it turns up in a mailbox."""
    if OutgoingMessage.objects.filter(state=State.UNKNOWN).exists():
        filed = Interaction.objects.filter(pk__in=event.record_ids).exclude(message_id="")
        outbox.settle_by_mailbox(filed.values_list("message_id", flat=True))
