"""Each rule of docs/user/ledger.md by example. A test names its rule by the heading's words."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from rapport.interactions.ledger.rules import Awaiting, Direction, Mark, Pair, Standing, Turn, settle

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANN, BOB, CY = (UUID(int=number) for number in (101, 102, 103))
US, COLLEAGUE = UUID(int=201), UUID(int=202)
NOBODY = Standing("nobody")


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def turn(minute: int, direction: Direction, *to: UUID, **details: object) -> Turn:
    """A turn whose id is its minute."""
    given = {"channel": "email", "to": frozenset(to), **details}
    return Turn(UUID(int=minute), at(minute), direction=direction, **given)  # type: ignore[arg-type]


def received(minute: int, sender: UUID, **details: object) -> Turn:
    return turn(minute, "in", sender=sender, **details)


def sent(minute: int, *to: UUID, user: UUID = US, **details: object) -> Turn:
    return turn(minute, "out", *to, user=user, **details)


def pair(prompt: int, reply: int, party: UUID, by: str, user: UUID | None = US) -> Pair:
    return Pair(UUID(int=prompt), UUID(int=reply), party, by, at(prompt), at(reply), user)  # type: ignore[arg-type]


def waits(awaiting: Awaiting, minute: int) -> Standing:
    return Standing(awaiting, at(minute), UUID(int=minute))


def said(awaiting: Awaiting, minute: int) -> Standing:
    return Standing(awaiting, at(minute), None)


def test_an_empty_conversation_has_no_standings() -> None:
    settlement = settle([])
    assert (settlement.standings, settlement.responses) == ({}, ())


class TestWhoWritesToUsWaitsForUs:
    def test_since_the_first_unanswered_message(self) -> None:
        settlement = settle([received(1, ANN), received(2, ANN)])
        assert settlement.standings == {ANN: waits("us", 1)}
        assert settlement.responses == ()

    def test_each_sender_waits_for_themselves(self) -> None:
        settlement = settle([received(1, ANN), received(2, BOB)])
        assert settlement.standings == {ANN: waits("us", 1), BOB: waits("us", 2)}

    def test_a_new_message_after_an_answer_starts_a_new_wait(self) -> None:
        settlement = settle([received(1, ANN), sent(2, ANN), received(3, ANN), received(4, ANN)])
        assert settlement.standings == {ANN: waits("us", 3)}

    def test_a_sender_unknown_to_us_makes_nobody_wait(self) -> None:
        assert settle([turn(1, "in")]).standings == {}


class TestAnyColleaguesMessageToThemAnswers:
    def test_it_is_paired_with_the_first_unanswered_message(self) -> None:
        settlement = settle([received(1, ANN), received(2, ANN), sent(5, ANN, thanks=True), sent(6, ANN, thanks=True)])
        assert settlement.responses == (pair(1, 5, ANN, "us"),)
        assert settlement.standings == {ANN: NOBODY}

    def test_another_colleague_answers_for_us(self) -> None:
        settlement = settle([sent(1, ANN), received(2, ANN), sent(3, ANN, user=COLLEAGUE)])
        assert settlement.responses == (pair(1, 2, ANN, "them"), pair(2, 3, ANN, "us", COLLEAGUE))

    def test_a_copy_to_them_answers_too(self) -> None:
        settlement = settle([received(1, ANN), sent(2, BOB, cc=frozenset({ANN}))])
        assert settlement.responses == (pair(1, 2, ANN, "us"),)
        assert settlement.standings == {ANN: NOBODY, BOB: waits("them", 2)}

    def test_a_message_to_somebody_else_does_not(self) -> None:
        settlement = settle([received(1, ANN), sent(2, BOB)])
        assert settlement.responses == ()
        assert settlement.standings[ANN] == waits("us", 1)

    def test_one_message_answers_everyone_who_gets_it(self) -> None:
        settlement = settle([received(1, BOB), received(2, ANN), sent(3, ANN, BOB)])
        assert settlement.responses == (pair(2, 3, ANN, "us"), pair(1, 3, BOB, "us"))


class TestWhomWeWriteToOwesUs:
    def test_since_the_first_unanswered_message(self) -> None:
        settlement = settle([sent(1, ANN, BOB), sent(2, ANN)])
        assert settlement.standings == {ANN: waits("them", 1), BOB: waits("them", 1)}

    def test_in_copy_never_owes(self) -> None:
        settlement = settle([sent(1, ANN, cc=frozenset({BOB})), sent(2, ANN, cc=frozenset({BOB}))])
        assert settlement.standings == {ANN: waits("them", 1), BOB: NOBODY}

    def test_a_reply_that_answers_also_asks(self) -> None:
        assert settle([received(1, ANN), sent(2, ANN)]).standings == {ANN: waits("them", 2)}


class TestTheirNextMessageAnswers:
    def test_it_is_paired_with_our_first_unanswered_message(self) -> None:
        settlement = settle([sent(1, ANN), sent(2, ANN, user=COLLEAGUE), received(3, ANN)])
        assert settlement.responses == (pair(1, 3, ANN, "them"),)
        assert settlement.standings == {ANN: waits("us", 3)}

    def test_their_mere_thanks_answers_too(self) -> None:
        settlement = settle([sent(1, ANN), received(2, ANN, thanks=True)])
        assert settlement.responses == (pair(1, 2, ANN, "them"),)
        assert settlement.standings == {ANN: NOBODY}

    def test_somebody_who_was_not_asked_does_not_answer_for_them(self) -> None:
        settlement = settle([sent(1, ANN, cc=frozenset({BOB})), received(2, BOB)])
        assert settlement.responses == ()
        assert settlement.standings == {ANN: waits("them", 1), BOB: waits("us", 2)}


class TestAQuestionToSeveralIsAnsweredByTheFirstAnswer:
    def test_the_others_owe_nothing_more(self) -> None:
        settlement = settle([sent(1, ANN, BOB, CY), received(2, BOB)])
        assert settlement.responses == (pair(1, 2, BOB, "them"),)
        assert settlement.standings == {ANN: NOBODY, BOB: waits("us", 2), CY: NOBODY}

    def test_a_second_answer_is_no_response(self) -> None:
        settlement = settle([sent(1, ANN, BOB), received(2, BOB), received(3, ANN)])
        assert settlement.responses == (pair(1, 2, BOB, "them"),)

    def test_what_was_asked_of_one_alone_stays_open(self) -> None:
        turns = [sent(1, ANN, BOB), sent(2, ANN), received(3, BOB)]
        settlement = settle(turns)
        assert settlement.standings == {ANN: waits("them", 2), BOB: waits("us", 3)}
        assert settle([*turns, received(4, ANN)]).responses == (
            pair(1, 3, BOB, "them"),
            pair(2, 4, ANN, "them"),
        )

    def test_an_answer_settles_all_that_its_writer_was_asked(self) -> None:
        settlement = settle([sent(1, ANN), sent(2, ANN, BOB), received(3, ANN)])
        assert settlement.responses == (pair(1, 3, ANN, "them"),)
        assert settlement.standings[BOB] == NOBODY


class TestAMereThanksAsksNothing:
    def test_theirs(self) -> None:
        assert settle([received(1, ANN, thanks=True)]).standings == {ANN: NOBODY}

    def test_theirs_does_not_take_back_their_question(self) -> None:
        assert settle([received(1, ANN), received(2, ANN, thanks=True)]).standings == {ANN: waits("us", 1)}

    def test_ours_answers_but_asks_nothing(self) -> None:
        settlement = settle([received(1, ANN), sent(2, ANN, thanks=True)])
        assert settlement.responses == (pair(1, 2, ANN, "us"),)
        assert settlement.standings == {ANN: NOBODY}


class TestAutomaticInternalAndObservedMessagesDontCount:
    @pytest.mark.parametrize("synchronous", [False, True])
    def test_automatic_ones_neither_owe_nor_answer(self, synchronous: bool) -> None:
        ours = sent(2, ANN, automatic=True, synchronous=synchronous)
        theirs = received(4, BOB, automatic=True, synchronous=synchronous)
        settlement = settle([received(1, ANN), ours, sent(3, BOB), theirs])
        assert settlement.responses == ()
        assert settlement.standings == {ANN: waits("us", 1), BOB: waits("them", 3)}
        assert settle([ours, theirs]).standings == {}

    @pytest.mark.parametrize("direction", ["internal", "observed"])
    def test_the_others_neither_owe_nor_answer(self, direction: Direction) -> None:
        settlement = settle([received(1, ANN), turn(2, direction, ANN, sender=BOB, synchronous=True)])
        assert settlement.responses == ()
        assert settlement.standings == {ANN: waits("us", 1)}


class TestWhatNeverArrivedAsksNothingAndAnswersNothing:
    def test_it_is_for_us_to_find_another_way(self) -> None:
        lost = sent(2, ANN, BOB, undelivered=((ANN, at(5)),))
        settlement = settle([lost])
        assert settlement.standings == {ANN: Standing("us", at(5), UUID(int=2)), BOB: waits("them", 2)}

    def test_what_they_had_asked_stays_open(self) -> None:
        settlement = settle([received(1, ANN), sent(2, ANN, undelivered=((ANN, at(5)),))])
        assert (settlement.standings, settlement.responses) == ({ANN: waits("us", 1)}, ())

    def test_unless_something_reached_them_by_then(self) -> None:
        lost = sent(2, ANN, undelivered=((ANN, at(5)),))
        assert settle([lost, sent(3, ANN)]).standings == {ANN: waits("them", 3)}
        assert settle([lost, received(3, ANN)]).standings == {ANN: waits("us", 3)}

    def test_a_word_said_before_the_report_doesnt_hold_and_one_said_after_it_does(self) -> None:
        lost = sent(2, ANN, undelivered=((ANN, at(5)),))
        assert settle([lost], [Mark(at(4), ANN, "nobody")]).standings[ANN].awaiting == "us"
        assert settle([lost], [Mark(at(6), ANN, "nobody")]).standings[ANN].awaiting == "nobody"

    def test_a_copy_that_never_came_is_no_matter(self) -> None:
        lost = sent(2, ANN, cc=frozenset({BOB}), undelivered=((BOB, at(5)),))
        assert settle([lost]).standings == {ANN: waits("them", 2), BOB: NOBODY}


class TestWhoIsAwayIsNotSilentUntilTheyAreBack:
    AWAY = received(3, ANN, automatic=True, away_until=date(2026, 3, 4))
    BACK = datetime(2026, 3, 5, 12, tzinfo=UTC)

    def test_we_wait_from_when_they_are_back(self) -> None:
        settlement = settle([sent(1, ANN, BOB), self.AWAY])
        assert settlement.standings == {ANN: Standing("them", self.BACK, UUID(int=1)), BOB: waits("them", 1)}
        assert settlement.responses == ()

    def test_for_what_we_write_meanwhile_too_and_no_longer_when_they_write(self) -> None:
        assert settle([self.AWAY, sent(4, ANN)]).standings[ANN].since == self.BACK
        assert settle([sent(1, ANN), self.AWAY, received(5, ANN), sent(6, ANN)]).standings == {ANN: waits("them", 6)}

    def test_a_person_may_say_that_we_wait_and_we_may_owe_them(self) -> None:
        assert settle([sent(1, ANN), self.AWAY], [Mark(at(5), ANN, "us")]).standings == {ANN: said("us", 5)}
        assert settle([received(1, ANN), self.AWAY]).standings == {ANN: waits("us", 1)}


class TestTalkingAnswersBothWays:
    @pytest.mark.parametrize("direction", ["in", "out"])
    def test_nobody_who_took_part_owes(self, direction: Direction) -> None:
        call = turn(3, direction, ANN, BOB, user=COLLEAGUE, synchronous=True)
        settlement = settle([received(1, ANN), sent(2, BOB), call])
        assert settlement.responses == (pair(1, 3, ANN, "us", COLLEAGUE), pair(2, 3, BOB, "them"))
        assert settlement.standings == {ANN: NOBODY, BOB: NOBODY}

    def test_what_is_still_planned_neither_answers_nor_asks(self) -> None:
        meeting = turn(3, "out", ANN, BOB, synchronous=True, planned=True)
        assert settle([received(1, ANN), meeting]) == settle([received(1, ANN)])

    def test_the_caller_took_part(self) -> None:
        settlement = settle([received(1, ANN), received(2, ANN, channel="phone", synchronous=True, user=US)])
        assert settlement.responses == (pair(1, 2, ANN, "us"),)

    def test_who_was_not_there_still_waits(self) -> None:
        settlement = settle([received(1, ANN), sent(2, BOB, synchronous=True)])
        assert settlement.standings == {ANN: waits("us", 1), BOB: NOBODY}

    def test_everyone_present_who_was_asked_has_answered(self) -> None:
        settlement = settle([sent(1, ANN, BOB, CY), sent(2, ANN, BOB, synchronous=True)])
        assert settlement.responses == (pair(1, 2, ANN, "them"), pair(1, 2, BOB, "them"))
        assert settlement.standings == {ANN: NOBODY, BOB: NOBODY, CY: NOBODY}

    def test_a_missed_call_waits_for_us(self) -> None:
        assert settle([received(1, ANN, channel="phone")]).standings == {ANN: waits("us", 1)}


class TestWhatAPersonSaysHoldsUntilTheNextMessage:
    def test_no_reply_needed(self) -> None:
        settlement = settle([received(1, ANN)], [Mark(at(2), ANN, "nobody")])
        assert settlement.standings == {ANN: NOBODY}

    def test_what_needed_no_reply_is_never_counted_as_answered(self) -> None:
        mark = Mark(at(2), ANN, "nobody")
        assert settle([received(1, ANN), sent(3, ANN)], [mark]).responses == ()
        assert settle([received(1, ANN), received(3, ANN)], [mark]).standings == {ANN: waits("us", 3)}

    def test_still_waiting_for_them(self) -> None:
        turns = [sent(1, ANN), received(2, ANN)]
        assert settle(turns, [Mark(at(3), ANN, "them")]).standings == {ANN: said("them", 3)}

    def test_they_still_wait_for_us(self) -> None:
        turns = [received(1, ANN), sent(2, ANN)]
        assert settle(turns, [Mark(at(3), ANN, "us")]).standings == {ANN: said("us", 3)}

    def test_saying_what_stands_already_keeps_its_beginning(self) -> None:
        assert settle([received(1, ANN)], [Mark(at(3), ANN, "us")]).standings == {ANN: waits("us", 1)}

    @pytest.mark.parametrize(
        ("following", "standing"),
        [
            (received(4, ANN), waits("us", 4)),
            (received(4, ANN, thanks=True), NOBODY),
            (sent(4, ANN), waits("them", 4)),
            (sent(4, BOB, cc=frozenset({ANN})), NOBODY),
            (sent(4, ANN, synchronous=True), NOBODY),
            (sent(4, ANN, automatic=True), said("us", 3)),
            (received(4, ANN, automatic=True), said("us", 3)),
            (turn(4, "internal", ANN), said("us", 3)),
            (received(4, BOB), said("us", 3)),
        ],
    )
    def test_their_next_message_or_ours_to_them_ends_it(self, following: Turn, standing: Standing) -> None:
        settlement = settle([received(1, ANN), sent(2, ANN), following], [Mark(at(3), ANN, "us")])
        assert settlement.standings[ANN] == standing
        assert settlement.responses == (pair(1, 2, ANN, "us"),)

    def test_it_may_be_said_of_everyone_at_once(self) -> None:
        turns = [received(1, ANN), sent(2, BOB, cc=frozenset({CY}))]
        nobody = settle(turns, [Mark(at(3), None, "nobody")])
        assert nobody.standings == {ANN: NOBODY, BOB: NOBODY, CY: NOBODY}
        them = settle(turns, [Mark(at(3), None, "them")])
        assert them.standings == {ANN: said("them", 3), BOB: waits("them", 2), CY: NOBODY}

    def test_it_follows_the_messages_of_its_instant(self) -> None:
        assert settle([received(1, ANN)], [Mark(at(1), ANN, "nobody")]).standings == {ANN: NOBODY}

    def test_what_is_said_of_one_wins_over_what_is_said_of_everyone(self) -> None:
        marks = [Mark(at(2), ANN, "them"), Mark(at(2), None, "nobody")]
        assert settle([received(1, ANN)], marks).standings == {ANN: said("them", 2)}


class TestMessagesCountInTheOrderInWhichTheyWereWritten:
    def test_whatever_order_they_arrive_in(self) -> None:
        settlement = settle([sent(2, ANN), received(1, ANN)])
        assert settlement.responses == (pair(1, 2, ANN, "us"),)
        assert settlement.standings == {ANN: waits("them", 2)}

    def test_by_id_within_one_instant(self) -> None:
        asked = Turn(UUID(int=1), NOON, "chat", "in", sender=ANN)
        told = Turn(UUID(int=2), NOON, "chat", "out", to=frozenset({ANN}), thanks=True)
        assert settle([told, asked]).standings == {ANN: NOBODY}


def test_every_rule_in_the_manual_is_tested_here() -> None:
    manual = (Path(__file__).parents[3] / "docs/user/ledger.md").read_text(encoding="utf-8")
    rules = re.findall(r"^### (.+)$", manual, re.MULTILINE)
    named = [
        "Test" + "".join(word.capitalize() for word in re.findall(r"\w+", rule.replace("'", ""))) for rule in rules
    ]
    here = [name for name in globals() if name.startswith("Test")]
    assert named == here
