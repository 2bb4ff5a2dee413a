"""Who may read what was said: the default is those who took part."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.interactions.access import reading
from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.actions.conversations import close, no_reply_needed, still_waiting
from rapport.interactions.actions.visibility import set_visibility
from rapport.interactions.finding import find_conversations
from rapport.interactions.ledger.behind import FIGURES, behind
from rapport.interactions.ledger.figures import ledger, total
from rapport.interactions.ledger.periods import Period
from rapport.interactions.models import Conversation, Detail, Interaction, Response
from rapport.interactions.queries import inbox, timeline
from rapport.parties.models import Party
from rapport.platform.errors import NotFound
from rapport.platform.resources.output import page
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db

SECRET = "zanzibar"
ASKED = letter(
    "Jonas Okafor <jonas@okafor.example>",
    "mara@ours.example",
    f"About {SECRET}?",
    hours_ago=30,
    id_="a",
    subject=f"Re {SECRET}",
)
ANSWERED = letter(
    "mara@ours.example",
    "jonas@okafor.example",
    f"Yes, {SECRET}. And you?",
    hours_ago=28,
    id_="b",
    answers="a",
    subject=f"Re: {SECRET}",
)


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner, tom=made.mate)
    return made


def seen(cast: Cast, name: str) -> dict[str, Any]:
    """What one of the cast gets to know: the same whether audiences are asked for each time or once a page."""
    each_time = told(cast, name)
    with reading():
        assert told(cast, name) == each_time
    return each_time


def told(cast: Cast, name: str) -> dict[str, Any]:
    """Through every query that pages and the API are made of."""
    actor = cast.actor(name)
    party = Party.objects.filter(kind="person").get()
    week = Period.days(7)
    return {
        "inbox": [line.subject + line.snippet for line in inbox.lines(actor, inbox.conversations(actor, "all"), 10)],
        "timeline": [entry.subject + entry.snippet for entry in timeline.of_party(actor, [party.pk])],
        "conversations": page(read_query(RESOURCES["conversations"], {}, actor), actor).records,
        "interactions": page(read_query(RESOURCES["interactions"], {}, actor), actor).records,
        "responses": page(read_query(RESOURCES["responses"], {}, actor), actor).records,
        "search": find_conversations(SECRET, actor, 5),
        "q": page(read_query(RESOURCES["interactions"], {"q": SECRET}, actor), actor).records,
        "total": total(actor, week).weight,
        "behind": [behind(actor, figure, "", None, week).count() for figure in FIGURES],
    }


def test_by_default_only_participants_see_anything(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED, ANSWERED])
    assert SECRET in str(seen(cast, "owner"))
    assert seen(cast, "owner")["total"] == 2
    for other in ("mate", "outsider", "administrator"):
        found = seen(cast, other)
        assert not any(found[name] for name in found if name != "behind"), other
        assert sum(found["behind"]) == 0


@pytest.mark.parametrize(
    ("detail", "subject", "body"),
    [(Detail.HAPPENED, False, False), (Detail.SUBJECT, True, False), (Detail.EVERYTHING, True, True)],
)
def test_a_teams_archive_shows_the_team_as_much_as_it_says(cast: Cast, detail: int, subject: bool, body: bool) -> None:
    file(archive_of(cast.owner, "team", team=cast.owner.team, detail=detail), [ASKED, ANSWERED])
    found = seen(cast, "mate")
    assert found["total"] == 2
    assert len(found["interactions"]) == 2
    assert (f"Re: {SECRET}" in str(found["timeline"])) is subject
    assert ("And you?" in str(found)) is body
    assert bool(found["search"]) is subject
    assert seen(cast, "outsider")["total"] == 0


def test_the_same_mail_in_a_shared_archive_is_shared(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    file(archive_of(None, "everyone"), [ASKED])
    assert seen(cast, "administrator")["total"] == 1
    assert Interaction.objects.count() == 1


def test_a_conversation_shared_and_made_private_by_hand_stays_so(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    everything = Conversation.objects.visible_to(cast.actor("owner"), "edit")
    set_visibility(everything, actor=cast.actor("owner"), audience="everyone", detail="everything")
    assert SECRET in str(seen(cast, "administrator"))
    set_visibility(everything, actor=cast.actor("owner"), audience="participants")
    file(archive_of(None, "everyone"), [ASKED])
    assert seen(cast, "administrator")["total"] == 0


def test_verbs_on_what_one_may_not_read_answer_as_if_it_were_absent(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    ids = list(Conversation.objects.values_list("pk", flat=True))
    for verb in (close, no_reply_needed):
        with pytest.raises(NotFound):
            verb(ids, actor=cast.actor("mate"))
    assert Conversation.objects.get().status == "open"


def test_a_persons_word_holds_until_the_next_interaction(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [ASKED])
    actor = cast.actor("owner")
    rows = Conversation.objects.visible_to(actor, "edit")
    no_reply_needed(rows, actor=actor)
    assert Conversation.objects.get().awaiting == "nobody"
    still_waiting(rows, actor=actor, for_="them")
    assert Conversation.objects.get().awaiting == "them"


def test_a_call_answers_and_is_on_the_timeline(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED])
    person, conversation = Party.objects.get(kind="person"), Conversation.objects.get()
    said = Said("call", "Told him all", (person.pk,), conversation_id=conversation.pk, duration_seconds=240)
    write_down(said, actor=cast.actor("owner"))
    conversation.refresh_from_db()
    assert (conversation.awaiting, conversation.message_count) == ("nobody", 2)
    assert Response.objects.get().by == "us"
    assert timeline.of_party(cast.actor("owner"), [person.pk])[0].snippet == "Told him all"
    assert "Told him all" not in str(seen(cast, "outsider"))


def test_ones_own_figures_come_first_and_others_only_where_a_role_allows(cast: Cast) -> None:
    file(archive_of(None, "everyone"), [ASKED, ANSWERED])
    week = Period.days(7)
    assert [row.key for row in ledger(cast.actor("administrator"), "user", week) if row.answered_by_us] == [
        cast.owner.pk
    ]
    assert not [row for row in ledger(cast.actor("mate"), "user", week) if row.answered_by_us]
    assert [row.key for row in ledger(cast.actor("owner"), "user", week) if row.answered_by_us] == [cast.owner.pk]


def test_each_figure_opens_the_conversations_behind_it(cast: Cast) -> None:
    file(archive_of(cast.owner), [ASKED, ANSWERED])
    actor, week = cast.actor("owner"), Period.days(7)
    (row,) = ledger(actor, "party", week)
    assert (row.sent, row.received, row.answered_by_us, row.answered_by_them, row.open) == (1, 1, 1, 0, 0)
    assert row.median_by_us == 2 * 3600
    for figure, count in {"sent": 1, "received": 1, "answered_by_us": 1, "answered_by_them": 0, "open": 0}.items():
        assert behind(actor, figure, "party", str(row.key), week).count() == count


def test_a_conversation_is_found_once_however_often_the_words_were_said(cast: Cast) -> None:
    letters = [
        letter("jonas@okafor.example", "mara@ours.example", "Aurora is late.", id_="q1", subject="Aurora"),
        letter(
            "mara@ours.example",
            "jonas@okafor.example",
            "Aurora leaves today.",
            id_="q2",
            answers="q1",
            subject="Re: Aurora",
        ),
    ]
    file(archive_of(cast.owner), letters)
    found = Caller(cast.owner)("GET", "conversations?q=Aurora&count=true")[1]
    assert (len(found["results"]), found["count"]) == (1, 1)


def test_what_was_made_private_stays_so_when_mail_ties_it_to_another(cast: Cast) -> None:
    archive = archive_of(cast.owner, "everyone")
    file(archive, [ASKED])
    other = letter("jonas@okafor.example", "mara@ours.example", "Else?", hours_ago=20, id_="x", subject="Private")
    file(archive, [other])
    private = Conversation.objects.get(subject="Private")
    set_visibility([private.pk], actor=cast.actor("owner"), audience="participants")
    tie = letter(
        "jonas@okafor.example", "mara@ours.example", "Both?", hours_ago=9, id_="t", subject=f"Re {SECRET}",
        References="<a@test.example> <x@test.example>",
    )  # fmt: skip
    file(archive, [tie])
    joined = Conversation.objects.get()
    assert (joined.message_count, joined.is_visibility_set, joined.shown_to) == (3, True, "participants")
    assert Interaction.objects.get(message_id="x@test.example").audience.everything == [cast.owner.pk]
    assert Interaction.objects.get(message_id="t@test.example").audience.everything == [cast.owner.pk]


def test_of_two_conversations_that_mail_ties_together_the_open_one_and_its_owner_stay(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    file(archive, [ASKED])
    Conversation.objects.update(status="closed")
    file(archive, [letter("jonas@okafor.example", "mara@ours.example", "?", hours_ago=20, id_="x", subject="Two")])
    Conversation.objects.filter(subject="Two").update(owner=cast.mate)
    tie = letter(
        "jonas@okafor.example", "mara@ours.example", "!", id_="t", References="<a@test.example> <x@test.example>"
    )
    file(archive, [tie])
    joined = Conversation.objects.get()
    assert (joined.status, joined.owner) == ("open", cast.mate)
