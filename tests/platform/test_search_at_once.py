"""Jobs that bring the entries of one record up to date at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from rapport.parties.models import Person
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.indexing import index, index_all
from rapport.platform.search.models import Entry

WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"

pytestmark = pytest.mark.usefixtures("committed")


def while_another_waits(work: Callable[[], Any], beside: Callable[[], Any]) -> None:
    """Does the work, and commits it as soon as what runs beside it on another connection waits for that."""

    def run() -> None:
        try:
            beside()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            work()
            done = pool.submit(run)
            until_one_waits()
        done.result(30)


def until_one_waits() -> None:
    with connection.cursor() as cursor:
        for _attempt in range(1_000):
            cursor.execute(WAITS)
            if cursor.fetchone() == (1,):
                return
            time.sleep(0.01)
    raise AssertionError("Nobody waits.")


def renamed(person: UUID, name: str) -> None:
    Person.objects.filter(pk=person).update(display_name=name, sort_name=name.lower())


def entered(person: UUID) -> None:
    index(RESOURCES["people"], [person])


def found() -> list[str]:
    return list(Entry.objects.filter(resource="people").values_list("folded", flat=True))


@pytest.fixture
def ada() -> UUID:
    made: UUID = Person.objects.create(display_name="Ada", sort_name="ada").pk
    entered(made)
    assert found() == ["ada"]
    return made


def test_of_two_changes_the_last_one_is_found_alone(ada: UUID) -> None:
    def change_again() -> None:
        renamed(ada, "Bea")
        entered(ada)

    while_another_waits(lambda: entered(ada), change_again)
    assert found() == ["bea"]


def test_a_change_while_everything_is_indexed_anew_is_found_alone(ada: UUID) -> None:
    def change() -> None:
        renamed(ada, "Bea")
        entered(ada)

    while_another_waits(change, index_all)
    assert found() == ["bea"]
