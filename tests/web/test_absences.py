"""What automatic mail says of our own, as pages show it: who is away, and whom a message didn't reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rapport.interactions.following import lapse_silent
from rapport.interactions.ledger.rules import back
from rapport.interactions.models import Conversation, Interaction, Response, Standing
from rapport.interactions.queries.inbox import conversations, lines
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import NOW, archive_of, file, letter, report, we_are
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db

JONAS = "jonas@okafor.example"
DAYS = 24
UNTIL = NOW.date() + timedelta(days=9)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner)
    return made


def asked(days_ago: int) -> bytes:
    return letter("mara@ours.example", JONAS, "When?", hours_ago=days_ago * DAYS, id_="a")


def away(days_ago: int, text: str = f"Ich bin bis zum {UNTIL:%d.%m.%Y} im Urlaub.") -> bytes:
    more = {"subject": "Automatische Antwort: Delivery", "answers": "a", "Auto-Submitted": "auto-replied"}
    return letter(JONAS, "mara@ours.example", text, hours_ago=days_ago * DAYS - 1, id_="b", **more)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_wait_begins_when_they_are_back(cast: Cast, sign_in: SignIn, order: tuple[int, int]) -> None:
    for each in order:
        file(archive_of(cast.owner), [[asked(2), away(2)][each]])
    conversation, actor = Conversation.objects.get(), cast.actor("owner")
    assert Interaction.objects.get(automatic="out-of-office").away_until == UNTIL
    assert (conversation.awaiting, conversation.awaiting_since) == ("them", back(UNTIL))
    assert not Response.objects.exists()
    assert lines(actor, conversations(actor, "them"), 5)[0].away_until == UNTIL
    assert Standing.objects.get().away_until == UNTIL
    page = sign_in(cast.owner).get(f"/inbox/{conversation.pk}/?box=them").content.decode()
    assert "away until" in page
    assert "(from their automatic reply)" in page


def test_it_doesnt_lapse_while_they_are_away(cast: Cast) -> None:
    file(archive_of(cast.owner), [asked(60), away(60, f"I am away until {UNTIL.isoformat()}.")])
    lapse_silent()
    assert Conversation.objects.get().lapsed_at is None
    file(archive_of(cast.owner), [letter("mara@ours.example", "ann@x.example", "?", hours_ago=60 * DAYS, id_="z")])
    assert Conversation.objects.exclude(lapsed_at=None).count() == 1


def test_an_automatic_reply_without_a_day_puts_nothing_off(cast: Cast) -> None:
    file(archive_of(cast.owner), [asked(2), away(2, "I am out of the office.")])
    conversation = Conversation.objects.get()
    assert conversation.awaiting_since == Interaction.objects.get(message_id="a@test.example").at
    assert lines(cast.actor("owner"), Conversation.objects.all(), 5)[0].away_until is None


def test_a_message_says_whom_it_didnt_reach_and_why(cast: Cast, sign_in: SignIn) -> None:
    file(archive_of(cast.owner), [asked(2), report(JONAS, "a", hours_ago=40)])
    client, conversation = sign_in(cast.owner), Conversation.objects.get()
    said = f"could not be delivered to {JONAS}: there is no such mailbox"
    party = Standing.objects.get().party_id
    for address in (f"/inbox/{conversation.pk}/", f"/people/{party}/"):
        assert said in " ".join(client.get(address).content.decode().split()), address
    assert "could not be delivered" in client.get("/notifications/").content.decode()
