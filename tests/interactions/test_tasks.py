"""Tasks: done, open again, put off, given away, coming again; seen by their own people alone."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from rapport.interactions.actions.tasks import assign, complete, reopen, snooze, today_of
from rapport.interactions.models import Task
from rapport.interactions.queries import tasks
from rapport.interactions.recurrence import next_day
from rapport.platform.access.models import Role
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.history.queries import changes_of
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast

pytestmark = pytest.mark.django_db


def make(cast: Cast, who: str = "owner", **values: Any) -> Task:
    given = {"title": "Call the yard", **values}
    return verbs.create(RESOURCES["tasks"], given, actor=cast.actor(who))  # type: ignore[return-value]


def today(cast: Cast) -> date:
    return today_of(cast.actor("owner"))


def days(cast: Cast, count: int) -> str:
    return (today(cast) + timedelta(days=count)).isoformat()


def as_it_is(task: Task) -> Task:
    found: Task = Task.objects.get(pk=task.pk)
    return found


def person(cast: Cast, who: str) -> str:
    return str(verbs.create(RESOURCES["people"], {"name": "Ada Byron"}, actor=cast.actor(who)).pk)


@pytest.mark.parametrize(
    ("repeats", "every", "first", "after", "expected"),
    [
        ("daily", 1, "2026-03-01", "2026-03-01", "2026-03-02"),
        ("daily", 3, "2026-03-01", "2026-03-05", "2026-03-07"),
        ("weekdays", 1, "2026-03-06", "2026-03-06", "2026-03-09"),
        ("weekly", 1, "2026-03-04", "2026-03-04", "2026-03-11"),
        ("weekly", 2, "2026-03-04", "2026-03-12", "2026-03-18"),
        ("monthly", 1, "2026-01-31", "2026-01-31", "2026-02-28"),
        ("monthly", 1, "2026-01-31", "2026-02-28", "2026-03-31"),
        ("monthly", 1, "2026-01-30", "2028-02-01", "2028-02-29"),
        ("yearly", 1, "2024-02-29", "2024-02-29", "2025-02-28"),
        ("yearly", 1, "2024-02-29", "2027-03-01", "2028-02-29"),
        ("yearly", 1, "9999-03-01", "9999-03-01", None),
    ],
)
def test_the_next_day_of_a_series(repeats: str, every: int, first: str, after: str, expected: str | None) -> None:
    found = next_day(repeats, every, first=date.fromisoformat(first), after=date.fromisoformat(after))
    assert found == (date.fromisoformat(expected) if expected else None)


def test_a_task_is_its_makers_until_it_is_given_away(cast: Cast) -> None:
    task = make(cast)
    assert (task.owner_id, task.asked_by_id) == (cast.owner.pk, cast.owner.pk)
    assign([task.pk], to=cast.outsider.pk, actor=cast.actor("owner"))
    assert as_it_is(task).owner_id == cast.outsider.pk
    assert Task.objects.visible_to(cast.actor("outsider"), "edit").filter(pk=task.pk).exists()
    # Who gave it sees what becomes of it, and no more than that.
    assert Task.objects.visible_to(cast.actor("owner")).filter(pk=task.pk).exists()
    with pytest.raises(Forbidden):
        complete([task.pk], actor=cast.actor("owner"))


def test_a_colleague_of_another_team_knows_nothing_of_it(cast: Cast) -> None:
    task = make(cast)
    with pytest.raises(NotFound):
        complete([task.pk], actor=cast.actor("outsider"))
    with pytest.raises(Forbidden):
        complete([task.pk], actor=cast.actor("mate"))


def test_nobody_who_has_left_is_given_a_task(cast: Cast) -> None:
    cast.mate.is_active = False
    cast.mate.save()
    task = make(cast)
    with pytest.raises(Invalid):
        assign([task.pk], to=cast.mate.pk, actor=cast.actor("owner"))


def test_done_and_open_again_say_who_and_when(cast: Cast) -> None:
    task = make(cast)
    complete([task.pk], actor=cast.actor("owner"))
    done = as_it_is(task)
    assert done.done_by_id == cast.owner.pk
    complete([task.pk], actor=cast.actor("administrator"))
    assert (as_it_is(task).done_at, as_it_is(task).done_by_id) == (done.done_at, cast.owner.pk)
    reopen([task.pk], actor=cast.actor("owner"))
    assert (as_it_is(task).done_at, as_it_is(task).done_by_id) == (None, None)
    assert not Task.objects.exclude(pk=task.pk).exists()


def test_the_next_one_is_made_when_one_is_done_and_only_once(cast: Cast) -> None:
    first = make(cast, due_on=days(cast, 0), due_time="09:30", repeats="weekly", party=person(cast, "owner"))
    complete([first.pk], actor=cast.actor("owner"))
    made = Task.objects.exclude(pk=first.pk).get()
    assert (made.due_on, made.due_time) == (today(cast) + timedelta(days=7), time(9, 30))
    assert (made.title, made.owner_id, made.party_id, made.source) == (
        first.title, cast.owner.pk, first.party_id, "repeated",
    )  # fmt: skip
    reopen([first.pk], actor=cast.actor("owner"))
    assert as_it_is(made).deleted_at is not None
    complete([first.pk], actor=cast.actor("owner"))
    assert Task.objects.kept().filter(follows=first).count() == 1


def test_a_next_one_that_was_touched_stays_and_is_not_made_again(cast: Cast) -> None:
    first = make(cast, due_on=days(cast, 0), repeats="daily")
    complete([first.pk], actor=cast.actor("owner"))
    made = Task.objects.exclude(pk=first.pk).get()
    verbs.update(RESOURCES["tasks"], [made.pk], {"title": "Call the other yard"}, actor=cast.actor("owner"))
    reopen([first.pk], actor=cast.actor("owner"))
    complete([first.pk], actor=cast.actor("owner"))
    assert list(Task.objects.kept().exclude(pk=first.pk)) == [made]


def test_a_series_that_was_let_slip_goes_on_from_today(cast: Cast) -> None:
    late = make(cast, due_on=days(cast, -10), repeats="daily")
    complete([late.pk], actor=cast.actor("owner"))
    assert Task.objects.exclude(pk=late.pk).get().due_on == today(cast) + timedelta(days=1)


def test_a_month_of_31_days_comes_back_to_its_last_day(cast: Cast) -> None:
    task = make(cast, due_on="2031-01-31", repeats="monthly")
    for expected in (date(2031, 2, 28), date(2031, 3, 31)):
        complete([task.pk], actor=cast.actor("owner"))
        task = Task.objects.get(follows=task)
        assert task.due_on == expected


def test_snoozed_is_out_of_sight_until_then(cast: Cast) -> None:
    task = make(cast, due_on=days(cast, 0))
    actor = cast.actor("owner")
    with pytest.raises(Invalid):
        snooze([task.pk], until=today(cast), actor=actor)
    snooze([task.pk], until=today(cast) + timedelta(days=2), actor=actor)
    assert tasks.agenda(actor, "mine").count == 0
    assert as_it_is(task).due_on == today(cast)
    # A new day brings it back into sight.
    verbs.update(RESOURCES["tasks"], [task.pk], {"due_on": days(cast, 1)}, actor=actor)
    assert [line.id for line in tasks.agenda(actor, "mine").later] == [task.pk]


def test_my_day_is_overdue_today_and_next_and_my_teams_has_theirs_too(cast: Cast) -> None:
    actor = cast.actor("owner")
    listed = [make(cast, title=str(count), due_on=days(cast, count)) for count in (-1, 0, 3, 30)]
    made = tasks.agenda(actor, "mine")
    assert [[line.title for line in part] for part in (made.overdue, made.today, made.later)] == [["-1"], ["0"], ["3"]]
    complete([listed[0].pk], actor=actor)
    theirs = make(cast, "mate", due_on=days(cast, 0))
    make(cast, "outsider", due_on=days(cast, 0))
    assert tasks.agenda(actor, "mine").overdue == []
    assert {line.id for line in tasks.agenda(actor, "team").today} == {listed[1].pk, theirs.pk}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"due_time": "09:00"}, "due_time"),
        ({"repeats": "daily"}, "repeats"),
        ({"due_on": "2026-01-01", "repeats_every": 0}, "repeats_every"),
        ({"due_on": "2026-01-01", "due_time": "25:00"}, "due_time"),
        ({"title": ""}, "title"),
    ],
)
def test_what_contradicts_itself_is_refused(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make(cast, **values)
    assert set(refused.value.fields) == {field}


def test_a_task_tells_whom_it_concerns_only_to_who_may_see_them(cast: Cast) -> None:
    """No value, no filter, no history gives it away; and the task itself doesn't show them the person."""
    hers = person(cast, "owner")
    task = make(cast, party=hers)
    assign([task.pk], to=cast.outsider.pk, actor=cast.actor("owner"))
    seen, blind = Caller(cast.owner), Caller(cast.outsider)
    assert seen("GET", f"tasks/{task.pk}")[1]["party"] == hers
    assert blind("GET", f"tasks/{task.pk}")[1]["party"] is None
    assert blind("GET", f"tasks?party={hers}")[1]["results"] == []
    assert (
        blind("GET", "tasks?party__empty=true")[1]["results"]
        == blind("GET", "tasks?party__empty=false")[1]["results"]
        == []
    )
    assert blind("GET", f"people/{hers}")[0] == 404
    told = [change.field.name for each in changes_of(RESOURCES["tasks"], task.pk, cast.actor("outsider"))
            for change in each.fields]  # fmt: skip
    assert "party" not in told
    line = tasks.one(cast.actor("outsider"), task.pk)
    assert line is not None
    assert (line.party_id, line.party) == (None, "")


def test_hidden_fields_are_absent_from_lines_and_from_my_day(cast: Cast) -> None:
    make(cast, due_on=days(cast, 0))
    role = Role.objects.get(name="Seller")
    role.grants = {**role.grants, "tasks": {**role.grants["*"], "fields": {"due_on": "hidden", "title": "hidden"}}}
    role.save()
    actor = cast.actor("owner")
    assert tasks.agenda(actor, "mine").count == 0
    line = tasks.lines(actor, Task.objects.visible_to(actor))[0]
    assert (line.title, line.due_on) == ("", None)
