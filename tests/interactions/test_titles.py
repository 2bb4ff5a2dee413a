"""A conversation is called what its first message is called, however it came to be its first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.grouping import join, split, undo_regrouping
from rapport.interactions.models import Conversation, Interaction
from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import NOW, archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("command")


def said(id_: str, hours_ago: float, subject: str, answers: str = "") -> bytes:
    return letter(
        "jonas@okafor.example", "mara@ours.example", f"{id_}?", hours_ago=hours_ago, id_=id_, answers=answers,
        subject=subject,
    )  # fmt: skip


A, B, C = said("a", 30, "Pallets"), said("b", 20, "Re: Pallets", "a"), said("c", 10, "Invoice (was: Pallets)", "b")


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner)
    return made


@pytest.fixture
def archive(cast: Cast) -> Any:
    return archive_of(cast.owner)


def of(id_: str) -> Conversation:
    found: Conversation = Interaction.objects.get(message_id=f"{id_}@test.example").conversation
    return found


def test_an_older_message_found_later_gives_its_subject(archive: Any) -> None:
    file(archive, [C])
    assert of("c").subject == "Invoice (was: Pallets)"
    file(archive, [B])
    assert of("c").subject == "Pallets"
    file(archive, [A])
    assert [each.subject for each in Conversation.objects.all()] == ["Pallets"]


def test_each_part_of_a_split_is_called_what_begins_it(archive: Any) -> None:
    file(archive, [A, B, C])
    kept = of("a")
    message = Interaction.objects.get(message_id="c@test.example")
    done = split([kept.pk], message=message.pk, actor=SYSTEM)
    assert (of("a").subject, of("c").subject) == ("Pallets", "Invoice (was: Pallets)")
    undo_regrouping([kept.pk], regrouping=done["regrouping"], actor=SYSTEM)
    assert of("c").subject == "Pallets"
    first = Interaction.objects.get(message_id="a@test.example")
    split([kept.pk], message=first.pk, only=True, actor=SYSTEM)
    assert (of("a").subject, of("b").subject) == ("Pallets", "Pallets")


def test_a_join_is_called_what_the_older_is_called(archive: Any) -> None:
    file(archive, [A, said("x", 40, "Quote")])
    kept, other = of("a"), of("x")
    done = join([other.pk], into=kept.pk, actor=SYSTEM)
    assert of("a").subject == "Quote"
    undo_regrouping([kept.pk], regrouping=done["regrouping"], actor=SYSTEM)
    assert (of("a").subject, of("x").subject) == ("Pallets", "Quote")


def note(cast: Cast, text: str, hours_ago: float, **more: Any) -> Interaction:
    party = Party.objects.get(kind="person")
    return write_down(
        Said("note", text, (party.pk,), at=NOW - timedelta(hours=hours_ago), **more), actor=cast.actor("owner")
    )


def test_a_note_lends_its_subject_or_its_first_words(cast: Cast, archive: Any) -> None:
    file(archive, [A])
    assert note(cast, "They called about " + "pallets " * 30, 1).conversation.pk
    titles = {each.subject for each in Conversation.objects.filter(channel="note")}
    assert titles == {("They called about " + "pallets " * 30)[:120].rstrip()}
    assert Conversation.objects.get(pk=note(cast, "Words", 1, subject="Call").conversation_id).subject == "Call"


def test_the_words_of_a_note_are_no_title_where_only_subjects_are_seen(cast: Cast) -> None:
    file(archive_of(cast.owner, "everyone", detail=1), [A])
    conversation = of("a")
    note(cast, "Not for everybody", 50, conversation_id=conversation.pk)
    assert of("a").subject == ""
    note(cast, "Nor this", 60, conversation_id=conversation.pk, subject="Beforehand")
    assert of("a").subject == "Beforehand"
