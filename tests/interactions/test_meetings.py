"""A meeting that is still to come is planned; it counts when it has been held."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.meetings import hold_meetings
from rapport.interactions.models import Conversation, Interaction, Line, Response
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Invalid
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(db: None) -> Actor:
    return make_cast().actor("owner")


@pytest.fixture
def ada(owner: Actor) -> UUID:
    person: UUID = verbs.create(RESOURCES["people"], {"name": "Ada Byron"}, actor=owner).pk
    return person


def test_a_planned_meeting_answers_once_it_has_been_held(owner: Actor, ada: UUID) -> None:
    now = timezone.now()
    asked = write_down(Said("letter", "When?", (ada,), direction="in", at=now - timedelta(days=3)), actor=owner)
    said = Said("meeting", "The crane", (ada,), at=now + timedelta(days=2), duration_seconds=3600,
                conversation_id=asked.conversation_id)  # fmt: skip
    planned = write_down(said, actor=owner)
    before = Conversation.objects.get()
    assert (planned.is_planned, before.awaiting, before.last_at, before.message_count) == (True, "us", asked.at, 1)
    assert list(Line.objects.values_list("interaction_id", flat=True)) == [asked.pk]

    # It has begun, an hour is not over; then it is.
    for minutes, held in ((30, 0), (61, 1), (61, 0)):
        Interaction.objects.filter(pk=planned.pk).update(at=now - timedelta(minutes=minutes))
        assert hold_meetings() == held
    after = Conversation.objects.get()
    assert (after.awaiting, after.message_count) == ("nobody", 2)
    assert list(Response.objects.values_list("prompt", "reply", "by")) == [(asked.pk, planned.pk, "us")]


def test_a_conversation_that_is_nothing_but_planned_owes_nobody_anything(owner: Actor, ada: UUID) -> None:
    write_down(Said("meeting", "The crane", (ada,), at=timezone.now() + timedelta(days=2)), actor=owner)
    found = Conversation.objects.get()
    assert (found.awaiting, found.party_id, found.subject) == ("nobody", ada, "The crane")
    assert not Line.objects.exists()


def test_only_meetings_lie_ahead(owner: Actor, ada: UUID) -> None:
    for kind, days in (("call", 2), ("note", 2), ("letter", 2), ("meeting", 2_000)):
        with pytest.raises(Invalid):
            write_down(Said(kind, "Later", (ada,), at=timezone.now() + timedelta(days=days)), actor=owner)
