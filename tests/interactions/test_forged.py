"""A forged answer gets its writer into a conversation, and tells them nothing of what others said in it."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.visibility import set_visibility, share
from rapport.interactions.finding import find_conversations
from rapport.interactions.models import Conversation, Interaction
from rapport.interactions.queries import inbox, timeline
from rapport.parties.models import Party
from rapport.platform.access.actors import EVERYONE
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
SECRET = "zanzibar"
JONAS = "jonas@okafor.example"


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(owner=made.owner, mate=made.mate)
    return made


def mail(id_: str, hours_ago: int, text: str = SECRET, **more: str) -> bytes:
    return letter(JONAS, "owner@ours.example", text, hours_ago=hours_ago, id_=id_, **{"subject": SECRET, **more})


@pytest.fixture
def forged(cast: Cast) -> Conversation:
    """The owner's private conversation, into which the outsider's archive has brought an answer that they made up."""
    file(archive_of(cast.owner), [mail("a", 9), mail("b", 8, answers="a")])
    file(archive_of(cast.outsider), [mail("eve", 7, "Hello", answers="b", subject="Hello")])
    found: Conversation = Conversation.objects.get()
    return found


def told(cast: Cast, conversation: Conversation) -> str:
    """All that the outsider gets to know of the conversation, through every door."""
    actor, call = cast.actor("outsider"), Caller(cast.outsider)
    id_ = conversation.pk
    found: list[Any] = [
        inbox.lines(actor, inbox.conversations(actor, "all"), 10),
        timeline.of_conversation(actor, id_),
        timeline.of_party(actor, Party.objects.values_list("pk", flat=True)),
        find_conversations("hello", actor, 5),
        find_conversations(SECRET, actor, 5),
        *(
            call("GET", path)[1]
            for path in (
                f"conversations/{id_}", f"conversations/{id_}/history", "conversations", "interactions?expand=conversation",
                f"conversations?subject__contains={SECRET[:4]}", f"conversations?q={SECRET}", "responses",
                "interactions/summary?group=conversation", "conversations/summary?group=party",
            )
        ),
    ]  # fmt: skip
    return str(found)


def test_a_forged_answer_tells_its_writer_nothing(cast: Cast, forged: Conversation) -> None:
    assert forged.message_count == 3
    answer = told(cast, forged)
    assert "Hello" in answer
    assert SECRET not in answer
    record = Caller(cast.outsider)("GET", f"conversations/{forged.pk}")[1]
    assert {name: record[name] for name in ("subject", "message_count", "awaiting")} == {
        "subject": None, "message_count": None, "awaiting": None,
    }  # fmt: skip
    changed = Caller(cast.outsider)("GET", f"conversations/{forged.pk}/history")[1]["results"]
    masked = {name for name, field in RESOURCES["conversations"].built_in.items() if field.mask}
    assert not masked & {field["field"] for change in changed for field in change["changes"]}


@pytest.mark.parametrize("word", ["everyone", "share"])
def test_who_got_in_by_it_opens_nothing_that_comes_later(cast: Cast, forged: Conversation, word: str) -> None:
    actor = cast.actor("outsider")
    if word == "everyone":
        set_visibility([forged.pk], actor=actor, audience="everyone")
    else:
        share([forged.pk], actor=actor, with_=cast.outsider.pk)
    file(archive_of(cast.owner), [mail("c", 5, answers="b")])
    newest = Interaction.objects.get(message_id="c@test.example")
    assert set(newest.audience.everything) == {cast.owner.pk}
    assert SECRET not in told(cast, forged)


def test_what_its_owner_shares_stays_shared_when_more_comes(cast: Cast) -> None:
    file(archive_of(cast.owner), [mail("a", 9)])
    opened = Conversation.objects.get()
    share([opened.pk], actor=cast.actor("owner"), with_=cast.outsider.pk)
    file(archive_of(cast.owner), [mail("b", 5, answers="a")])
    assert set(Interaction.objects.get(message_id="b@test.example").audience.everything) == {
        cast.owner.pk,
        cast.outsider.pk,
    }
    set_visibility([opened.pk], actor=cast.actor("owner"), audience="everyone")
    file(archive_of(cast.owner), [mail("c", 4, answers="a")])
    assert EVERYONE in Interaction.objects.get(message_id="c@test.example").audience.everything


def test_a_note_is_for_those_who_see_all_of_the_conversation(cast: Cast, forged: Conversation) -> None:
    party = Party.objects.get(kind="person")
    said = Said("note", f"Beware of {SECRET}", (party.pk,), conversation_id=forged.pk)
    assert set(write_down(said, actor=cast.actor("owner")).audience.everything) == {cast.owner.pk}
    assert SECRET not in told(cast, forged)
    theirs = write_down(Said("note", "Mine", (party.pk,), conversation_id=forged.pk), actor=cast.actor("owner"))
    assert theirs.audience.happened == [cast.owner.pk]
