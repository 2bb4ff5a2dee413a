"""Whoever may see a part of a conversation learns nothing of the rest: what they see is summed up by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rapport.interactions.actions.conversations import close, no_reply_needed, reopen
from rapport.interactions.finding import find_conversations
from rapport.interactions.ledger.figures import ledger
from rapport.interactions.ledger.periods import Period
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Interaction
from rapport.interactions.queries import inbox, timeline
from rapport.interactions.queries.parts import as_seen
from rapport.interactions.queries.readers import readers_of
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Absence, User
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import NOW, archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
JONAS, AIKO = "Jonas Okafor <jonas@okafor.example>", "Aiko Sato <aiko@sato.example>"
MARA, TOM = "mara@ours.example", "tom@ours.example"
SUMS = ("status", "party", "owner", "team", "awaiting", "awaiting_since", "due_at", "started_at", "last_at",
        "message_count", "lapsed_at")  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    we_are(mara=made.owner, tom=made.mate)
    return made


@pytest.fixture
def parted(cast: Cast) -> Conversation:
    """Jonas asks Mara; in the same conversation he and then Aiko write to Tom, who answers Jonas."""
    file(archive_of(cast.owner), [letter(JONAS, MARA, "When?", hours_ago=9, id_="a")])
    file(
        archive_of(cast.mate),
        [
            letter(JONAS, TOM, "Hidden?", hours_ago=8, id_="b", answers="a"),
            letter(TOM, JONAS, "Hidden, on Thursday. Fine?", hours_ago=7, id_="c", answers="b"),
            letter(AIKO, TOM, "Hidden, and for me?", hours_ago=6, id_="d", answers="a"),
        ],
    )
    found: Conversation = Conversation.objects.get()
    assert found.message_count == 4
    return found


def record(who: Any, conversation: Conversation) -> dict[str, Any]:
    answer: dict[str, Any] = Caller(who)("GET", f"conversations/{conversation.pk}")[1]
    return answer


def line(actor: Actor, conversation: Conversation) -> inbox.Line:
    (found,) = inbox.lines(actor, Conversation.objects.filter(pk=conversation.pk), 1)
    return found


def test_the_api_masks_what_sums_up_more_than_one_sees(cast: Cast, parted: Conversation) -> None:
    Conversation.objects.update(owner=cast.administrator, team=cast.mate.team, status="closed")
    for who in (cast.owner, cast.mate):
        assert {name: record(who, parted)[name] for name in SUMS} == dict.fromkeys(SUMS)
        call = Caller(who)
        assert call("GET", "conversations?order=-last_at")[0] == 400
        for asked in (
            "status=closed",
            "status=open",
            f"owner={cast.administrator.pk}",
            "last_at__gte=2020-01-01T00:00:00Z",
        ):
            assert call("GET", f"conversations?{asked}")[1]["results"] == []
        (listed,) = call("GET", "conversations")[1]["results"]
        assert {name: listed[name] for name in SUMS} == dict.fromkeys(SUMS)


def test_whoever_sees_all_of_it_sees_what_sums_it_up(cast: Cast, parted: Conversation) -> None:
    file(archive_of(cast.owner), [letter(AIKO, MARA, "Alone?", hours_ago=4, id_="x", subject="Other")])
    whole = Conversation.objects.get(subject="Other")
    found = record(cast.owner, whole)
    assert (found["status"], found["awaiting"], found["message_count"]) == ("open", "us", 1)
    assert found["party"] == str(whole.party_id)
    assert Caller(cast.owner)("GET", "conversations?status=open")[1]["results"][0]["id"] == str(whole.pk)


def test_ones_own_word_on_it_is_seen(cast: Cast, parted: Conversation) -> None:
    close([parted.pk], actor=cast.actor("owner"))
    assert (record(cast.owner, parted)["status"], line(cast.actor("owner"), parted).status) == ("closed", "closed")
    assert (record(cast.mate, parted)["status"], line(cast.actor("mate"), parted).status) == (None, "open")
    reopen([parted.pk], actor=cast.actor("mate"))
    assert (record(cast.owner, parted)["status"], record(cast.mate, parted)["status"]) == (None, "open")
    Conversation.objects.update(owner=cast.mate)
    assert (record(cast.owner, parted)["owner"], line(cast.actor("owner"), parted).owner) == (None, "")
    assert record(cast.mate, parted)["owner"] == str(cast.mate.pk)
    assert line(cast.actor("mate"), parted).owner == "Mate"


def test_pages_sum_up_what_one_sees(cast: Cast, parted: Conversation) -> None:
    mine = line(cast.actor("owner"), parted)
    assert (mine.awaiting, mine.since, mine.message_count, mine.party) == (
        "us", NOW - timedelta(hours=9), 1, "Jonas Okafor",
    )  # fmt: skip
    assert (mine.last_at, mine.snippet) == (NOW - timedelta(hours=9), "When?")
    theirs = line(cast.actor("mate"), parted)
    assert (theirs.awaiting, theirs.since, theirs.message_count, theirs.party) == (
        "us", NOW - timedelta(hours=6), 3, "Aiko Sato",
    )  # fmt: skip


def test_a_part_is_summed_up_as_if_it_were_all(cast: Cast, parted: Conversation) -> None:
    told = as_seen(cast.actor("mate"), [parted.pk])[parted.pk]
    Interaction.objects.filter(message_id="a@test.example").delete()
    resettle([parted.pk])
    parted.refresh_from_db()
    columns = ("party_id", "awaiting", "awaiting_since", "due_at", "started_at", "last_at", "snippet", "lapsed_at")
    names = ("party_id", "awaiting", "since", "due_at", "started_at", "last_at", "snippet", "lapsed_at")
    assert [getattr(told, name) for name in names] == [getattr(parted, name) for name in columns]
    assert told.count == parted.message_count == 3
    whole = line(cast.actor("mate"), parted)
    assert (whole.awaiting, whole.message_count, whole.last_at) == (told.awaiting, told.count, told.last_at)


def test_what_others_have_said_of_it_is_not_told(cast: Cast, parted: Conversation) -> None:
    no_reply_needed([parted.pk], actor=cast.actor("mate"))
    assert line(cast.actor("owner"), parted).awaiting == "us"
    assert line(cast.actor("mate"), parted).awaiting == "nobody"


def test_how_long_an_answer_took_is_told_to_those_who_see_what_it_answers(cast: Cast) -> None:
    file(archive_of(cast.mate), [letter(JONAS, TOM, "Hidden?", hours_ago=8, id_="a")])
    file(archive_of(cast.owner), [letter(MARA, JONAS, "On Thursday.", hours_ago=7, id_="b", answers="a")])
    (entry,) = timeline.of_conversation(cast.actor("owner"), Conversation.objects.get().pk)
    assert (entry.text.strip(), entry.answered_seconds) == ("On Thursday.", None)
    file(archive_of(cast.owner), [letter(JONAS, TOM, "Hidden?", hours_ago=8, id_="a")])
    entries = timeline.of_conversation(cast.actor("owner"), Conversation.objects.get().pk)
    assert [each.answered_seconds for each in entries] == [None, 3600]


def test_who_reads_what_one_doesnt_see_is_not_told(cast: Cast, parted: Conversation) -> None:
    assert [each.id for each in readers_of(parted, cast.actor("owner")).named] == [cast.owner.pk]
    assert [each.id for each in readers_of(parted, cast.actor("mate")).named] == [cast.mate.pk]


def test_whoever_stands_in_learns_nothing_of_who_looks_after_what_is_hidden(cast: Cast) -> None:
    """Neither by an owner that is masked, nor by whom the hidden part is with, nor by who wrote in it."""
    file(archive_of(cast.owner, "everyone"), [letter(JONAS, MARA, "When?", hours_ago=9, id_="a")])
    hidden = [letter(TOM, JONAS, "Hidden", hours_ago=8, id_="b", answers="a"),
              letter(AIKO, TOM, "Hidden, and for me?", hours_ago=6, id_="c", answers="b")]  # fmt: skip
    file(archive_of(cast.mate), hidden)
    talk, today = Conversation.objects.get(), timezone.localdate()
    Conversation.objects.update(owner=cast.mate)
    assert (talk.message_count, str(talk.party)) == (3, "Aiko Sato")

    def standing_in(user: User) -> list[Any]:
        Absence.objects.all().delete()
        Absence.objects.create(user=user, delegate=cast.administrator, begins_on=today, ends_on=today)
        rows = inbox.conversations(cast.actor("administrator"), "all", "mine")
        return list(rows.values_list("pk", flat=True))

    assert (standing_in(cast.mate), standing_in(cast.owner)) == ([], [talk.pk])
    Conversation.objects.update(owner=cast.administrator)
    assert standing_in(cast.mate) == [talk.pk]
    Conversation.objects.update(owner=cast.mate)
    Interaction.objects.update(audience=Interaction.objects.get(message_id="a@test.example").audience_id)
    assert standing_in(cast.mate) == [talk.pk]


def test_search_tells_no_name_that_follows_from_what_is_hidden(cast: Cast, parted: Conversation) -> None:
    (hit,) = find_conversations("when", cast.actor("owner"), 5)
    assert "Aiko" not in str(hit)
    Interaction.objects.exclude(message_id="a@test.example").delete()
    resettle([parted.pk])
    (hit,) = find_conversations("when", cast.actor("owner"), 5)
    assert "Jonas Okafor" in str(hit)


def test_a_list_takes_a_fixed_number_of_queries(
    cast: Cast, parted: Conversation, django_assert_num_queries: Any
) -> None:
    actor = cast.actor("owner")
    for several in (1, 3):
        for number in range(several - 1):
            ids = (f"p{number}", f"q{number}")
            file(archive_of(cast.owner), [letter(JONAS, MARA, "?", hours_ago=5, id_=ids[0], subject=f"S{number}")])
            file(archive_of(cast.mate), [letter(JONAS, TOM, "?", hours_ago=4, id_=ids[1], answers=ids[0])])
        with django_assert_num_queries(10):
            assert len(inbox.lines(actor, inbox.conversations(actor, "all"), 10)) == several


def test_figures_name_those_alone_of_whom_one_hears(cast: Cast, parted: Conversation) -> None:
    week = Period(NOW - timedelta(days=7), NOW)

    def figures(who: str) -> dict[str, tuple[int, int]]:
        return {row.label: (row.received, row.sent) for row in ledger(cast.actor(who), "party", week)}

    assert figures("owner") == {"Jonas Okafor": (1, 0)}
    assert figures("mate") == {"Jonas Okafor": (1, 1), "Aiko Sato": (1, 0)}
