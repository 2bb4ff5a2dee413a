"""What was sent lies in the mailbox's Sent folder: once, and known for what stands here already."""

from __future__ import annotations

import pytest
from django.utils import timezone

from rapport.interactions.models import Interaction, MailPlace, OutgoingMessage
from rapport.interactions.sending.copies import keep_copy
from rapport.interactions.sending.outbox import file_sent, raw_of
from rapport.interactions.sending.queueing import send
from tests.dovecot import Dovecot
from tests.factories.cast import Cast
from tests.factories.letters import we_are
from tests.factories.mailboxes import catch_up, lying, mailbox_of, placed
from tests.factories.outgoing import make_draft

pytestmark = pytest.mark.django_db


def test_a_copy_is_kept_once_and_known_when_it_comes_back(cast: Cast, server: Dovecot, account: str) -> None:
    we_are(owner=cast.owner)
    mailbox = mailbox_of(cast.owner, server, account)
    mailbox.smtp_host = "smtp.ours.example"
    mailbox.save()
    draft = make_draft(cast.owner, mailbox)
    send([draft.pk], actor=cast.actor("owner"))
    draft.refresh_from_db()
    assert not keep_copy(draft)  # no folder is known yet
    catch_up(mailbox)
    draft.sent_at = timezone.now()
    file_sent(draft)
    assert keep_copy(draft)
    assert keep_copy(draft)  # as a job that was killed would
    assert len(lying(server, account, ("Sent",))) == 1
    with server.client(account) as client:
        client.select_folder("Sent")
        (kept,) = client.fetch(client.search(), ["BODY.PEEK[]", "FLAGS"]).values()
    assert (kept[b"BODY[]"], b"\\Seen" in kept[b"FLAGS"]) == (raw_of(draft), True)
    catch_up(mailbox)
    assert placed(mailbox) == lying(server, account, ("INBOX", "Sent"))
    assert Interaction.objects.get().pk == MailPlace.objects.get().interaction_id == draft.interaction_id
    assert OutgoingMessage.objects.get().message_id == Interaction.objects.get().message_id
