"""What people do to conversations by hand, while somebody is merged or mail is filed: nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from django.db import connections, transaction

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.conversations import no_reply_needed, still_waiting
from rapport.interactions.actions.visibility import set_visibility
from rapport.interactions.models import Conversation, Interaction, Participation, Standing
from rapport.parties.actions.merge import merge_people
from rapport.parties.models import Person
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from rapport.platform.actions.registry import admit
from rapport.platform.errors import NotFound
from tests.factories.cast import make_cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.factories.waiting import until_somebody_waits

ANN, ANNA, US = "ann@okafor.example", "anna@private.example", "owner@ours.example"
SYSTEM = Actor.system("command")


@dataclass(frozen=True)
class World:
    ann: Person
    anna: Person
    owner: User
    talk: Conversation
    """In which Ann has asked something."""

    @property
    def actor(self) -> Actor:
        return actor_for(self.owner, "web")

    def merge(self) -> None:
        merge_people([self.ann.pk], into=self.anna.pk, actor=SYSTEM)

    def write_down(self) -> None:
        """A call with Ann."""
        said = Said("call", "She will send it.", (self.ann.pk,), conversation_id=self.talk.pk)
        write_down(said, actor=self.actor)


@pytest.fixture
def world(committed: None) -> Iterator[World]:
    owner = make_cast().owner
    we_are(owner=owner)
    asked = letter(ANN, US, "When?", hours_ago=9, id_="asked")
    file(archive_of(owner), [asked, letter(ANNA, US, "Hello?", hours_ago=8, id_="anna", subject="Hello")])
    ann, anna = Person.objects.get(primary_email=ANN), Person.objects.get(primary_email=ANNA)
    yield World(ann, anna, owner, Conversation.objects.get(party=ann))


def elsewhere(function: Callable[[], object]) -> None:
    try:
        function()
    finally:
        connections.close_all()


def beside(first: Callable[[], object], second: Callable[[], object], then: Callable[[], object] = bool) -> None:
    """`second` begins on another connection when `first` is done, and comes as far as it can; then `then`, commit."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            done = pool.submit(elsewhere, second)
            until_somebody_waits()
            then()
        done.result(20)


@pytest.mark.parametrize("verb", [no_reply_needed, still_waiting])
def test_what_is_said_of_a_conversation_holds_beside_a_merge(world: World, verb: Callable[..., None]) -> None:
    beside(lambda: verb([world.talk.pk], actor=world.actor), world.merge)
    world.talk.refresh_from_db()
    assert world.talk.awaiting == ("nobody" if verb is no_reply_needed else "them")
    assert set(Standing.objects.filter(conversation=world.talk).values_list("party", flat=True)) == {world.anna.pk}


def test_what_is_written_down_beside_a_merge_is_with_who_remains(world: World) -> None:
    beside(world.write_down, world.merge)
    assert not Participation.objects.filter(party=world.ann).exists()
    assert Participation.objects.filter(party=world.anna, interaction__channel="phone").count() == 1


def test_nothing_is_written_down_with_somebody_who_is_being_absorbed(world: World) -> None:
    with pytest.raises(NotFound):
        beside(world.merge, world.write_down)
    assert not Interaction.objects.filter(channel="phone").exists()


def test_writing_down_does_not_wait_for_filing(world: World) -> None:
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        file(archive_of(None), [letter(ANN, US, "Another thing.", hours_ago=7, id_="other", subject="Another")])
        pool.submit(elsewhere, world.write_down).result(5)
    assert Interaction.objects.filter(channel="phone").count() == 1


def test_people_share_a_conversation_while_those_in_it_are_merged(world: World) -> None:
    share_beside(world, world.talk, world.merge)
    assert not Participation.objects.filter(party=world.ann).exists()


def test_people_share_a_conversation_while_mail_joins_it_to_another(world: World) -> None:
    third = letter(ANN, US, "By Monday?", hours_ago=1, id_="third", answers="second", subject="Monday")
    file(archive_of(world.owner), [third])
    younger = Conversation.objects.get(interactions__subject="Monday")
    second = letter(US, ANN, "Soon.", hours_ago=3, id_="second", answers="asked")
    share_beside(world, younger, lambda: file(archive_of(world.owner), [second]))
    talk = Conversation.objects.get(party=world.ann)
    assert Interaction.objects.filter(conversation=talk).count() == 3


def test_people_share_a_conversation_while_mail_makes_somebody_in_it_known(world: World) -> None:
    cy = "cy@okafor.example"
    away = letter(cy, US, "I am away.", hours_ago=3, id_="cy", answers="asked", Auto_Submitted="auto-replied")
    file(archive_of(world.owner), [away])
    assert Interaction.objects.filter(conversation=world.talk, sender=None, direction="in").count() == 1
    known = letter(cy, US, "Back.", hours_ago=2, id_="me", subject="Me")
    share_beside(world, world.talk, lambda: file(archive_of(world.owner), [known]))
    assert Interaction.objects.filter(conversation=world.talk, sender__primary_email=cy).count() == 1


def share_beside(world: World, talk: Conversation, second: Callable[[], object]) -> None:
    """Shares the conversation, in the midst of which `second` begins."""
    beside(
        lambda: admit(Conversation, [talk.pk], world.actor, "edit"),
        second,
        lambda: set_visibility([talk.pk], actor=world.actor, audience="everyone"),
    )
