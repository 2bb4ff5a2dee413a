"""The calendar: what stands on its days, in whose words; and a task that is put on another day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.actions.composing import Said, write_down
from rapport.interactions.models import Audience, Conversation, Interaction, Task
from rapport.interactions.queries.calendar import Days, items
from rapport.web.calendar import shapes
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}
CALENDAR_QUERIES = 14
LIST_QUERIES = 7
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=2)


@pytest.fixture
def ada(cast: Cast) -> UUID:
    return add(cast.owner, "people", name="Ada Byron").pk  # type: ignore[no-any-return]


def meet(cast: Cast, party: UUID, text: str = "The crane", at: datetime = NOON) -> Interaction:
    said = Said("meeting", text, (party,), at=at, duration_seconds=5400)
    return write_down(said, actor=cast.actor("owner"))


def hide(meeting: Interaction, cast: Cast) -> None:
    """Leaves it to its owner alone."""
    mine = [cast.owner.pk]
    alone = Audience.objects.create(digest=bytes(32), happened=mine, subject=mine, everything=mine)
    Interaction.objects.filter(pk=meeting.pk).update(audience=alone)


def seen(cast: Cast, who: str, zone: str = "UTC") -> list[tuple[str, str, str, str]]:
    """What `who` finds in the owner's calendar: its kind, title, whom it is with, and when it begins."""
    days = Days(NOON.date() - timedelta(days=1), NOON.date() + timedelta(days=2), ZoneInfo(zone))
    found, is_whole = items(cast.actor(who), {cast.owner.pk}, days)
    assert is_whole
    return [
        (each.kind, each.title, each.party, each.begins.strftime("%d %H:%M") if each.begins else "") for each in found
    ]


def test_meetings_tasks_and_answers_stand_on_their_days(cast: Cast, ada: UUID) -> None:
    meet(cast, ada)
    add(cast.owner, "tasks", title="Send the offer", due_on=NOON.date().isoformat(), party=str(ada))
    add(cast.owner, "tasks", title="Not yet", due_on="2031-02-03")
    asked = write_down(Said("letter", "When?", (ada,), direction="in"), actor=cast.actor("owner"))
    Conversation.objects.filter(pk=asked.conversation_id).update(due_at=NOON - timedelta(hours=2))
    day = NOON.strftime("%d")
    assert seen(cast, "owner") == [
        ("task", "Send the offer", "Ada Byron", ""), ("answer", "When?", "Ada Byron", f"{day} 10:00"),
        ("meeting", "The crane", "Ada Byron", f"{day} 12:00"),
    ]  # fmt: skip


def test_of_what_others_may_not_read_they_learn_that_somebody_is_busy(cast: Cast, ada: UUID, sign_in: SignIn) -> None:
    hide(meet(cast, ada), cast)
    add(cast.owner, "tasks", title="My own affair", due_on=NOON.date().isoformat())
    assert seen(cast, "outsider") == [("busy", "", "", NOON.strftime("%d %H:%M"))]
    content = sign_in(cast.outsider).get(f"/calendar/?as=week&on={NOON.date()}&whose={cast.owner.pk}").content.decode()
    assert "Busy" in content
    assert not [each for each in ("The crane", "Ada Byron", "My own affair") if each in content]


def test_days_are_those_of_where_the_reader_is_and_a_meeting_stands_on_each_that_it_touches(
    cast: Cast, ada: UUID
) -> None:
    meet(cast, ada, at=NOON.replace(hour=22, minute=0))
    day = NOON.date()
    assert [each[3] for each in seen(cast, "owner", "Etc/UTC")] == [f"{day:%d} 22:00"]
    assert [each[3] for each in seen(cast, "owner", "Africa/Lagos")] == [f"{day:%d} 23:00"] * 2
    assert [each[3] for each in seen(cast, "owner", "Asia/Tokyo")] == [f"{day + timedelta(days=1):%d} 07:00"]


@pytest.mark.parametrize(
    ("shape", "first", "end"),
    [("month", "2026-10-26", "2026-12-07"), ("week", "2026-11-16", "2026-11-23"), ("day", "2026-11-22", "2026-11-23"),
     ("agenda", "2026-11-22", "2026-12-22")],
)  # fmt: skip
def test_each_shape_shows_its_days(shape: shapes.Shape, first: str, end: str) -> None:
    assert shapes.span(shape, date(2026, 11, 22)) == (date.fromisoformat(first), date.fromisoformat(end))


