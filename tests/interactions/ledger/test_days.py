"""Days that are summed up tell the same as the lines and responses they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.ledger.conclusions import LineRow
from rapport.interactions.ledger.days import sum_up
from rapport.interactions.ledger.figures import by_kind_and_total, ledger, total
from rapport.interactions.ledger.gathering import GROUPS
from rapport.interactions.ledger.periods import DAY, Period, midnight
from rapport.interactions.ledger.tallies import percentile
from rapport.interactions.models import ChangedDay, Day, Line
from rapport.platform.access.actors import Actor, actor_for
from tests.factories.cast import Cast, make_cast, make_role, make_user
from tests.factories.letters import NOW, archive_of, file, letter, we_are

MONTH = Period(NOW - timedelta(days=30), NOW + timedelta(hours=1))
WHO = ("owner", "mate", "outsider", "administrator", "reader")


@pytest.fixture
def cast() -> Cast:
    """Sixty days of questions and answers; every third of them shown to nobody but its participants."""
    made = make_cast()
    make_user("reader@ours.example", make_role("Reader", {"*": {"view": "all"}, "ledger": {"view": "all"}}))
    we_are(owner=made.owner, mate=made.mate)
    for number in range(40):
        who = ("owner", "mate")[number % 2]
        them, hours = f"p{number % 5}@okafor.example", number * 36.0 + 5
        archive = archive_of(getattr(made, who), "participants" if number % 3 == 0 else "everyone")
        asked, answered = (
            f"q{number}",
            {"hours_ago": hours - 1 - number % 4, "id_": f"a{number}", "answers": f"q{number}"},
        )
        subject = f"Question {number}"
        letters = [letter(them, f"{who}@ours.example", "When?", hours_ago=hours, id_=asked, subject=subject)]
        if number % 4:
            letters.append(letter(f"{who}@ours.example", them, "Now.", subject=subject, **answered))  # type: ignore[arg-type]
        file(archive, letters)
    return made


def actors() -> Iterator[Actor]:
    from rapport.platform.access.models import User

    for user in User.objects.filter(email__endswith="@ours.example").order_by("email"):
        yield actor_for(user, "page")
    yield Actor.system("command")


def figures(actor: Actor) -> list[Any]:
    return [total(actor, MONTH), by_kind_and_total(actor, MONTH), *(ledger(actor, group, MONTH) for group in GROUPS)]


@pytest.mark.django_db
def test_every_figure_is_the_same_for_everybody(cast: Cast) -> None:
    Day.objects.all().delete()
    raw = {actor.user_id: figures(actor) for actor in actors()}
    assert sum_up() > 30
    assert Day.objects.count() > 100
    assert {actor.user_id: figures(actor) for actor in actors()} == raw
    assert total(Actor.system("command"), MONTH).median_by_us is not None


@pytest.mark.django_db
def test_many_days_are_summed_up_with_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for most in (1, 15):
        with django_assert_num_queries(9):  # three of them write cells
            assert sum_up(most) == most


@pytest.mark.django_db
def test_what_is_written_to_a_day_that_is_summed_up_counts_at_once(cast: Cast) -> None:
    reader = actor_for(cast.administrator, "page")
    sum_up()
    before = total(reader, MONTH)
    archive = archive_of(cast.owner, "everyone")
    file(archive, [letter("late@okafor.example", "owner@ours.example", "Hello?", hours_ago=24 * 9, id_="late")])
    assert total(reader, MONTH).received == before.received + 1
    assert sum_up() == 1
    assert total(reader, MONTH).received == before.received + 1
    line = Line.objects.filter(interaction__message_id__startswith="late").get()
    line.delete()
    assert total(reader, MONTH).received == before.received


@pytest.mark.django_db
def test_days_that_are_summed_up_are_read_from_their_cells(cast: Cast) -> None:
    """Were lines read as well, twice as many would be counted; this tells that they aren't asked for."""
    sum_up()
    assert not ChangedDay.objects.filter(day__lt=datetime.now(UTC).date()).exists()
    with CaptureQueriesContext(connection) as asked:
        by_kind_and_total(actor_for(cast.administrator, "page"), MONTH)
    said = next(query["sql"] for query in asked.captured_queries if 'FROM "interactions_line"' in query["sql"])
    assert said.count('"interactions_line"."at" <') == 3  # the edges of the two periods, and today


