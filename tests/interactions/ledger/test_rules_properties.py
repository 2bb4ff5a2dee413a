"""What holds of the ledger's rule in every conversation."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rapport.interactions.ledger.rules import Mark, Turn, settle

PARTIES = [UUID(int=number) for number in range(1, 5)]
instants = st.integers(0, 20).map(lambda minute: datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=minute))
parties = st.sampled_from(PARTIES)
several = st.frozensets(parties, max_size=3)


def turns_of(directions: list[str], automatic: st.SearchStrategy[bool]) -> st.SearchStrategy[Turn]:
    return st.builds(
        Turn,
        id=st.uuids(),
        at=instants,
        channel=st.just("email"),
        direction=st.sampled_from(directions),
        sender=st.none() | parties,
        to=several,
        cc=several,
        user=st.none() | st.uuids(),
        automatic=automatic,
        thanks=st.booleans(),
        synchronous=st.integers(0, 5).map(lambda one: one == 0),
    )


counting = turns_of(["in", "out"], st.just(False))
silent = turns_of(["internal", "observed"], st.booleans()) | turns_of(["in", "out"], st.just(True))
conversations = st.lists(counting, max_size=20, unique_by=lambda turn: turn.id)
marks = st.lists(st.builds(Mark, instants, st.none() | parties, st.sampled_from(["us", "them", "nobody"])), max_size=4)
orders: st.SearchStrategy[Callable[[list[Turn]], list[Turn]]] = st.randoms(use_true_random=False).map(
    lambda random: lambda turns: random.sample(turns, len(turns))
)


@given(conversations, st.lists(silent, max_size=5), marks, orders)
def test_the_order_of_arrival_does_not_matter(
    turns: list[Turn],
    unheard: list[Turn],
    said: list[Mark],
    shuffled: Callable[[list[Turn]], list[Turn]],
) -> None:
    assert settle(shuffled(turns + unheard), reversed(said)) == settle(turns + unheard, said)


@given(conversations, st.lists(silent, max_size=5), marks)
def test_messages_that_do_not_count_change_nothing(turns: list[Turn], unheard: list[Turn], said: list[Mark]) -> None:
    assert settle(turns + unheard, said) == settle(turns, said)


@given(conversations, marks, instants)
def test_what_follows_never_changes_the_responses_so_far(turns: list[Turn], said: list[Mark], moment: datetime) -> None:
    whole = settle(turns, said).responses
    until_then = settle((turn for turn in turns if turn.at < moment), (mark for mark in said if mark.at < moment))
    assert until_then.responses == tuple(pair for pair in whole if pair.reply_at < moment)


@given(conversations, marks)
def test_no_answer_comes_before_its_prompt(turns: list[Turn], said: list[Mark]) -> None:
    order = {turn.id: (turn.at, turn.id) for turn in turns}
    for pair in settle(turns, said).responses:
        assert order[pair.prompt] < order[pair.reply]
        assert (pair.prompt_at, pair.reply_at) == (order[pair.prompt][0], order[pair.reply][0])


@given(conversations, marks)
def test_no_prompt_is_answered_twice_by_the_same_side_for_the_same_party(turns: list[Turn], said: list[Mark]) -> None:
    answered = [(pair.prompt, pair.by, pair.party) for pair in settle(turns, said).responses]
    assert len(answered) == len(set(answered))


@given(conversations, marks)
def test_each_pair_joins_a_turn_of_theirs_with_one_of_ours(turns: list[Turn], said: list[Mark]) -> None:
    by_id = {turn.id: turn for turn in turns}
    for pair in settle(turns, said).responses:
        theirs, ours = (pair.prompt, pair.reply) if pair.by == "us" else (pair.reply, pair.prompt)
        assert pair.user == by_id[ours].user
        assert pair.party in by_id[ours].to | by_id[ours].cc or by_id[ours].synchronous
        assert by_id[theirs].sender == pair.party or by_id[theirs].synchronous
        assert not by_id[pair.prompt].thanks
        assert not by_id[pair.prompt].synchronous


@given(conversations)
def test_a_party_only_in_copy_never_owes(turns: list[Turn]) -> None:
    copied = PARTIES[0]
    turns = [
        replace(turn, sender=None if turn.sender == copied else turn.sender, to=turn.to - {copied}) for turn in turns
    ]
    settlement = settle(turns)
    assert copied not in settlement.standings or settlement.standings[copied].awaiting == "nobody"
    assert copied not in {pair.party for pair in settlement.responses}


@given(conversations)
def test_what_is_open_is_an_unanswered_turn_that_asks(turns: list[Turn]) -> None:
    by_id = {turn.id: turn for turn in turns}
    settlement = settle(turns)
    answered = {(pair.prompt, pair.party) for pair in settlement.responses}
    for party, standing in settlement.standings.items():
        if standing.prompt is None:
            assert (standing.awaiting, standing.since) == ("nobody", None)
            continue
        prompt = by_id[standing.prompt]
        assert (prompt.id, party) not in answered
        assert not prompt.thanks
        assert standing.since == prompt.at
        assert prompt.sender == party if standing.awaiting == "us" else party in prompt.to


@given(conversations, marks, st.uuids())
def test_after_talking_to_everyone_nobody_owes(turns: list[Turn], said: list[Mark], meeting: UUID) -> None:
    after = datetime(2026, 3, 3, tzinfo=UTC)
    everyone = Turn(meeting, after, "meeting", "out", to=frozenset(PARTIES), synchronous=True)
    settlement = settle([*turns, everyone], said)
    assert {standing.awaiting for standing in settlement.standings.values()} == {"nobody"}