def test_what_overlaps_stands_side_by_side_and_the_hours_reach_as_far(cast: Cast, ada: UUID) -> None:
    for text, hour, minute in (("A", 5, 50), ("B", 6, 0), ("C", 7, 30), ("D", 9, 0)):
        meet(cast, ada, text, NOON.replace(hour=hour, minute=minute))
    found, _is_whole = items(
        cast.actor("owner"), {cast.owner.pk}, Days(NOON.date(), NOON.date() + timedelta(days=1), ZoneInfo("UTC"))
    )
    listed = shapes.cells(NOON.date(), NOON.date() + timedelta(days=1), found, NOON.date())
    assert shapes.by_the_clock(listed) == range(5, 19)
    assert [(block.item.title, block.begins, block.lasts, block.lane, block.of) for block in listed[0].blocks] == [
        ("A", 23, 7, 0, 2), ("B", 24, 6, 1, 2), ("C", 30, 6, 0, 1), ("D", 36, 6, 0, 1),
    ]  # fmt: skip


def test_a_task_is_put_on_another_day_and_back_by_whoever_may(cast: Cast, sign_in: SignIn) -> None:
    task = add(cast.owner, "tasks", title="Send the offer", due_on="2031-02-03")
    sent = {"ids": str(task.pk)}
    said = sign_in(cast.owner).post("/calendar/move/2031-02-05", sent, headers=FRAGMENT)
    assert said.status_code == 204
    undo = {"undo": "/calendar/move/2031-02-03?seen=2031-02-05", "values": [str(task.pk)]}
    assert json.loads(said["HX-Trigger"])["toast"] == {"text": "Due on Wednesday, 5 February now.", **undo}
    late = sign_in(cast.owner).post("/calendar/move/2031-02-09?seen=2031-02-03", sent, headers=FRAGMENT)
    assert late.status_code == 412
    assert "elsewhere" in late["HX-Trigger"]
    assert Task.objects.get().due_on == date(2031, 2, 5)
    assert Task.objects.get().due_on == date(2031, 2, 5)
    assert sign_in(cast.outsider).post("/calendar/move/2031-02-06", sent).status_code == 404
    assert sign_in(cast.owner).post("/calendar/move/never", sent).status_code == 404
    undone = sign_in(cast.owner).post("/calendar/move/2031-02-03?as=week&seen=2031-02-05", sent)
    assert undone["Location"] == "/calendar/?as=week"
    assert Task.objects.get().due_on == date(2031, 2, 3)


def test_a_meeting_is_moved_and_called_off_where_it_stands_and_put_back(cast: Cast, ada: UUID, sign_in: SignIn) -> None:
    made, client = meet(cast, ada), sign_in(cast.owner)
    talk = f"/inbox/{made.conversation_id}/"
    base, day = f"{talk}meetings/{made.pk}/", NOON.date()
    was, later = f"{day}T12:00", f"{day + timedelta(days=1)}T12:00"
    pages = [f"/people/{ada}/", f"{talk}?box=all"]
    for address in (*pages, f"/calendar/?as=week&on={day}"):
        assert f"{base}move" in client.get(address).content.decode(), address
    moved = client.post(f"{base}move", {"at": later, "was": was, "back": "/calendar/"}, headers=FRAGMENT)
    undo = json.loads(moved["HX-Trigger"])["toast"]["undo"]
    late = client.post(f"{base}move", {"at": was, "was": was}, headers=FRAGMENT)
    assert (moved.status_code, late.status_code) == (204, 412)
    assert "elsewhere" in late["HX-Trigger"]
    assert Interaction.objects.get().at == NOON + timedelta(days=1)
    assert client.post(undo)["Location"] == "/calendar/"
    given = {"at": was, "was": was, "minutes": "20", "back": pages[0]}
    assert client.post(f"{base}move", given)["Location"] == pages[0]
    assert Interaction.objects.values_list("at", "duration_seconds").get() == (NOON, 1200)

    assert client.post(f"{base}call_off", {"back": pages[0]})["Location"] == pages[0]
    assert seen(cast, "owner") == []
    for address in pages:
        content = client.get(address).content.decode()
        assert "called off" in content
        assert f"{base}plan_again" in content
    client.post(f"{base}plan_again")
    assert [each[1] for each in seen(cast, "owner")] == ["The crane"]
    assert [client.post(f"{base}{verb}").status_code for verb in ("never", "move")] == [404, 422]
    assert sign_in(cast.outsider).post(f"{base}call_off").status_code == 404


