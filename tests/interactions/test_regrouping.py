"""A conversation split or joined by hand stays so, whatever is filed afterwards, and can be taken back."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest
from django.db import transaction

from rapport.interactions.actions.conversations import close, no_reply_needed
from rapport.interactions.actions.grouping import join, split, undo_regrouping
from rapport.interactions.actions.visibility import set_visibility
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.rearranging import rearrange
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Interaction, Mark, Regrouping, Response, Standing
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Conflict, Invalid, NotFound
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("command")
JONAS, MARA = "Jonas Okafor <jonas@okafor.example>", "mara@ours.example"


def said(id_: str, hours_ago: float, *, answers: str = "", names: str = "", subject: str = "Delivery") -> bytes:
    """A question of Jonas's. `names` are further messages that it refers to."""
    more = {"References": " ".join(f"<{each}@test.example>" for each in f"{names}{answers}")} if names else {}
    return letter(
        JONAS, MARA, f"Question {id_}?", hours_ago=hours_ago, id_=id_, answers=answers, subject=subject, **more
    )


A, B, C = said("a", 30), said("b", 28, answers="a"), said("c", 26, answers="b", names="a")


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner, tom=made.mate)
    return made


@pytest.fixture
def archive(cast: Cast) -> Any:
    return archive_of(cast.owner)


def of(id_: str) -> Interaction:
    found: Interaction = Interaction.objects.get(message_id=f"{id_}@test.example")
    return found


def split_at(id_: str, *, only: bool = False, actor: Actor = SYSTEM) -> dict[str, Any]:
    interaction = of(id_)
    return split([interaction.conversation_id], message=interaction.pk, only=only, actor=actor)


def groups() -> set[str]:
    """The conversations, as the letters of the messages in them."""
    found: dict[Any, str] = {}
    for home, message_id in Interaction.objects.order_by("message_id").values_list("conversation_id", "message_id"):
        found[home] = found.get(home, "") + message_id[0]
    return set(found.values())


def derived() -> set[str]:
    """All that the ledger derives, but for the ids of rows that are rewritten."""
    columns = ("awaiting", "awaiting_since", "due_at", "message_count", "last_at", "snippet", "party_id")
    conversations = Conversation.objects.filter(deleted_at=None, message_count__gt=0).values_list("pk", *columns)
    standings = Standing.objects.values_list("conversation", "party", "awaiting", "since", "due_at", "prompt")
    return {str(row) for rows in (conversations, standings, Response.objects.values_list()) for row in rows}


def test_a_split_from_a_message_takes_it_and_all_after_it(archive: Any) -> None:
    file(archive, [A, B, C])
    first = of("a").conversation_id
    answer = split_at("b")
    assert groups() == {"a", "bc"}
    made = Conversation.objects.get(pk=answer["id"])
    assert (made.subject, made.message_count, made.awaiting) == ("Delivery", 2, "us")
    assert of("a").conversation_id == first
    assert Conversation.objects.get(pk=first).message_count == 1


def test_a_split_of_one_message_leaves_the_others(archive: Any) -> None:
    file(archive, [A, B, C])
    split_at("b", only=True)
    assert groups() == {"ac", "b"}


def test_nothing_is_split_off_that_leaves_nothing(archive: Any) -> None:
    file(archive, [A, B])
    with pytest.raises(Invalid):
        split_at("a")
    assert not Regrouping.objects.exists()


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (said("d", 1, answers="c", names="ab"), {"a", "bcd"}),
        (said("d", 1, answers="a"), {"ad", "bc"}),
        (said("d", 27, answers="a", names="bc"), {"ad", "bc"}),
        (said("d", 40), {"a", "bc", "d"}),
        (said("d", 1, names="abc"), {"a", "bcd"}),
    ],
    ids=["answers-the-new-part", "answers-the-old-part", "older-and-found-later", "tied-to-nothing", "names-both"],
)
def test_what_comes_later_goes_with_what_it_answers(archive: Any, later: bytes, expected: set[str]) -> None:
    file(archive, [A, B, C])
    split_at("b")
    file(archive, [later])
    assert groups() == expected
    file(archive, [A, B, C, later])
    assert groups() == expected


