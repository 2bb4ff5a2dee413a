"""Mail becomes parties, conversations and a ledger; the same mail in any order, any number of times."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import (
    Conversation,
    ExcludedAddress,
    Interaction,
    Participation,
    Response,
    Standing,
)
from rapport.parties.models import Affiliation, ContactPoint, Organization, Party, Person
from rapport.platform.history.models import Change
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db

ASKED = letter(
    "Jonas Okafor <jonas@okafor.example>", "mara@ours.example", "When do you deliver?", hours_ago=30, id_="a"
)
ANSWERED = letter(
    "mara@ours.example",
    "jonas@okafor.example",
    "On Thursday. Does that suit?",
    hours_ago=28,
    id_="b",
    answers="a",
    subject="Re: Delivery",
)
THANKED = letter(
    "jonas@okafor.example", "mara@ours.example", "Thanks!", hours_ago=27, id_="c", answers="b", subject="Re: Delivery"
)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner, tom=made.mate)
    return made


def state() -> dict[str, Any]:
    """All that is derived, by what doesn't depend on ids."""
    return {
        "conversations": sorted(
            Conversation.objects.values_list(
                "awaiting", "awaiting_since", "due_at", "message_count", "party__display_name"
            )
        ),
        "standings": sorted(
            Standing.objects.values_list("party__display_name", "awaiting", "since", "due_at", "prompt__message_id"),
            key=str,
        ),
        "responses": sorted(
            Response.objects.values_list(
                "prompt__message_id", "reply__message_id", "by", "elapsed_seconds", "business_seconds"
            )
        ),
    }


def test_mail_becomes_a_person_an_organization_and_a_conversation(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    person = Person.objects.get()
    assert (person.display_name, person.given_name, person.family_name) == ("Jonas Okafor", "Jonas", "Okafor")
    assert person.primary_email == "jonas@okafor.example"
    assert (person.source, person.owner) == ("captured", cast.owner)
    assert person.organization == Organization.objects.get(display_name="Okafor")
    assert Affiliation.objects.get().source == "inferred"
    conversation = Conversation.objects.get()
    assert (conversation.subject, conversation.awaiting, conversation.party_id) == ("Delivery", "us", person.pk)
    assert conversation.due_at is not None


def test_an_answer_is_a_response_and_thanks_owe_nothing(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED, ANSWERED, THANKED])
    conversation = Conversation.objects.get()
    assert (conversation.awaiting, conversation.message_count) == ("nobody", 3)
    by_us, by_them = Response.objects.order_by("reply_at")
    assert (by_us.by, by_us.elapsed_seconds, by_us.user) == ("us", 2 * 3600, cast.owner)
    assert (by_them.by, by_them.elapsed_seconds) == ("them", 3600)


@pytest.mark.parametrize("order", list(permutations([ASKED, ANSWERED, THANKED])))
def test_the_order_of_arrival_doesnt_matter(cast: Cast, order: tuple[bytes, ...]) -> None:
    archive = archive_of(cast.owner)
    for each in order:
        file(archive, [each])
    one_by_one = state()
    Conversation.objects.all().delete()
    file(archive, [ASKED, ANSWERED, THANKED])
    assert one_by_one == state()
    assert Conversation.objects.count() == 1


def test_a_message_that_joins_two_conversations_makes_them_one(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    first = letter("jonas@okafor.example", "mara@ours.example", "One?", hours_ago=9, id_="x", subject="One")
    second = letter("jonas@okafor.example", "mara@ours.example", "Two?", hours_ago=8, id_="y", subject="Two")
    file(archive, [first, second])
    assert Conversation.objects.count() == 2
    tie = letter(
        "jonas@okafor.example",
        "mara@ours.example",
        "Both?",
        hours_ago=7,
        id_="z",
        References="<x@test.example> <y@test.example>",
    )
    file(archive, [tie])
    assert Conversation.objects.count() == 1
    assert Interaction.objects.count() == 3


def test_the_same_archive_again_changes_nothing(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    assert file(archive, [ASKED, ANSWERED, ASKED]).stored == 2
    before, changes = state(), Change.objects.count()
    again = file(archive, [ASKED, ANSWERED])
    assert (again.stored, again.already_there) == (0, 2)
    assert state() == before
    assert Change.objects.count() == changes


def test_recomputing_from_nothing_gives_the_stored_state(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED, ANSWERED, THANKED])
    before = (state(), set(Response.objects.values_list("pk", flat=True)))
    Standing.objects.all().delete()
    Response.objects.all().delete()
    resettle(Conversation.objects.values_list("pk", flat=True))
    assert (state(), set(Response.objects.values_list("pk", flat=True))) == before


def test_bulk_mail_and_copies_make_nobody_known(cast: Cast) -> None:
    newsletter = letter("news@shop.example", "mara@ours.example", "Buy now", List_Unsubscribe="<https://shop.example>")
    copied = letter("jonas@okafor.example", "mara@ours.example", "Hello?", cc="boss@okafor.example", id_="q")
    file(archive_of(cast.owner), [newsletter, copied])
    assert list(Person.objects.values_list("primary_email", flat=True)) == ["jonas@okafor.example"]
    assert Interaction.objects.get(subject="Delivery", automatic="").direction == "in"
    assert not Standing.objects.filter(conversation__interactions__automatic="list").exists()


def test_who_was_only_copied_is_linked_once_known(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [letter("jonas@okafor.example", "mara@ours.example", "Hello?", cc="boss@okafor.example", id_="q")])
    assert Participation.objects.get(address="boss@okafor.example").party is None
    file(
        archive,
        [letter("The Boss <boss@okafor.example>", "mara@ours.example", "And?", hours_ago=0.5, subject="New", id_="r")],
    )
    boss = ContactPoint.objects.get(normalized="boss@okafor.example").party
    assert set(Participation.objects.filter(address="boss@okafor.example").values_list("party", flat=True)) == {boss.pk}


def test_excluded_addresses_are_never_stored(cast: Cast) -> None:
    ExcludedAddress.objects.create(address="@okafor.example")
    filed = file(archive_of(cast.owner), [ASKED])
    assert (filed.stored, filed.excluded) == (0, 1)
    assert Party.objects.count() == Interaction.objects.count() == 0


def test_old_mail_lapses_and_is_no_work(cast: Cast) -> None:
    file(archive_of(cast.owner), [letter("jonas@okafor.example", "mara@ours.example", "Anybody?", hours_ago=24 * 60)])
    conversation = Conversation.objects.get()
    assert conversation.awaiting == "us"
    assert conversation.lapsed_at is not None


def test_filing_takes_a_fixed_number_of_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    archive = archive_of(cast.owner)
    many = [
        letter(f"p{n}@firm{n}.example", "mara@ours.example", f"Question {n}?", hours_ago=n + 1, subject=f"S{n}")
        for n in range(30)
    ]
    with django_assert_max_num_queries(60):
        assert file(archive, many).stored == 30
