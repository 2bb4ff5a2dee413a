"""The conversations behind a figure: those that are counted in it, for everybody."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from rapport.interactions.ledger.behind import behind
from rapport.interactions.ledger.figures import ledger
from rapport.interactions.ledger.periods import Period
from rapport.interactions.models import Conversation
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from tests.factories.cast import Cast, make_role, make_user
from tests.factories.letters import NOW, archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
WEEK = Period(NOW - timedelta(days=7), NOW + timedelta(hours=1))


@pytest.fixture
def reader(cast: Cast) -> Actor:
    """Somebody to whom everybody's figures are granted, and to whom nobody has written."""
    role = make_role("Reader", {"*": {"view": "all"}, "ledger": {"view": "all"}})
    return actor_for(make_user("reader@ours.example", role), "page")


def waiting(owner: User, subject: str = "Bill") -> UUID:
    """A question that everybody may read, in a conversation that `owner` looks after."""
    we_are(owner=owner)
    asked = letter("ann@okafor.example", "owner@ours.example", "When?", hours_ago=30, id_=subject, subject=subject)
    file(archive_of(owner, "everyone"), [asked])
    found = Conversation.objects.get(subject=subject)
    Conversation.objects.filter(pk=found.pk).update(owner=owner, team=owner.team)
    return found.pk


def counted(actor: Actor, group: str) -> dict[object, int | None]:
    return {row.key: row.open for row in ledger(actor, group, WEEK) if row.open}


def listed(actor: Actor, group: str, key: object, figure: str = "open") -> list[UUID]:
    return [each.pk for each in behind(actor, figure, group, str(key), WEEK)]


@pytest.mark.parametrize("figure", ["open", "overdue"])
def test_what_waits_for_a_colleague_is_listed_to_whom_their_figures_are_granted(
    cast: Cast, reader: Actor, figure: str
) -> None:
    """M21: others' figures are for roles that are granted the ledger, and so is what is behind them."""
    conversation = waiting(cast.mate)
    Conversation.objects.get(pk=conversation).standings.update(due_at=NOW - timedelta(hours=2))
    found = {
        name: listed(actor, "user", cast.mate.pk, figure)
        for name, actor in {"owner": cast.actor("owner"), "mate": cast.actor("mate"), "reader": reader}.items()
    }
    assert found == {"owner": [], "mate": [conversation], "reader": [conversation]}


@pytest.mark.parametrize("group", ["user", "team"])
def test_whose_a_conversation_is_isnt_told_to_whom_part_of_it_is_hidden(cast: Cast, reader: Actor, group: str) -> None:
    conversation = waiting(cast.mate)
    key = cast.mate.pk if group == "user" else cast.mate.team_id
    assert (counted(reader, group), listed(reader, group, key)) == ({key: 1}, [conversation])
    again = letter("ann@okafor.example", "owner@ours.example", "So?", hours_ago=2, answers="Bill", subject="Re: Bill")
    file(archive_of(cast.mate), [again])
    assert Conversation.objects.get().message_count == 2
    assert (counted(reader, group), listed(reader, group, key)) == ({}, [])
    assert counted(reader, "channel") == {"email": 1}
    mate = cast.actor("mate")
    assert (counted(mate, group), listed(mate, group, key)) == ({key: 1}, [conversation])
