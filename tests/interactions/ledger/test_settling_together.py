"""Two who settle one conversation at the same time: what is stored has seen both."""

from __future__ import annotations

from threading import Thread
from time import sleep
from uuid import UUID

from django.db import connection, transaction

from rapport.interactions.jobs import lapse
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Mark
from tests.factories.cast import make_cast
from tests.factories.letters import archive_of, file, letter, we_are


def settle_beside(conversation: UUID) -> None:
    try:
        with transaction.atomic():
            resettle([conversation])
    finally:
        connection.close()


def test_who_settles_last_has_seen_what_the_other_wrote(committed: None) -> None:
    cast = make_cast()
    we_are(owner=cast.owner)
    file(
        archive_of(cast.owner), [letter("ann@okafor.example", "owner@ours.example", "When?", hours_ago=5, id_="asked")]
    )
    conversation = Conversation.objects.get()
    assert conversation.awaiting == "us"
    beside = Thread(target=settle_beside, args=[conversation.pk])
    with transaction.atomic():
        Mark.objects.create(conversation=conversation, awaiting="nobody", user=cast.owner)
        resettle([conversation.pk])
        beside.start()
        sleep(0.5)  # for as long as it takes to have read what was there before
        assert beside.is_alive()
    beside.join(10)
    conversation.refresh_from_db()
    assert conversation.awaiting == "nobody"


def test_silent_conversations_lapse_in_a_job_of_its_own(committed: None) -> None:
    """As the worker runs it: in no transaction but its own."""
    cast = make_cast()
    we_are(owner=cast.owner)
    asked = letter("ann@okafor.example", "owner@ours.example", "When?", hours_ago=24 * 50, id_="asked")
    file(archive_of(cast.owner), [asked])
    Conversation.objects.update(lapsed_at=None)
    lapse()
    assert Conversation.objects.get().lapsed_at is not None