def test_the_start_of_the_thread_found_later_joins_nothing(archive: Any) -> None:
    file(archive, [B, C])
    split_at("c")
    file(archive, [A])
    assert groups() == {"ab", "c"}


@pytest.mark.parametrize("order", list(permutations("def")))
def test_the_order_of_what_comes_after_a_split_doesnt_matter(archive: Any, order: tuple[str, ...]) -> None:
    """d answers e, which hangs on one part, and names f, which hangs on the other."""
    later = {
        "d": said("d", 20, names="fe"),
        "e": said("e", 22, names="a"),
        "f": said("f", 18, names="c"),
    }
    file(archive, [A, B, C])
    split_at("c")
    for each in order:
        file(archive, [later[each]])
    assert groups() == {"abde", "cf"}


@pytest.mark.parametrize("seed", range(8))
def test_splits_hold_in_any_order_and_recomputing_gives_the_stored_state(archive: Any, seed: int) -> None:
    chance = Random(seed)
    ids = "abcdefgh"
    letters = {
        each: said(each, chance.randint(1, 60), names="".join(chance.sample(ids, chance.randint(0, 2)))) for each in ids
    }
    early, late = ids[:4], list(ids[4:])
    file(archive, [letters[each] for each in early])
    several = Conversation.objects.filter(message_count__gt=1).first()
    if several:
        last = several.interactions.order_by("-at", "-id").first()
        split([several.pk], message=last.pk, actor=SYSTEM)
    others = list(Conversation.objects.filter(deleted_at=None).order_by("pk"))
    if len(others) > 2:
        join([others[0].pk], into=others[1].pk, actor=SYSTEM)
    start = {each.pk: each.conversation_id for each in Interaction.objects.all()}
    found = []
    for _round in range(3):
        chance.shuffle(late)
        step = chance.randint(1, 4)
        with transaction.atomic():
            for place in range(0, 4, step):
                file(archive, [letters[each] for each in late[place : place + step]])
            check_recomputing()
            held = Interaction.objects.filter(is_placed=True).values_list("pk", "conversation_id")
            assert all(start[key] == home for key, home in held)
            found.append(groups())
            transaction.set_rollback(True)
    assert found[0] == found[1] == found[2]


def check_recomputing() -> None:
    stored = derived()
    resettle(Conversation.objects.values_list("pk", flat=True))
    assert derived() == stored
    everything = list(Interaction.objects.values_list("pk", flat=True))
    assert rearrange((), everything, Us.load())[1] == set()


def test_a_split_is_taken_back_whole(cast: Cast, archive: Any) -> None:
    file(archive, [A, B, C])
    no_reply_needed([of("a").conversation_id], actor=cast.actor("owner"))
    before = derived()
    done = split_at("b")
    assert Mark.objects.count() == 2
    assert Conversation.objects.get(pk=done["id"]).awaiting == "nobody"
    undo_regrouping([of("a").conversation_id], regrouping=done["regrouping"], actor=SYSTEM)
    assert groups() == {"abc"}
    assert derived() == before
    assert not Interaction.objects.filter(is_placed=True).exists()
    assert Mark.objects.count() == 1
    with pytest.raises(Conflict):
        undo_regrouping([of("a").conversation_id], regrouping=done["regrouping"], actor=SYSTEM)


def test_what_came_since_a_split_comes_along_when_it_is_taken_back(archive: Any) -> None:
    file(archive, [A, B, C])
    done = split_at("b")
    file(archive, [said("d", 1, answers="c")])
    undo_regrouping([of("a").conversation_id], regrouping=done["regrouping"], actor=SYSTEM)
    assert groups() == {"abcd"}


