"""Delivery reports: matched to what we sent, in any order; what they change, and what a forged one doesn't."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from rapport.interactions.actions.conversations import close
from rapport.interactions.models import Conversation, Interaction, OurAddress, Participation, Response, Standing
from rapport.interactions.queries.timeline import of_conversation
from rapport.interactions.refiling import refile
from rapport.parties.models import ContactPoint
from rapport.platform.history.models import Change
from rapport.platform.notifications.models import Notification
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, report, we_are

pytestmark = pytest.mark.django_db

JONAS = "jonas@okafor.example"
ASKED = letter(JONAS, "mara@ours.example", "When do you deliver?", hours_ago=30, id_="a")
ANSWERED = letter(
    "mara@ours.example", JONAS, "On Thursday?", hours_ago=28, id_="b", answers="a", subject="Re: Delivery"
)
FAILED = report(JONAS, "b", hours_ago=27)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner)
    return made


def marks() -> list[Any]:
    told = Participation.objects.filter(undelivered__isnull=False)
    return list(told.values_list("address", "undelivered", "undelivered_status"))


def jonas() -> str:
    return str(ContactPoint.objects.get(normalized=JONAS).state)


@pytest.mark.parametrize("order", list(permutations([ASKED, ANSWERED, FAILED])))
def test_a_failure_is_matched_in_any_order(cast: Cast, order: tuple[bytes, ...]) -> None:
    archive = archive_of(cast.owner)
    for each in order:
        file(archive, [each])
    conversation = Conversation.objects.get()
    assert Interaction.objects.count() == 3
    assert marks() == [(JONAS, "failed", "5.1.1")]
    assert jonas() == "failing"
    # They have asked, and what we answered never came: they wait since they asked.
    prompt = Interaction.objects.get(message_id="a@test.example")
    assert (conversation.awaiting, conversation.awaiting_since) == ("us", prompt.at)
    assert not Response.objects.exists()
    told = Notification.objects.get()
    assert (told.user, told.kind, told.record_id) == (cast.owner, "undelivered", conversation.pk)


def test_whom_we_asked_doesnt_owe_what_never_came_and_somebody_of_us_must_act(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [ANSWERED])
    assert Conversation.objects.get().awaiting == "them"
    close([Conversation.objects.get().pk], actor=cast.actor("owner"))
    file(archive, [FAILED])
    told = Interaction.objects.get(automatic="delivery-report")
    conversation = Conversation.objects.get()
    assert (conversation.awaiting, conversation.awaiting_since, conversation.status) == ("us", told.at, "open")
    again = letter("mara@ours.example", JONAS, "Once more?", hours_ago=2, id_="c", answers="b", subject="Re: Delivery")
    file(archive, [again])
    assert Standing.objects.get().awaiting == "them"


def test_a_copy_changes_nothing_and_refiling_finds_the_same(cast: Cast) -> None:
    archive, other = archive_of(cast.owner), archive_of(cast.owner)
    file(archive, [ASKED, ANSWERED, FAILED])
    before, changes = marks(), Change.objects.count()
    file(other, [FAILED])
    file(archive, [ANSWERED, FAILED])
    assert (marks(), Notification.objects.count(), Change.objects.count()) == (before, 1, changes)
    OurAddress.objects.filter(address="@ours.example").delete()
    OurAddress.objects.filter(address="mara@ours.example").delete()
    refile()
    assert not Standing.objects.filter(awaiting="us", prompt__message_id="b@test.example").exists()
    we_are(mara=cast.owner)
    refile()
    assert (marks(), Conversation.objects.get().awaiting) == (before, "us")


@pytest.mark.parametrize(
    "forged",
    [
        report("boss@okafor.example", "b"),
        report(JONAS, "never-sent"),
        report(JONAS, "a"),
        report("stranger@elsewhere.example", ""),
        report(JONAS, "", to="owner@ours.example"),
    ],
)
def test_a_forged_report_marks_nothing(cast: Cast, forged: bytes) -> None:
    file(archive_of(cast.owner), [ASKED, ANSWERED, forged])
    assert marks() == []
    assert jonas() == "unverified"
    assert Conversation.objects.get(interactions__message_id="b@test.example").awaiting == "them"
    assert not Notification.objects.exists()


def test_a_delay_is_shown_and_marks_nothing(cast: Cast) -> None:
    file(archive_of(cast.owner), [ANSWERED, report(JONAS, "b", action="delayed", status="4.4.1")])
    assert marks() == [(JONAS, "delayed", "4.4.1")]
    assert (jonas(), Conversation.objects.get().awaiting) == ("unverified", "them")
    assert not Notification.objects.exists()
    file(archive_of(cast.owner), [report(JONAS, "b", action="failed", status="4.4.7", hours_ago=0.1)])
    file(archive_of(cast.owner), [report(JONAS, "b", action="delayed", status="4.4.1", hours_ago=0.05)])
    assert marks() == [(JONAS, "failed", "4.4.7")]


def test_without_an_id_the_last_message_of_those_days_is_meant(cast: Cast) -> None:
    older = letter("mara@ours.example", JONAS, "Hello?", hours_ago=400, id_="z", subject="Hello")
    file(archive_of(cast.owner), [older, report(JONAS, "", hours_ago=27)])
    assert marks() == []
    file(archive_of(cast.owner), [ANSWERED, report(JONAS, "", hours_ago=26)])
    failed = Participation.objects.get(undelivered="failed")
    assert failed.interaction.message_id == "b@test.example"


def test_what_isnt_the_addresss_fault_leaves_it_as_it_is(cast: Cast) -> None:
    file(archive_of(cast.owner), [ANSWERED, report(JONAS, "b", status="5.7.1")])
    assert marks() == [(JONAS, "failed", "5.7.1")]
    assert (jonas(), Conversation.objects.get().awaiting) == ("unverified", "us")


def test_whoever_writes_again_can_be_reached_again(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [ANSWERED, FAILED])
    assert jonas() == "failing"
    back = letter(JONAS, "mara@ours.example", "I am back", hours_ago=1, id_="d", subject="Back")
    file(archive, [back])
    assert jonas() == "unverified"
    file(archive_of(cast.mate), [report(JONAS, "b", hours_ago=26)])
    assert jonas() == "unverified"


def test_an_old_archive_tells_nobody(cast: Cast) -> None:
    old = letter("mara@ours.example", JONAS, "Hello?", hours_ago=2_000, id_="o", subject="Re: Delivery")
    file(archive_of(cast.owner), [old, report(JONAS, "o", hours_ago=1_999)])
    assert marks() == [(JONAS, "failed", "5.1.1")]
    assert not Notification.objects.exists()


def test_the_sender_reads_whom_it_didnt_reach(cast: Cast) -> None:
    file(archive_of(cast.owner), [ANSWERED, FAILED])
    said = of_conversation(cast.actor("owner"), Conversation.objects.get().pk)[0]
    assert [(each.address, each.undelivered) for each in said.people if each.undelivered] == [(JONAS, "failed")]
