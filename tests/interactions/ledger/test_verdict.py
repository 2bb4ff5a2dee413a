from gettext import NullTranslations

import pytest

from rapport.interactions.ledger.verdict import Ground, Group, Period, Verdict, judge

DAY = 86400
NONE = Period(0, 0, None)
GOOD = Period(100, 91, 3 * 3600)


def verdict(*groups: Group) -> Verdict:
    return judge(groups, NullTranslations())


def test_one_place_that_became_slower() -> None:
    vendors = Group("Vendors", Period(20, 18, 2.3 * DAY), Period(30, 27, 1.1 * DAY))
    found = verdict(Group("Customers", GOOD, GOOD), vendors)
    assert found.needs_improvement
    assert found.grounds == (Ground("Vendors", "median", "Vendors wait 2.3 days at the median, up from 1.1 days."),)
    assert found.text == (
        "It needs improvement in one place. Vendors wait 2.3 days at the median, up from 1.1 days. "
        "Customers: 91 % answered within target, as before."
    )


def test_nothing_to_improve() -> None:
    found = verdict(Group("Customers", GOOD, NONE))
    assert (found.needs_improvement, found.can_tell, found.grounds) == (False, True, ())
    assert found.text == "It does not need improvement. Customers: 91 % answered within target."


@pytest.mark.parametrize("groups", [[], [Group("Press", Period(4, 0, DAY), NONE)], [Group("Press", NONE, GOOD)]])
def test_too_few_answers_to_tell(groups: list[Group]) -> None:
    found = verdict(*groups)
    assert (found.needs_improvement, found.can_tell) == (False, False)
    assert found.headline == "There are too few answers to tell."


def test_a_group_with_too_few_answers_says_so() -> None:
    found = verdict(Group("Customers", GOOD, GOOD), Group("Press", Period(4, 0, DAY), NONE))
    assert found.can_tell
    assert found.others[1] == "Press: too few answers to tell."


@pytest.mark.parametrize(
    ("now", "before", "needed"),
    [
        ((10, 8), (10, 8), False),
        ((10, 7), (10, 7), True),
        ((5, 3), (0, 0), True),
        ((4, 3), (10, 9), False),
        ((20, 18), (20, 19), False),
        ((20, 18), (20, 20), True),
        ((20, 18), (4, 4), False),
    ],
)
def test_the_share_within_target(now: tuple[int, int], before: tuple[int, int], needed: bool) -> None:
    group = Group("Customers", Period(*now, DAY), Period(*before, DAY))
    assert [ground.reason for ground in verdict(group).grounds] == (["share"] if needed else [])


@pytest.mark.parametrize(
    ("median", "answered_before", "needed"),
    [(1.4, 10, False), (1.5, 10, True), (0.5, 10, False), (1.5, 4, False)],
)
def test_the_median(median: float, answered_before: int, needed: bool) -> None:
    before = Period(answered_before, answered_before, DAY)
    group = Group("Customers", Period(10, 10, median * DAY), before)
    assert [ground.reason for ground in verdict(group).grounds] == (["median"] if needed else [])


@pytest.mark.parametrize(
    ("answered", "overdue", "sentence"),
    [
        (0, 1, "Customers: one answer is overdue now."),
        (18, 2, "Customers: 2 answers are overdue now."),
        (19, 2, None),
        (10, 0, None),
    ],
)
def test_what_is_overdue(answered: int, overdue: int, sentence: str | None) -> None:
    group = Group("Customers", Period(answered, answered, DAY), NONE, overdue)
    grounds = verdict(group).grounds
    assert [ground.sentence for ground in grounds] == ([sentence] if sentence else [])


def test_several_places() -> None:
    bad = Period(10, 5, DAY)
    found = verdict(
        Group("Customers", bad, bad, 9), Group("Press", bad, GOOD), Group("Vendors", bad, Period(9, 3, DAY))
    )
    assert found.headline == "It needs improvement in 3 places."
    assert [ground.sentence for ground in found.grounds] == [
        "Customers: 50 % answered within target, as before.",
        "Customers: 9 answers are overdue now.",
        "Press: 50 % answered within target, down from 91 %.",
        "Press wait 1 day at the median, up from 3 h.",
        "Vendors: 50 % answered within target, up from 33 %.",
    ]


def test_all_but_one_is_not_a_hundred_percent() -> None:
    found = verdict(Group("Customers", Period(1000, 999, DAY), NONE))
    assert found.others == ("Customers: 99 % answered within target.",)


def test_overdue_answers_are_named_where_they_are_few() -> None:
    found = verdict(Group("Customers", GOOD, GOOD, overdue_now=2))
    assert not found.needs_improvement
    assert found.others == ("Customers: 91 % answered within target, as before. Customers: 2 answers are overdue now.",)
