"""Two people who are made one while mail of theirs is filed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections, transaction

from rapport.interactions.models import Conversation, Interaction, Participation
from rapport.parties.actions.merge import merge_people, undo_people
from rapport.parties.models import Merge, Person
from rapport.platform.access.actors import Actor
from tests.factories.cast import make_cast
from tests.factories.letters import archive_of, file, letter, we_are
from tests.factories.waiting import until_somebody_waits

ANN, ANNA, BOB, US = "ann@okafor.example", "anna@private.example", "bob@okafor.example", "owner@ours.example"
SYSTEM = Actor.system("command")


@pytest.fixture
def people(committed: None) -> Iterator[tuple[Person, Person]]:
    """Ann and Anna; Ann and Bob have a conversation with us."""
    owner = make_cast().owner
    we_are(owner=owner)
    asked = letter(ANN, US, "When?", hours_ago=9, id_="asked", cc=BOB)
    file(archive_of(owner), [asked, letter(ANNA, US, "Hello?", hours_ago=8, id_="anna", subject="Hello")])
    yield Person.objects.get(primary_email=ANN), Person.objects.get(primary_email=ANNA)


def elsewhere(function: Callable[..., object], *args: object, **kwargs: object) -> None:
    try:
        function(*args, actor=SYSTEM, **kwargs)
    finally:
        connections.close_all()


def file_around(function: Callable[..., object], selection: list[UUID], **values: object) -> None:
    """Files a batch, the first half before the verb is begun elsewhere, and the second half beside it."""
    archive = archive_of(None)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            file(archive, [letter(BOB, US, "I wonder, too.", hours_ago=7, id_="bob", answers="asked")])
            done = pool.submit(elsewhere, function, selection, **values)
            until_somebody_waits()
            file(archive, [letter(ANN, US, "Well?", hours_ago=6, id_="again", answers="bob")])
        done.result()


def test_a_merge_waits_for_the_batch_and_then_has_all_of_its_rows(people: tuple[Person, Person]) -> None:
    ann, anna = people
    file_around(merge_people, [ann.pk], into=anna.pk)
    assert not Participation.objects.filter(party=ann).exists()
    assert not Interaction.objects.filter(sender=ann).exists()
    assert Participation.objects.filter(party=anna, role="from").count() == 3
    assert Conversation.objects.filter(party=ann).count() == 0


def test_taking_a_merge_back_waits_for_the_batch(people: tuple[Person, Person]) -> None:
    ann, anna = people
    merge_people([ann.pk], into=anna.pk, actor=SYSTEM)
    file_around(undo_people, [anna.pk], merge=Merge.objects.get().pk)
    assert Person.objects.kept().filter(pk=ann.pk).exists()
    assert Participation.objects.filter(party__in=(ann, anna), role="from").count() == 3
