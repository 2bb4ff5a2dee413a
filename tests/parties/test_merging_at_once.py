"""Two who merge the same two people, each into the other, at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from rapport.parties.actions.merge import merge_people
from rapport.parties.models import Merge, Person
from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound

ROUNDS = 5
pytestmark = pytest.mark.usefixtures("committed")


def test_opposite_merges_never_wait_for_each_other() -> None:
    for number in range(ROUNDS):
        names = (f"Ann {number}", f"Anna {number}")
        one, other = (Person.objects.create(display_name=name, sort_name=name.lower()).pk for name in names)
        at_once = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(merge, *pair, at_once) for pair in ((one, other), (other, one))]
            done = [each.result() for each in both]
        assert sorted(done) == ["merged", "not found"]
        assert Person.objects.kept().filter(pk__in=(one, other)).count() == 1
    assert Merge.objects.count() == ROUNDS


def merge(absorbed: UUID, into: UUID, at_once: Barrier) -> str:
    try:
        at_once.wait()
        merge_people([absorbed], into=into, actor=Actor.system("command"))
        return "merged"
    except NotFound:
        return "not found"
    finally:
        connections.close_all()