@pytest.mark.django_db
def test_settling_again_what_did_not_change_writes_to_no_day(cast: Cast) -> None:
    from rapport.interactions.ledger.settling import resettle
    from rapport.interactions.models import Conversation

    ChangedDay.objects.all().delete()
    resettle(Conversation.objects.values_list("pk", flat=True))
    assert not ChangedDay.objects.exists()


@pytest.mark.django_db
def test_a_message_touches_its_own_day_even_where_it_changes_whom_the_conversation_is_with(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    old, us = "old@okafor.example", "owner@ours.example"
    asked = letter(old, us, "Hello?", hours_ago=96, id_="old", subject="S")
    file(archive, [asked, letter(us, old, "Hello.", hours_ago=95, id_="told", answers="old", subject="S")])
    ChangedDay.objects.all().delete()
    further = letter("new@okafor.example", us, "And I?", hours_ago=1, id_="new", answers="told", subject="S")
    file(archive, [further])
    assert Line.objects.filter(conversation__party__primary_email="new@okafor.example").count() == 3
    assert set(ChangedDay.objects.values_list("day", flat=True)) == {(NOW - timedelta(hours=1)).date()}


@pytest.mark.django_db
def test_a_line_is_with_who_wrote_or_was_written_to_directly(cast: Cast) -> None:
    archive = archive_of(cast.owner)
    old, new, us = "old@okafor.example", "new@okafor.example", "owner@ours.example"
    said = [
        letter(old, us, "Hello?", hours_ago=9, id_="1", subject="S"),
        letter(new, f"{us}, {old}", "And I?", hours_ago=8, id_="2", answers="1", subject="S"),
        letter(us, new, "Yes.", hours_ago=7, id_="3", answers="2", subject="S", cc=old),
        letter(us, f"{new}, {old}", "Both.", hours_ago=6, id_="4", answers="2", subject="S"),
        letter(us, "mate@ours.example", "See?", hours_ago=5, id_="5", answers="2", subject="S", cc=old),
    ]
    for each in said:
        file(archive, [each])
    lines = Line.objects.filter(conversation__subject="S").order_by("-at")
    found = dict(lines.values_list("interaction__message_id", "party__primary_email"))
    assert found == dict(zip((f"{n}@test.example" for n in (1, 2, 3, 4, 5)), (old, new, new, old, None), strict=True))
    before = set(Line.objects.values_list(*LineRow._fields))
    Line.objects.update(party=None, relationship_kind=None)
    with connection.cursor() as cursor:
        cursor.execute(import_module("rapport.interactions.migrations.0011_party_of_lines").LINES)
    assert set(Line.objects.values_list(*LineRow._fields)) == before


DAYS = st.integers(0, 20).map(lambda number: date(2026, 3, 1) + timedelta(days=number))


@given(st.integers(0, 20 * 1440), st.integers(0, 20 * 1440), st.sets(DAYS))
def test_a_period_is_its_whole_days_and_the_rest(start: int, length: int, taken: set[date]) -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=start)
    period = Period(since, since + timedelta(minutes=length))
    whole = [day for day in period.whole_days() if day in taken]
    pieces = list(period.without(whole))
    covered = sum((piece.until - piece.since for piece in pieces), timedelta()) + len(whole) * DAY
    assert covered == period.until - period.since
    assert all(period.since <= midnight(day) and midnight(day) + DAY <= period.until for day in whole)
    assert all(piece.since < piece.until for piece in pieces)


@pytest.mark.django_db
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30), st.sampled_from([0.5, 0.9]))
def test_percentiles_are_those_of_postgresql(times: list[int], share: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(%s) WITHIN GROUP (ORDER BY v) FROM unnest(%s::bigint[]) v", [share, times]
        )
        expected = cursor.fetchone()[0]
    assert percentile(sorted(times), share) == pytest.approx(expected, rel=1e-12)
