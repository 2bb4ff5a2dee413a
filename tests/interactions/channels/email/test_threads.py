"""Threading: exact cases, and that neither order nor batches of arrival can change the result."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from rapport.interactions.channels.email.threads import (
    ThreadKeys,
    belong_together,
    group,
    ids_to_look_up,
    topic_to_look_up,
)

DAY = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ANNA, TOM = frozenset({"anna@a.example"}), frozenset({"tom@b.example"})


def keys(key: str, **more: object) -> ThreadKeys:
    values: dict[str, object] = {
        "message_id": f"{key}@x",
        "topic": "Offer",
        "participants": ANNA,
        "date": DAY,
    }
    return ThreadKeys(key, **{**values, **more})  # type: ignore[arg-type]


def grouped(*messages: ThreadKeys) -> set[frozenset[str]]:
    return {frozenset(keys) for keys in group(messages)}


def test_group_reply_to_known_message_joins_it() -> None:
    assert grouped(keys("a"), keys("b", in_reply_to=("a@x",), topic="Other")) == {frozenset("ab")}


def test_group_siblings_of_missing_message_are_joined() -> None:
    assert grouped(keys("a", references=("gone@x",)), keys("b", references=("gone@x",))) == {frozenset("ab")}


def test_group_late_message_joins_two_threads() -> None:
    late = keys("c", references=("a@x", "b@x"))
    assert grouped(keys("a"), keys("b")) == {frozenset("a"), frozenset("b")}
    assert grouped(keys("a"), keys("b"), late) == {frozenset("abc")}


def test_group_several_ids_and_garbage_in_reply_to() -> None:
    assert grouped(keys("a"), keys("b", in_reply_to=("nonsense", "a@x"))) == {frozenset("ab")}


def test_group_reference_to_self_alone_joins_nothing() -> None:
    assert grouped(keys("a", references=("a@x",)), keys("b")) == {frozenset("a"), frozenset("b")}


def test_group_same_topic_without_reply_mark_stays_apart() -> None:
    assert grouped(keys("a"), keys("b", date=DAY + timedelta(hours=1))) == {frozenset("a"), frozenset("b")}


def test_group_unlinked_reply_joins_by_topic_and_person_within_thirty_days() -> None:
    reply = keys("b", reply=True, date=DAY + timedelta(days=30), topic="OFFER")
    assert grouped(keys("a"), reply) == {frozenset("ab")}
    late = keys("b", reply=True, date=DAY + timedelta(days=30, seconds=1))
    assert grouped(keys("a"), late) == {frozenset("a"), frozenset("b")}
    before = keys("b", reply=True, date=DAY - timedelta(seconds=1))
    assert grouped(keys("a"), before) == {frozenset("a"), frozenset("b")}


def test_group_unlinked_reply_never_joins_by_topic_across_people() -> None:
    reply = keys("b", reply=True, participants=TOM, date=DAY + timedelta(days=1))
    assert grouped(keys("a"), reply) == {frozenset("a"), frozenset("b")}


def test_group_empty_topic_joins_nothing() -> None:
    assert len(grouped(keys("a", topic=""), keys("b", topic="", reply=True))) == 2


def test_group_hijacked_thread_starts_its_own() -> None:
    hijack = keys("b", in_reply_to=("a@x",), topic="Summer party", participants=TOM)
    assert grouped(keys("a"), hijack) == {frozenset("a"), frozenset("b")}


def test_group_forward_to_somebody_else_stays_with_its_topic() -> None:
    assert grouped(keys("a"), keys("b", in_reply_to=("a@x",), participants=TOM)) == {frozenset("ab")}


def test_group_internal_answer_without_outside_people_stays() -> None:
    note = keys("b", in_reply_to=("a@x",), topic="What to say?", participants=frozenset())
    assert grouped(keys("a"), note) == {frozenset("ab")}


def test_group_repeated_message_id_with_other_content_stays_apart() -> None:
    other = keys("b", message_id="a@x", topic="Newsletter", participants=TOM)
    assert grouped(keys("a"), other) == {frozenset("a"), frozenset("b")}


def test_group_keeps_the_order_of_first_messages() -> None:
    assert group([keys("b"), keys("a"), keys("c", in_reply_to=("b@x",))]) == [{"b", "c"}, {"a"}]


def test_ids_to_look_up_names_all_without_empties() -> None:
    message = keys("a", in_reply_to=("b@x", ""), references=("c@x",))
    assert ids_to_look_up(message) == {"a@x", "b@x", "c@x"}


def test_topic_to_look_up_reaches_back_only_for_unlinked_replies() -> None:
    month = timedelta(days=30)
    assert topic_to_look_up(keys("a")) == ("offer", ANNA, DAY, DAY + month)
    assert topic_to_look_up(keys("a", reply=True)) == ("offer", ANNA, DAY - month, DAY + month)
    assert topic_to_look_up(keys("a", topic="")) is None


IDS = st.sampled_from(["1@x", "2@x", "3@x", "4@x", "5@x", "6@x"])
ARCHIVES = st.lists(
    st.builds(
        ThreadKeys,
        key=st.just(""),
        message_id=IDS,
        in_reply_to=st.lists(IDS, max_size=2).map(tuple),
        references=st.lists(IDS, max_size=3).map(tuple),
        topic=st.sampled_from(["", "Offer", "offer", "Visit", "Invoice"]),
        participants=st.frozensets(st.sampled_from(["a", "b", "c"]), max_size=2),
        date=st.one_of(st.none(), st.integers(0, 80).map(lambda days: DAY + timedelta(days=days))),
        reply=st.booleans(),
    ),
    max_size=12,
).map(lambda found: [replace(message, key=str(index)) for index, message in enumerate(found)])


def _components(messages: list[ThreadKeys]) -> set[frozenset[str]]:
    """Slow and plain: join whatever belongs together, pair by pair."""
    groups = [{message.key} for message in messages]
    for first, second in combinations(messages, 2):
        if belong_together(first, second):
            mine = next(g for g in groups if first.key in g)
            other = next(g for g in groups if second.key in g)
            if mine is not other:
                mine |= other
                groups.remove(other)
    return {frozenset(g) for g in groups}


@settings(max_examples=200, deadline=None)
@given(ARCHIVES, st.randoms(use_true_random=False))
def test_group_is_the_relation_in_any_order(messages: list[ThreadKeys], chance: object) -> None:
    expected = _components(messages)
    assert grouped(*messages) == expected
    shuffled = list(messages)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert grouped(*shuffled) == expected


@settings(max_examples=150, deadline=None)
@given(ARCHIVES)
def test_group_arriving_one_by_one_through_look_ups_is_the_same(messages: list[ThreadKeys]) -> None:
    """What an importer with a database does: look up neighbours of the new message, join what belongs."""
    stored: list[ThreadKeys] = []
    conversation: dict[str, str] = {}
    for new in messages:
        joined = {conversation[old.key] for old in _found(new, stored) if belong_together(new, old)}
        conversation[new.key] = new.key
        for key, name in list(conversation.items()):
            if name in joined:
                conversation[key] = new.key
        stored.append(new)
    result = {frozenset(k for k, n in conversation.items() if n == name) for name in conversation.values()}
    assert result == grouped(*messages)


def _found(new: ThreadKeys, stored: list[ThreadKeys]) -> list[ThreadKeys]:
    probe = topic_to_look_up(new)
    by_id = [old for old in stored if ids_to_look_up(old) & ids_to_look_up(new)]
    if probe is None:
        return by_id
    return by_id + [
        old
        for old in stored
        if old.topic.casefold() == probe.topic
        and old.participants & probe.participants
        and old.date
        and probe.since <= old.date <= probe.until
    ]
