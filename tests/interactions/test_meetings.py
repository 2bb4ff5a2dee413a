"""A meeting that is still to come is planned; it counts when it has been held."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.meetings import call_off_meeting, hold_meetings, move_meeting, plan_meeting_again
from rapport.interactions.models import Conversation, Interaction, Line, Participation, Response
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Conflict, Invalid, NotFound, Stale
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def owner(cast: Cast) -> Actor:
    return cast.actor("owner")


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


def plan(owner: Actor, ada: UUID, at: datetime) -> tuple[Interaction, dict[str, Any]]:
    """A meeting of an hour, and what its verbs are called with."""
    made = write_down(Said("meeting", "The crane", (ada,), at=at, duration_seconds=3600), actor=owner)
    return made, {"actor": owner, "meeting": made.pk}


def test_a_planned_meeting_is_moved_from_where_it_was_seen(owner: Actor, ada: UUID) -> None:
    first, later = timezone.now() + timedelta(days=2), timezone.now() + timedelta(days=3)
    made, given = plan(owner, ada, first)
    talk = [made.conversation_id]
    move_meeting(talk, **given, at=later, minutes=30, was=first)
    made.refresh_from_db()
    assert (made.at, made.duration_seconds, made.is_planned) == (later, 1800, True)
    assert set(Participation.objects.values_list("at", flat=True)) == {later}
    assert Conversation.objects.get().last_at == later
    with pytest.raises(Stale):
        move_meeting(talk, **given, at=first, was=first)
    for wrong in ({"at": timezone.now() - timedelta(hours=1)}, {"at": timezone.now() + timedelta(days=2_000)},
                  {"at": first, "minutes": -1}, {"at": first, "minutes": 2**31 - 1}):  # fmt: skip
        with pytest.raises(Invalid):
            move_meeting(talk, **given, **wrong)
    assert Interaction.objects.get().at == later

    Interaction.objects.update(at=timezone.now() - timedelta(hours=2))
    assert hold_meetings() == 1
    for verb in (partial(move_meeting, at=later), call_off_meeting, plan_meeting_again):
        with pytest.raises(Conflict):
            verb(talk, **given)


def test_a_meeting_that_is_called_off_is_never_held_unless_it_is_planned_again(owner: Actor, ada: UUID) -> None:
    made, given = plan(owner, ada, timezone.now() + timedelta(days=2))
    talk = [made.conversation_id]
    call_off_meeting(talk, **given)
    with pytest.raises(Conflict):
        move_meeting(talk, **given, at=timezone.now() + timedelta(days=3))
    Interaction.objects.update(at=timezone.now() - timedelta(hours=2))
    assert (hold_meetings(), Line.objects.exists()) == (0, False)
    plan_meeting_again(talk, **given)
    assert (hold_meetings(), Line.objects.count()) == (1, 1)


def test_meetings_are_changed_by_whoever_may_change_their_conversation_and_by_the_interface(
    cast: Cast, owner: Actor, ada: UUID
) -> None:
    made, _given = plan(owner, ada, timezone.now() + timedelta(days=2))
    other, _given = plan(owner, ada, timezone.now() + timedelta(days=2))
    call, address = Caller(cast.owner), f"conversations/{made.conversation_id}/call_off_meeting"
    assert Caller(cast.outsider)("POST", address, {"meeting": str(made.pk)})[0] == 404
    assert call("POST", address, {"meeting": str(other.pk)})[0] == 404
    assert call("GET", f"interactions/{made.pk}")[1]["called_off_at"] is None
    assert call("POST", address, {"meeting": str(made.pk)})[0] == 200
    found = call("GET", f"interactions/{made.pk}")[1]
    assert (found["is_planned"], found["called_off_at"] is None) == (True, False)
    changes = call("GET", f"interactions/{made.pk}/history")[1]["results"]
    assert [each["field"] for each in changes[0]["changes"]] == ["called_off_at"]
    with pytest.raises(NotFound):
        call_off_meeting([other.conversation_id], actor=owner, meeting=made.pk)
