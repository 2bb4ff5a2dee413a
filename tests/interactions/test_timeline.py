"""A part of a timeline: by channel, direction, department, words, and one line for each conversation."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.models import Conversation, Detail
from rapport.interactions.queries.timeline import Part, of_party
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Team
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
QUERIES = 6


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def owner(cast: Cast) -> Actor:
    return cast.actor("owner", "page")


@pytest.fixture
def ada(owner: Actor) -> UUID:
    """Three letters about cranes in one conversation, and a call about hooks and a note in others; newest last."""
    person: UUID = verbs.create(RESOURCES["people"], {"name": "Ada Byron"}, actor=owner).pk
    begun = timezone.now() - timedelta(days=9)
    first = write_down(Said("letter", "About cranes", (person,), "Cranes", "in", begun), actor=owner)
    for number, direction in ((1, "out"), (2, "in")):
        at = begun + timedelta(days=number)
        said = Said(
            "letter", f"Cranes again, {number}", (person,), "", direction, at, conversation_id=first.conversation_id
        )
        write_down(said, actor=owner)
    write_down(Said("call", "They want hooks", (person,), "", "in", begun + timedelta(days=4)), actor=owner)
    write_down(Said("note", "Likes tea", (person,), at=begun + timedelta(days=5)), actor=owner)
    return person


def told(actor: Actor, person: UUID, part: Part) -> list[str]:
    return [entry.snippet for entry in of_party(actor, [person], part)]


@pytest.mark.parametrize(
    ("part", "snippets"),
    [
        (Part(channel="phone"), ["They want hooks"]),
        (Part(direction="in"), ["They want hooks", "Cranes again, 2", "About cranes"]),
        (Part(direction="internal"), ["Likes tea"]),
        (Part(text="hook"), ["They want hooks"]),
        (Part(text="cranes again"), ["Cranes again, 2", "Cranes again, 1"]),
        (Part(text="cranes", direction="out"), ["Cranes again, 1"]),
        (Part(text="nowhere"), []),
        (Part(grouped=True), ["Likes tea", "They want hooks", "Cranes again, 2"]),
        (Part(grouped=True, direction="out"), ["Cranes again, 1"]),
    ],
)
def test_a_part_is_exactly_what_was_asked_for(owner: Actor, ada: UUID, part: Part, snippets: list[str]) -> None:
    assert told(owner, ada, part) == snippets


def test_conversations_say_how_much_is_in_them_and_open(owner: Actor, ada: UUID) -> None:
    newest = of_party(owner, [ada], Part(grouped=True))
    assert [entry.together for entry in newest] == [1, 1, 3]
    opened = told(owner, ada, Part(conversation=newest[2].conversation_id))
    assert opened == ["Cranes again, 2", "Cranes again, 1", "About cranes"]


def test_grouped_pages_join_without_gap_or_repetition(owner: Actor, ada: UUID) -> None:
    whole, found, before = told(owner, ada, Part(grouped=True)), [], None
    while page := of_party(owner, [ada], Part(grouped=True), before=before, limit=1):
        found.append(page[0].snippet)
        before = (page[0].at, page[0].id)
    assert found == whole


def test_a_department_and_words_are_told_only_to_who_may_know_them(cast: Cast, owner: Actor) -> None:
    """The administrator hears of the second message alone, and not what it says."""
    we_are(owner=cast.owner)
    first = letter("a@them.example", "owner@ours.example", "Hello", subject="Hooks", id_="first", hours_ago=2)
    second = letter("a@them.example", "owner@ours.example", "Again", subject="Re: Hooks", answers="first")
    file(archive_of(cast.owner), [first])
    file(archive_of(cast.owner, "everyone", detail=Detail.HAPPENED), [second])
    talk, north = Conversation.objects.get(), Team.objects.get(name="North")
    Conversation.objects.update(team=north)
    assert talk.party_id
    parties, administrator = [talk.party_id], cast.actor("administrator", "page")
    assert len(of_party(owner, parties, Part(team=north.pk, text="hooks"))) == 2
    assert len(of_party(administrator, parties)) == 1
    assert of_party(administrator, parties, Part(team=north.pk)) == []
    assert of_party(administrator, parties, Part(text="hooks")) == []


def test_a_part_costs_a_fixed_number_of_queries(owner: Actor, ada: UUID, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(QUERIES):  # type: ignore[operator]
        of_party(owner, [ada], Part(text="cranes", grouped=True, direction="in"))
