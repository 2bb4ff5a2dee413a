"""The ledger's figures in few queries: the same as one by one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.following import settle_again
from rapport.interactions.ledger.figures import by_kind_and_total, ledger, total
from rapport.interactions.ledger.periods import Period
from rapport.parties.models import Party, Relationship, RelationshipKind
from tests.factories.cast import Cast, make_cast
from tests.factories.letters import NOW, archive_of, file, letter, we_are

pytestmark = pytest.mark.django_db
WEEK = Period(NOW - timedelta(days=7), NOW + timedelta(hours=1))


def exchange(cast: Cast, name: str, *hours: float) -> None:
    """Questions, each answered after two hours, at these hours before now."""
    address = f"{name}@okafor.example"
    letters = []
    for number, each in enumerate(hours):
        asked = f"{name}{number}"
        answer = {"hours_ago": each - 2, "id_": f"{asked}a", "answers": asked, "subject": asked}
        letters += [
            letter(address, "owner@ours.example", "When?", hours_ago=each, id_=asked, subject=asked),
            letter("owner@ours.example", address, "Now.", **answer),  # type: ignore[arg-type]
        ]
    file(archive_of(cast.owner), letters)


@pytest.fixture
def cast() -> Cast:
    """A customer and a prospect who wrote this week and the week before; one of them still waits."""
    made = make_cast()
    we_are(owner=made.owner)
    exchange(made, "ann", 20, 50, 200)
    exchange(made, "bob", 30, 220, 240)
    waiting = letter("ann@okafor.example", "owner@ours.example", "And today?", hours_ago=3, id_="open", subject="open")
    file(archive_of(made.owner), [waiting])
    ann = Party.objects.get(primary_email="ann@okafor.example")
    Relationship.objects.create(party=ann, kind=RelationshipKind.objects.get(name="Customer"))
    settle_again([ann.pk])
    return made


def test_kinds_and_total_together_are_those_of_each(cast: Cast) -> None:
    actor = cast.actor("owner")
    kinds, whole = by_kind_and_total(actor, WEEK)
    assert (kinds, whole) == (ledger(actor, "relationship_kind", WEEK), total(actor, WEEK))


def test_each_period_has_its_own_figures(cast: Cast) -> None:
    kinds, whole = by_kind_and_total(cast.actor("owner"), WEEK)
    now = {row.label: (row.received, row.answered_by_us, row.open) for row in kinds}
    before = {row.label: (row.before.received, row.before.answered_by_us) for row in kinds if row.before}
    assert now == {"Customers": (3, 2, 1), "Prospects": (1, 1, 0)}
    assert before == {"Customers": (1, 1), "Prospects": (2, 2)}
    assert (whole.received, whole.answered_by_us, whole.open, whole.median_by_us) == (4, 3, 1, 7_200.0)
    assert whole.before is not None
    assert (whole.before.received, whole.before.answered_by_us, whole.before.median_by_us) == (3, 3, 7_200.0)


def test_what_was_open_when_a_period_ended_is_not_known(cast: Cast) -> None:
    kinds, whole = by_kind_and_total(cast.actor("owner"), WEEK)
    befores = [row.before for row in (*kinds, whole, *ledger(cast.actor("owner"), "party", WEEK)) if row.before]
    assert {(row.open, row.overdue) for row in befores} == {(None, None)}


def test_a_colleague_received_what_was_addressed_to_them(cast: Cast) -> None:
    file(archive_of(cast.owner), [letter("ann@okafor.example", "info@ours.example", "Hello?", hours_ago=1, id_="info")])
    rows = ledger(cast.actor("owner"), "user", WEEK)
    assert {row.label: (row.received, row.sent) for row in rows} == {"Owner": (4, 3)}


def test_who_sees_nothing_has_no_figures(cast: Cast) -> None:
    kinds, whole = by_kind_and_total(cast.actor("outsider"), WEEK)
    assert (kinds, whole, whole.before) == ([], total(cast.actor("outsider"), WEEK), None)


@pytest.mark.parametrize(("name", "queries"), [("owner", 4), ("administrator", 6)])
def test_it_takes_few_queries(
    cast: Cast, name: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Two more for those who see all: which days are summed up, and what is in them."""
    file(archive_of(cast.owner, "everyone"), [letter("cy@okafor.example", "owner@ours.example", "Hi?", id_="cy")])
    actor = cast.actor(name)
    with django_assert_num_queries(queries):
        by_kind_and_total(actor, WEEK)


def test_only_those_that_are_listed_are_named(cast: Cast) -> None:
    actor = cast.actor("owner")
    everybody = ledger(actor, "party", WEEK)
    assert len(everybody) == 2
    with CaptureQueriesContext(connection) as asked:
        assert ledger(actor, "party", WEEK, limit=1) == everybody[:1]
    named = asked.captured_queries[-1]["sql"]
    assert [str(row.key) in named or row.key.hex in named for row in everybody] == [True, False]