def test_an_address_that_names_nothing_shows_this_month_and_nobodys_calendar_is_none(
    cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.owner)
    for asked in (
        "as=never&on=never",
        "on=9999-12-31",
        "on=0001-01-01",
        "as=agenda&on=2199-12-01",
        "as=week&whose=team",
    ):
        assert client.get(f"/calendar/?{asked}").status_code == 200, asked
    assert client.get("/calendar/?whose=never").status_code == 404


def test_a_meeting_is_carried_by_those_alone_who_may_move_it(cast: Cast, sign_in: SignIn, ada: UUID) -> None:
    meet(cast, ada)
    reader = make_user("reader@ours.example", make_role("Reader", {"*": {"view": "all"}}))
    address = f"/calendar/?on={NOON.date()}&whose={cast.owner.pk}"
    for user, may_move in ((cast.owner, True), (reader, False)):
        content = sign_in(user).get(address).content.decode()
        assert "The crane" in content
        assert ("data-meeting=" in content) is may_move


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("shape", ["month", "week"])
def test_the_calendar_costs_the_same_queries_however_full_it_is(
    cast: Cast, sign_in: SignIn, ada: UUID, count: int, shape: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        meet(cast, ada, str(number))
        add(cast.owner, "tasks", title=str(number), due_on=NOON.date().isoformat())
        asked: Any = write_down(Said("letter", "When?", (ada,), direction="in"), actor=cast.actor("owner"))
        Conversation.objects.filter(pk=asked.conversation_id).update(due_at=NOON)
    client, address = sign_in(cast.owner), f"/calendar/?as={shape}&on={NOON.date()}&whose=team"
    client.get(address)
    with django_assert_num_queries(CALENDAR_QUERIES):
        assert client.get(address).status_code == 200


def test_any_list_with_days_is_a_calendar_of_what_it_asks(cast: Cast, sign_in: SignIn) -> None:
    for title, day in (("Send the offer", "2031-02-03"), ("Call the yard", "2031-02-03"), ("Not yet", "2031-05-01")):
        add(cast.owner, "tasks", title=title, due_on=day)
    client = sign_in(cast.owner)
    content = client.get("/tasks/?as=calendar&by=due_on&on=2031-02-10&title__contains=offer").content.decode()
    (day,) = [each for each in content.split('data-day="') if each.startswith("2031-02-03")]
    assert "Send the offer" in day
    assert not [each for each in ("Call the yard", "Not yet") if each in content]
    assert "title__contains=offer&amp;due_on__gte=2031-02-03&amp;due_on__lt=2031-02-04" in day
    made = client.get("/people/?as=calendar")
    assert (made.status_code, client.get("/tasks/?as=calendar&by=title").status_code) == (200, 400)


def test_a_list_as_a_calendar_keeps_the_lists_own_bounds(cast: Cast, sign_in: SignIn) -> None:
    for title, day in (("Before", "2031-02-03"), ("Within", "2031-02-10"), ("After", "2031-02-20")):
        add(cast.owner, "tasks", title=title, due_on=day)
    client, asked = sign_in(cast.owner), "due_on__gte=2031-02-05&due_on__lt=2031-02-15"
    content = client.get(f"/tasks/?as=calendar&by=due_on&on=2031-02-10&{asked}").content.decode()
    assert [each for each in ("Before", "Within", "After") if f">{each}<" in content] == ["Within"]
    assert "due_on__gte=2031-02-05&amp;due_on__lt=2031-02-04" in content  # the list of a day outside is empty, too
    assert client.get("/tasks/?as=calendar&by=due_on&due_on__gte=never").status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_as_a_calendar_costs_the_same_queries_however_full_it_is(
    cast: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        add(cast.owner, "tasks", title=str(number), due_on="2031-02-03")
    client, address = sign_in(cast.owner), "/tasks/?as=calendar&on=2031-02-10"
    client.get(address)
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get(address).status_code == 200