def test_an_earlier_split_holds_when_a_later_one_is_taken_back(archive: Any) -> None:
    file(archive, [A, B, C])
    split_at("b")
    second = split_at("c")
    undo_regrouping([of("b").conversation_id], regrouping=second["regrouping"], actor=SYSTEM)
    file(archive, [said("d", 1, names="abc")])
    assert groups() == {"a", "bcd"}


def test_two_conversations_become_one_and_two_again(cast: Cast, archive: Any) -> None:
    other = said("x", 20, subject="Invoice")
    file(archive, [A, B, other])
    before = derived()
    kept, taken = of("a").conversation_id, of("x").conversation_id
    close([kept], actor=cast.actor("owner"))
    done = join([taken], into=kept, actor=cast.actor("owner"))
    assert groups() == {"abx"}
    assert Conversation.objects.get(pk=kept).status == "open"
    assert not Conversation.objects.visible_to(cast.actor("owner")).filter(pk=taken).exists()
    file(archive, [said("y", 2, answers="x", subject="Re: Invoice")])
    assert groups() == {"abxy"}
    undo_regrouping([kept], regrouping=done["regrouping"], actor=cast.actor("owner"))
    assert groups() == {"ab", "xy"}
    assert Conversation.objects.get(pk=kept).status == "closed"
    Interaction.objects.filter(message_id="y@test.example").delete()
    resettle([taken])
    assert derived() == before


def test_a_reply_to_both_of_two_hand_made_conversations_joins_neither(archive: Any) -> None:
    file(archive, [A, B, said("x", 20, subject="Invoice"), said("y", 19, answers="x", subject="Invoice")])
    split_at("b")
    split_at("y")
    file(archive, [said("z", 1, names="by")])
    assert groups() == {"a", "b", "x", "yz"}


def test_only_who_may_read_a_message_splits_there_and_takes_along_what_they_may_read(cast: Cast) -> None:
    file(archive_of(cast.owner), [A, B])
    file(archive_of(cast.mate), [letter(JONAS, "tom@ours.example", "Secret", hours_ago=20, id_="s", answers="b")])
    owner, mate = cast.actor("owner"), cast.actor("mate")
    conversation = of("a").conversation_id
    with pytest.raises(NotFound):
        split([conversation], message=of("s").pk, actor=owner)
    split([conversation], message=of("b").pk, actor=owner)
    assert groups() == {"as", "b"}
    with pytest.raises(NotFound):
        split([of("b").conversation_id], message=of("b").pk, actor=mate)


def test_nobody_shows_others_or_themselves_what_they_dont_see(cast: Cast) -> None:
    file(archive_of(cast.owner), [A, B])
    file(archive_of(cast.mate), [letter(JONAS, "tom@ours.example", "Secret", hours_ago=20, id_="s", answers="b")])
    before = of("s").audience_id
    set_visibility([of("a").conversation_id], audience="everyone", actor=cast.actor("owner"))
    assert of("s").audience_id == before
    assert Interaction.objects.visible_to(cast.actor("administrator")).count() == 2


def test_splits_and_joins_go_through_the_api(cast: Cast, archive: Any) -> None:
    file(archive, [A, B])
    call, kept = Caller(cast.owner), of("a").conversation_id
    status, made = call("POST", f"conversations/{kept}/split", {"message": str(of("b").pk)})
    assert status == 200
    assert groups() == {"a", "b"}
    status, joined = call("POST", f"conversations/{made['id']}/join", {"into": str(kept)})
    assert (status, joined["id"]) == (200, str(kept))
    assert groups() == {"ab"}
    assert Caller(cast.outsider)("POST", f"conversations/{kept}/join", {"into": str(made["id"])})[0] == 404
    status, _body = call("POST", f"conversations/{kept}/undo_regrouping", {"regrouping": joined["regrouping"]})
    assert status == 200
    assert groups() == {"a", "b"}
